import { fallback, optional } from 'valibot';
import { PAGING, pageOf, sessionOf, tellNothing, tellPage } from '../shared/campus/catalogue.ts';
import { searchText } from '../shared/campus/parameters.ts';
import { createSearch } from '../shared/campus/search.ts';
import { spokenList } from '../shared/campus/spoken.ts';
import { richContent } from '../shared/messages.ts';
import { chips, info } from '../shared/messenger.ts';
import type { Club } from '../shared/store/tables.ts';
import { defineWebhook } from '../shared/webhook.ts';

/** More than these nobody remembers who only hears them. */
const SAID_TOPICS = 5;

/** What the person reads or hears. */
const text = {
  topics: (clubs: number, topics: readonly string[]) => `There are ${clubs} clubs, ${text.forTopics(topics)}`,
  forTopics: (topics: readonly string[]) => {
    const more = topics.length > SAID_TOPICS ? [`${topics.length - SAID_TOPICS} other topics`] : [];
    return `for ${spokenList([...topics.slice(0, SAID_TOPICS), ...more], 'en', 'and')}. What interests you?`;
  },
  one: ({ name, description, meets, place, email }: Club) =>
    `${name}: ${description} It meets ${meets}, ${place}. Write to ${email} to join.`,
  counted: (total: number) => `${total} clubs`,
  line: ({ name, meets, place }: Club) => `${name}, ${meets}, ${place}`,
  nothing: (query: string) => `I can't find a club for “${query}”.`,
  hint: (topics: readonly string[]) => `There are clubs ${text.forTopics(topics)}`,
};

const clubs = createSearch<Club>({
  load: ({ db }) => db.selectFrom('clubs').selectAll().orderBy('id').execute(),
  fields: {
    id: { text: ({ id }) => id, boost: 3 },
    name: { text: ({ name }) => name, boost: 3 },
    topic: { text: ({ topic }) => topic, boost: 8 },
    description: { text: ({ description }) => description },
  },
  name: 'name',
  noise: ['club', 'clubs', 'society', 'societies', 'join', 'member', 'members'],
});

/**
 * Finds clubs by name, topic or what they do; without `club_query` it says which topics there are. Sets `results_total` and
 * `results_shown`; with `more` it goes on.
 */
export default defineWebhook(
  { club_query: fallback(optional(searchText()), undefined), ...PAGING },
  async ({ params, store, now }) => {
    const query = params.club_query ?? '';
    const { hits, near } = await clubs.find(query, { store, now });
    if (hits.length === 0) {
      const all = await clubs.rows({ store, now });
      const topics = topicsOf(all);
      if (!clubs.means(query)) return tellTopics(all.length, topics);
      const names = near.map(({ name }) => name);
      return { ...tellNothing(text.nothing(query), names, text.hint(topics)), invalid: ['club_query'] };
    }
    const found = hits.map(({ row }) => row);
    const page = pageOf(found, params);
    const [only] = page.rows;
    if (only && page.total === 1) {
      return { say: text.one(only), messages: [richContent(info(card(only)))], session: sessionOf(page) };
    }
    return tellPage(page, { ...text, item: card });
  },
  { store: true },
);

/** Those with the most clubs first. */
function topicsOf(all: readonly Club[]): string[] {
  const clubsOf = Map.groupBy(all, ({ topic }) => topic);
  return [...clubsOf.keys()].sort((a, b) => clubsOf.get(b)!.length - clubsOf.get(a)!.length || (a < b ? -1 : 1));
}

function tellTopics(clubs: number, topics: readonly string[]) {
  const capitalised = topics.map((topic) => topic.charAt(0).toUpperCase() + topic.slice(1));
  return {
    say: text.topics(clubs, topics),
    messages: [richContent(chips(...capitalised))],
    session: { results_total: null, results_shown: null, more: null },
  };
}

function card({ name, meets, place, email }: Club) {
  return { title: name, subtitle: `${meets}. ${place}`, anchor: { href: `mailto:${email}` } };
}
