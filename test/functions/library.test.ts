import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import library from '../../functions/library.ts';
import type { JsonObject } from '../../shared/wire.ts';
import { formRequest, request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';
import { openTestStore, SEEDED_AT, type TestStore } from '../helpers/store.ts';

let store: TestStore;
let service: ReturnType<typeof openService>;
/** With its clock stopped; whoever verifies the token needs the real one. */
const atThatTime: typeof library = {
  ...library,
  handler: (call) => library.handler({ ...call, now: () => SEEDED_AT }),
};
beforeAll(async () => {
  store = await openTestStore();
  service = openService(atThatTime, { name: 'library', store });
});
afterAll(() => store.close());

async function ask(parameters: JsonObject) {
  const { status, body } = await service.post(request('library', parameters));
  expect(status).toBe(200);
  return body;
}

const says = (text: string) => ({ text: { text: [text] } });
const first = async (book_query: string): Promise<string> =>
  (await ask({ book_query })).fulfillmentResponse.messages[0].text.text[0];

test('one book is told with where it stands and how many copies are free, and shown on a card', async () => {
  expect(await ask({ book_query: 'introduction to algoritms cormen' })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          'Introduction to Algorithms, by Thomas H. Cormen, Charles E. Leiserson, Ronald L. Rivest and Clifford Stein ' +
            '(2009), stands at C1-101. 1 of 3 copies is free now. One to read in the library is always there.',
        ),
        {
          payload: {
            richContent: [
              [
                {
                  type: 'info',
                  title: 'Introduction to Algorithms',
                  subtitle: 'Thomas H. Cormen and others. C1-101: 1 free now',
                },
              ],
            ],
          },
        },
      ],
    },
    sessionInfo: { parameters: { results_total: 1, results_shown: 1, more: null } },
  });
});

test('several books are a list, each with its first author and whether it can be had', async () => {
  expect(await ask({ book_query: 'books by bronte' })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          'I found 2 books: Jane Eyre by Charlotte Brontë, out until Saturday, 5 December; ' +
            'Wuthering Heights by Emily Brontë, 1 free now.',
        ),
        {
          payload: {
            richContent: [
              [
                {
                  type: 'list',
                  title: 'Jane Eyre',
                  subtitle: 'Charlotte Brontë. F2-103: out until Saturday, 5 December',
                },
                { type: 'list', title: 'Wuthering Heights', subtitle: 'Emily Brontë. F2-104: 1 free now' },
              ],
            ],
          },
        },
      ],
    },
    sessionInfo: { parameters: { results_total: 2, results_shown: 2, more: null } },
  });
});

test('copies are counted at the moment of the question', async () => {
  await store.transact(async (tx) => {
    const book = { id: 'b-test', title: 'Zyzzyva', author: 'Nobody', year: 2001, subject: 'beetles', shelf: 'Z9-1' };
    await tx.insertInto('books').values(book).execute();
  });
  const copies = (...states: [state: 'in' | 'out' | 'reference', due: string | null][]) =>
    store.transact(async (tx) => {
      await tx.deleteFrom('book_copies').where('book_id', '=', 'b-test').execute();
      for (const [i, [state, due]] of states.entries()) {
        await tx
          .insertInto('book_copies')
          .values({ id: `z-${i}`, book_id: 'b-test', state, due })
          .execute();
      }
    });
  const { post } = openService(atThatTime, { name: 'library', store: { ...store } }); // its index knows the new book
  const told = async () => {
    const { body } = await post(request('library', { book_query: 'zyzzyva' }));
    const { messages } = body.fulfillmentResponse;
    return [messages[0].text.text[0], messages[1].payload.richContent[0][0].subtitle].map((text: string) =>
      text.replace(/^.*?Z9-1[.:] /, ''),
    );
  };
  const today = '2026-11-23';

  expect(await told()).toEqual(['The library has no copy of it now.', 'no copy now']);
  await copies(['in', null]);
  expect(await told()).toEqual(['The copy is free now.', '1 free now']);
  await copies(['in', null], ['in', null], ['out', today]);
  expect(await told()).toEqual(['2 of 3 copies are free now.', '2 free now']);
  await copies(['out', '2026-11-30'], ['out', today], ['reference', null]);
  expect(await told()).toEqual([
    'All are out; the next is due back on Monday, 23 November. One to read in the library is always there.',
    'out until Monday, 23 November',
  ]);
  await copies(['out', '2026-11-30'], ['out', '2026-11-22']); // one is late: who knows when it comes
  expect(await told()).toEqual([
    'All are out; the next is due back on Monday, 30 November.',
    'out until Monday, 30 November',
  ]);
  await copies(['out', '2026-11-22'], ['out', '2026-11-20']);
  expect(await told()).toEqual([
    'All are out; the next was due back on Friday, 20 November and is late.',
    'out and late',
  ]);
  await copies(['reference', null]);
  expect(await told()).toEqual(['It can be read in the library only.', 'to read in the library only']);
});

test('page after page, "show more" tells every book once, and then that it was all', async () => {
  const texts: string[] = [];
  let session: JsonObject = {};
  for (let more = false; session.results_shown !== session.results_total || !more; more = true) {
    const { fulfillmentResponse, sessionInfo } = await ask({ ...session, book_query: 'thermo dynamics', more });
    texts.push(fulfillmentResponse.messages[0].text.text[0]);
    session = sessionInfo.parameters;
  }
  expect(session).toEqual({ results_total: 7, results_shown: 7, more: null });
  expect(texts.map((text) => text.slice(0, text.indexOf(' by ')))).toEqual([
    'I found 7 books. The first 3: Heat and Thermodynamics',
    expect.stringMatching(/^The next 3 of 7 books: /),
    'The last of 7 books: Physical Chemistry',
  ]);
  expect(texts.map((text) => text.slice(text.lastIndexOf('. ')))).toEqual([
    '. Say “show more” for the next.',
    '. Say “show more” for the next.',
    '. That was all.',
  ]);
  expect((await ask({ ...session, book_query: 'thermo dynamics', more: true })).fulfillmentResponse).toEqual({
    messages: [says('That was all.')],
  });
});

test.each<[question: string, answer: RegExp]>([
  ['books on thermo dynamics', /^I found 7 books\. The first 3: Heat and Thermodynamics by Mark W\. Zemansky, /],
  [
    'do you have harry poter',
    /^Harry Potter and the Philosopher's Stone, by J\. K\. Rowling \(1997\), stands at F2-131\. All are out/,
  ],
  ['who wrote the hobbit', /^The Hobbit, by J\. R\. R\. Tolkien/],
  ['a book by tolkein', /^I found 2 books: The Hobbit by J\. R\. R\. Tolkien, .*; The Fellowship of the Ring by/],
  ['life of pi', /^Life of Pi, by Yann Martel \(2001\), stands at F2-132\. It can be read in the library only\.$/],
  ['fahrenheit 451', /^Fahrenheit 451, by Ray Bradbury/],
  ['machine learning', /^I found 5 books\. The first 3: Machine Learning by Tom M\. Mitchell/],
  ['garcia marquez', /^One Hundred Years of Solitude, by Gabriel García Márquez/],
  ['xqzzv', /^I can't find a book for “xqzzv”\.$/],
  ['books', /^I can't find a book for “books”\.$/],
])('"%s" is answered with %s', async (question, answer) => {
  expect(await first(question)).toMatch(answer);
});

test('nothing found: titles that look like it are offered, it asks again, and says what one can ask', async () => {
  const { body } = await service.post(formRequest('library', { book_query: 'war & piece' }));
  expect(body).toEqual({
    fulfillmentResponse: {
      messages: [
        says("I can't find a book for “war & piece”."),
        says('Did you mean War and Peace?'),
        says('You can ask for a title, an author or a subject.'),
        { payload: { richContent: [[{ type: 'chips', options: [{ text: 'War and Peace' }] }]] } },
      ],
    },
    sessionInfo: { parameters: { results_total: 0, results_shown: 0, more: null } },
    pageInfo: { formInfo: { parameterInfo: [{ displayName: 'book_query', state: 'INVALID' }] } },
  });
});

test('without a question it is asked for', async () => {
  const { body } = await service.post(formRequest('library', { book_query: null }));
  expect(body.fulfillmentResponse.messages).toEqual([
    says('Which book are you looking for? You can say a title, an author or a subject.'),
  ]);
});

test('any JSON as any parameter gets an answer', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('novel', true, 3, 1984)) as fc.Arbitrary<JsonObject>;
  const parameters = fc.record({ book_query: value, more: value, results_shown: value }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(parameters, async (any) => void (await ask(any))),
    { numRuns: 200 },
  );
});
