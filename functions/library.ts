import { PAGING, pageOf, sessionOf, tellNothing, tellPage } from '../shared/campus/catalogue.ts';
import { campusDate } from '../shared/campus/dates.ts';
import { searchText } from '../shared/campus/parameters.ts';
import { createSearch } from '../shared/campus/search.ts';
import { spokenDate } from '../shared/campus/spoken.ts';
import { initialsOf } from '../shared/campus/words.ts';
import { richContent } from '../shared/messages.ts';
import { info } from '../shared/messenger.ts';
import type { Book } from '../shared/store/tables.ts';
import type { Store } from '../shared/store.ts';
import { defineWebhook } from '../shared/webhook.ts';

/** What can be had of a book now. */
interface Copies {
  /** To be taken home. */
  readonly free: number;
  /** To be taken home, now or when they are back. */
  readonly lent: number;
  /** To be read in the library. */
  readonly reference: number;
  /** When the next one is due back, or was where all are late; null where none is out. */
  readonly nextDue: string | null;
  /** All that are out are late. */
  readonly late: boolean;
}
type Item = Book & { readonly copies: Copies };

/** What the person reads or hears. */
const text = {
  ask: 'Which book are you looking for? You can say a title, an author or a subject.',
  one: ({ title, author, year, shelf, copies }: Item) =>
    `${title}, by ${author} (${year}), stands at ${shelf}. ${text.available(copies)}`,
  available: ({ free, lent, reference, nextDue, late }: Copies) => {
    const here = reference > 0 ? ' One to read in the library is always there.' : '';
    if (free > 0)
      return `${lent === 1 ? 'The copy' : `${free} of ${lent} copies`} ${free === 1 ? 'is' : 'are'} free now.${here}`;
    if (nextDue && late)
      return `All are out; the next was due back on ${spokenDate(nextDue, 'en')} and is late.${here}`;
    if (nextDue) return `All are out; the next is due back on ${spokenDate(nextDue, 'en')}.${here}`;
    return reference > 0 ? 'It can be read in the library only.' : 'The library has no copy of it now.';
  },
  counted: (total: number) => `${total} books`,
  line: ({ title, author, copies }: Item) => `${title} by ${short(author)}, ${text.brief(copies)}`,
  brief: ({ free, reference, nextDue, late }: Copies) => {
    if (free > 0) return `${free} free now`;
    if (nextDue) return late ? 'out and late' : `out until ${spokenDate(nextDue, 'en')}`;
    return reference > 0 ? 'to read in the library only' : 'no copy now';
  },
  nothing: (query: string) => `I can't find a book for “${query}”.`,
  hint: 'You can ask for a title, an author or a subject.',
};

const books = createSearch<Book>({
  load: ({ db }) => db.selectFrom('books').selectAll().orderBy('id').execute(),
  fields: {
    title: { text: ({ title }) => title, boost: 3 },
    author: { text: ({ author }) => author, boost: 2 },
    subject: { text: ({ subject }) => `${subject}, ${initialsOf(subject)}` },
  },
  name: 'title',
  noise: ['book', 'books', 'copy', 'copies', 'library', 'available', 'borrow', 'title', 'author', 'written', 'wrote'],
});

/**
 * Finds books by title, author or subject, and says where each stands and when it can be had: copies are counted at the moment
 * of the question. Sets `results_total` and `results_shown`; with `more` it goes on.
 */
export default defineWebhook(
  { book_query: searchText(), ...PAGING },
  async ({ params, store, now }) => {
    const { hits, near } = await books.find(params.book_query, { store, now });
    if (hits.length === 0) {
      const titles = near.map(({ title }) => title);
      return { ...tellNothing(text.nothing(params.book_query), titles, text.hint), invalid: ['book_query'] };
    }
    const found = hits.map(({ row }) => row);
    const page = pageOf(found, params);
    const items = await withCopies(page.rows, store, campusDate(now()));
    const [only] = items;
    if (only && page.total === 1) {
      return { say: text.one(only), messages: [richContent(info(card(only)))], session: sessionOf(page) };
    }
    return tellPage({ ...page, rows: items }, { ...text, item: card });
  },
  { store: true, ask: { book_query: text.ask } },
);

async function withCopies(rows: readonly Book[], { db }: Store, today: string): Promise<Item[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const copies = await db.selectFrom('book_copies').selectAll().where('book_id', 'in', ids).execute();
  return rows.map((book) => {
    const own = copies.filter(({ book_id }) => book_id === book.id);
    const having = (state: string) => own.filter((copy) => copy.state === state);
    const dates = having('out')
      .flatMap(({ due }) => due ?? [])
      .sort();
    const nextDue = dates.find((due) => due >= today) ?? dates[0] ?? null; // who is late may never come
    return {
      ...book,
      copies: {
        free: having('in').length,
        lent: having('in').length + having('out').length,
        reference: having('reference').length,
        nextDue,
        late: nextDue !== null && nextDue < today,
      },
    };
  });
}

function card({ title, author, shelf, copies }: Item) {
  return { title, subtitle: `${short(author)}. ${shelf}: ${text.brief(copies)}` };
}

/** Of several authors the first: the list would be longer than what it lists. */
function short(author: string): string {
  const [first, ...others] = author.split(/, | and /);
  return others.length > 0 ? `${first} and others` : author;
}
