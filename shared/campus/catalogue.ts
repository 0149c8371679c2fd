import { richContent } from '../messages.ts';
import { chips, type ListItem, list } from '../messenger.ts';
import type { Reply } from '../response.ts';
import { count, flag } from './parameters.ts';
import { spokenList } from './spoken.ts';

/**
 * What the look-ups of the campus have in common: they tell a few at a time, and go on when they are asked for more. What was
 * looked for and how much of it was told is in the session, so any instance can go on, and a repeated call tells the same.
 */

/** So many are told at a time: more, nobody remembers who only hears them. */
export const PAGE_SIZE = 3;

/** The parameters of a turn that may go on with an earlier search: `more` is set by the agent's route "show more". */
export const PAGING = { more: flag(), results_shown: count() };

/** What is told on this turn. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Rows that were found. */
  readonly total: number;
  /** Of these, told so far, this turn included. */
  readonly shown: number;
  /** The search begins with this turn. */
  readonly first: boolean;
}

/** The first rows, or with `more` those after the ones that were told. */
export function pageOf<Row>(found: readonly Row[], turn: { readonly more: boolean; readonly results_shown: number }) {
  const from = turn.more ? Math.min(turn.results_shown, found.length) : 0;
  const rows = found.slice(from, from + PAGE_SIZE);
  return { rows, total: found.length, shown: from + rows.length, first: from === 0 };
}

/** What the session keeps of a page. */
export function sessionOf({ total, shown }: Page<unknown>) {
  return { results_total: total, results_shown: shown, more: null };
}

/** What the person reads or hears. */
const text = {
  all: (total: string) => `I found ${total}: `,
  some: (total: string, now: number) => `I found ${total}. The first ${now}: `,
  next: (total: string, now: number) => (now === 1 ? `The next of ${total}: ` : `The next ${now} of ${total}: `),
  last: (total: string, now: number) => (now === 1 ? `The last of ${total}: ` : `The last ${now} of ${total}: `),
  more: ' Say “show more” for the next.',
  over: 'That was all.',
  showMore: 'Show more',
  didYouMean: (names: readonly string[]) => `Did you mean ${spokenList(names, 'en', 'or')}?`,
};

/** How the rows of a look-up are told. */
export interface Telling<Row> {
  /** What they are, two or more: `7 books`. */
  readonly counted: (total: number) => string;
  /** One row among others, for who hears it and sees nothing. */
  readonly line: (row: Row) => string;
  /** The same row in a list of Messenger. */
  readonly item: (row: Row) => Omit<ListItem, 'type'>;
}

/**
 * Tells a page of several rows: in one sentence that is enough for a telephone, and as a list; says how to go on, or that
 * there is no more.
 */
export function tellPage<Row>(
  page: Page<Row>,
  { counted, line, item }: Telling<Row>,
): Reply & { readonly say: string } {
  const { rows, total, shown, first } = page;
  const session = sessionOf(page);
  if (rows.length === 0) return { say: text.over, session };
  const isLast = shown === total;
  const opening = first ? (isLast ? text.all : text.some) : isLast ? text.last : text.next;
  const ending = isLast ? (first ? '' : ` ${text.over}`) : text.more;
  return {
    say: `${opening(counted(total), rows.length)}${rows.map(line).join('; ')}.${ending}`,
    messages: [richContent(list(...rows.map(item)), ...(isLast ? [] : [chips(text.showMore)]))],
    session,
  };
}

/** Says that nothing was found, offers names that are spelled like what was asked, and says what else one can ask. */
export function tellNothing(nothing: string, names: readonly string[], hint: string): Reply {
  return {
    say: [nothing, ...(names.length > 0 ? [text.didYouMean(names)] : []), hint],
    ...(names.length > 0 && { messages: [richContent(chips(...names))] }),
    session: { results_total: 0, results_shown: 0, more: null },
  };
}
