import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import faculty from '../../functions/faculty.ts';
import type { JsonObject } from '../../shared/wire.ts';
import { formRequest, request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';
import { openTestStore, type TestStore } from '../helpers/store.ts';

let store: TestStore;
let service: ReturnType<typeof openService>;
beforeAll(async () => {
  store = await openTestStore();
  service = openService(faculty, { name: 'faculty', store });
});
afterAll(() => store.close());

async function ask(parameters: JsonObject) {
  const { status, body } = await service.post(request('faculty', parameters));
  expect(status).toBe(200);
  return body;
}

const says = (text: string) => ({ text: { text: [text] } });
const mailto = (name: string) => ({ href: `mailto:${name}@example.edu` });

test('one teacher is told with subjects, hours, office and address, and shown on a card', async () => {
  expect(await ask({ faculty_query: 'prof bhagvatkar' })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          'Dr. Mrinal Bhagwatkar is Professor and Head of Department in Computer Science ' +
            'and teaches algorithms, data structures, theory of computation. ' +
            'Students can come on Mondays and Wednesdays, 14:00 to 16:00, to Sahyadri Building, room 322, ' +
            'or write to mrinal.bhagwatkar@example.edu.',
        ),
        {
          payload: {
            richContent: [
              [
                {
                  type: 'info',
                  title: 'Dr. Mrinal Bhagwatkar',
                  subtitle: 'Professor and Head of Department, Computer Science. Sahyadri Building, room 322',
                  anchor: mailto('mrinal.bhagwatkar'),
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

const PHYSICS_1 = {
  fulfillmentResponse: {
    messages: [
      says(
        'I found 6 teachers. The first 3: Mahadev Tikonkar, Lecturer in Physics; ' +
          'Dr. Rajnish Sonpaul, Assistant Professor in Physics; ' +
          'Dr. Suhasini Ambekhar, Professor and Head of Department in Physics. Say “show more” for the next.',
      ),
      {
        payload: {
          richContent: [
            [
              {
                type: 'list',
                title: 'Mahadev Tikonkar',
                subtitle: 'Lecturer, Physics. Science Block, room 128',
                anchor: mailto('mahadev.tikonkar'),
              },
              {
                type: 'list',
                title: 'Dr. Rajnish Sonpaul',
                subtitle: 'Assistant Professor, Physics. Science Block, room 126',
                anchor: mailto('rajnish.sonpaul'),
              },
              {
                type: 'list',
                title: 'Dr. Suhasini Ambekhar',
                subtitle: 'Professor and Head of Department, Physics. Science Block, room 122',
                anchor: mailto('suhasini.ambekhar'),
              },
            ],
            [{ type: 'chips', options: [{ text: 'Show more' }] }],
          ],
        },
      },
    ],
  },
  sessionInfo: { parameters: { results_total: 6, results_shown: 3, more: null } },
};

test('of several the first three are told, enough for who hears them, and shown as a list', async () => {
  expect(await ask({ faculty_query: 'physics' })).toEqual(PHYSICS_1);
});

test('a repeated call tells the same, and what an earlier search left in the session changes nothing', async () => {
  expect(await ask({ faculty_query: 'physics', more: null, results_shown: 6, results_total: 9 })).toEqual(PHYSICS_1);
});

test('"show more" goes on where it stopped, and says when that was all', async () => {
  const next = await ask({ faculty_query: 'physics', more: true, results_shown: 3 });
  expect(next.fulfillmentResponse.messages[0]).toEqual(
    says(
      'The last 3 of 6 teachers: Dr. Madhukar Rohidekar, Professor in Physics; ' +
        'Dr. Trupti Gandhewar, Associate Professor in Physics; Anagha Velhankar, Assistant Professor in Physics. ' +
        'That was all.',
    ),
  );
  expect(JSON.stringify(next)).not.toContain('Show more');
  expect(next.sessionInfo.parameters).toEqual({ results_total: 6, results_shown: 6, more: null });
  expect(await ask({ faculty_query: 'physics', more: true, results_shown: 6 })).toEqual({
    fulfillmentResponse: { messages: [says('That was all.')] },
    sessionInfo: { parameters: { results_total: 6, results_shown: 6, more: null } },
  });
});

/** The names in an answer, told or shown, in their order. */
async function found(parameters: JsonObject): Promise<string[]> {
  const { messages } = (await ask(parameters)).fulfillmentResponse;
  const cards = messages.flatMap(({ payload }: { payload?: { richContent: { title?: string }[][] } }) =>
    (payload?.richContent ?? []).flat(),
  );
  return cards.flatMap(({ title }: { title?: string }) => title ?? []);
}

test.each<[question: string, names: string[]]>([
  ['who teaches machine lerning', ['Dr. Ashwini Torvane', 'Dr. Hemlata Virkude']],
  ['who teaches AI', ['Dr. Ashwini Torvane']],
  ['head of physics', ['Dr. Suhasini Ambekhar']],
  ['Dr. Torvani', ['Dr. Ashwini Torvane']],
  ['prof sonpal', ['Dr. Rajnish Sonpaul']],
  ['thermo dynamics', ['Dr. Madhukar Rohidekar', 'Dr. Balkrishna Modhave', 'Dr. Prabhakar Shetgaonkar']],
  ['robots', ['Dr. Iqbal Sarfare', 'Dr. Ketaki Sahasrakar']],
  ['xqzzv', []],
  ['professor', []],
])('"%s" finds %j', async (faculty_query, names) => {
  expect(await found({ faculty_query })).toEqual(names);
});

test('a department narrows the search, however it is written', async () => {
  for (const department of ['Mechanical Engineering', 'mecanical', 'mechanical dept']) {
    expect(await found({ faculty_query: 'thermodynamics', department })).toEqual(['Dr. Prabhakar Shetgaonkar']);
  }
});

test('where nobody of the department fits, or it is not known, all are searched, and that is said', async () => {
  const first = async (department: string) =>
    (await ask({ faculty_query: 'robotics', department })).fulfillmentResponse.messages[0].text.text[0];
  expect(await first('biology')).toMatch(
    /^In Biology and Biotechnology there is nobody, but in other departments there is\. I found 2 teachers: Dr\. Iqbal/,
  );
  expect(await first('astrology')).toMatch(
    /^I don't know a department called astrology, so I looked in all\. I found 2/,
  );
});

test('that is said with one teacher too, and not again with the next page', async () => {
  const first = async (parameters: JsonObject) => (await ask(parameters)).fulfillmentResponse.messages[0].text.text[0];
  expect(await first({ faculty_query: 'lasers', department: 'biology' })).toMatch(
    /^In Biology and Biotechnology there is nobody, but in other departments there is\. Anagha Velhankar is /,
  );
  expect(await first({ faculty_query: 'physics', department: 'biology', more: true, results_shown: 3 })).toMatch(
    /^The last 3 of 6 teachers: /,
  );
});

test('nobody found: it says so, asks again, and says what one can ask', async () => {
  const { body } = await service.post(formRequest('faculty', { faculty_query: 'prof kulkarni' }));
  expect(body).toEqual({
    fulfillmentResponse: {
      messages: [
        says("I can't find a teacher for “prof kulkarni”."),
        says('You can ask for a name, a subject or a department.'),
      ],
    },
    sessionInfo: { parameters: { results_total: 0, results_shown: 0, more: null } },
    pageInfo: { formInfo: { parameterInfo: [{ displayName: 'faculty_query', state: 'INVALID' }] } },
  });
});

test('names that look like what was asked are offered', async () => {
  const { messages } = (await ask({ faculty_query: 'prof bagvatker' })).fulfillmentResponse;
  expect(messages).toEqual([
    says("I can't find a teacher for “prof bagvatker”."),
    says('Did you mean Dr. Mrinal Bhagwatkar?'),
    says('You can ask for a name, a subject or a department.'),
    { payload: { richContent: [[{ type: 'chips', options: [{ text: 'Dr. Mrinal Bhagwatkar' }] }]] } },
  ]);
});

test('without a question it is asked for', async () => {
  const { body } = await service.post(formRequest('faculty', { faculty_query: null }));
  expect(body).toEqual({
    fulfillmentResponse: {
      messages: [says('Whom are you looking for? You can say a name, a subject or a department.')],
    },
    pageInfo: { formInfo: { parameterInfo: [{ displayName: 'faculty_query', state: 'INVALID' }] } },
  });
});

test('a person as CX understands one is looked for by name', async () => {
  expect(await found({ faculty_query: { name: 'Sonpaul', original: 'sonpaul' } })).toEqual(['Dr. Rajnish Sonpaul']);
});

test('any JSON as any parameter gets an answer', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('physics', true, 3, '__proto__')) as fc.Arbitrary<JsonObject>;
  const parameters = fc.record(
    { faculty_query: value, department: value, more: value, results_shown: value },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(parameters, async (any) => void (await ask(any))),
    { numRuns: 200 },
  );
});
