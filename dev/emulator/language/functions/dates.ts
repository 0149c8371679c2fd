import { Temporal } from 'temporal-polyfill';
import type { Json } from '../../agent.ts';
import type { Scope } from '../scope.ts';
import { objectAt, textAt, wholeAt } from './arguments.ts';
import { formatDate, parseDate } from './date-pattern.ts';
import type { Functions } from './definition.ts';
import { type Moment, momentOf, objectOf } from './moment.ts';

/** Dates and times are those of the agent's time zone. */
export const DATE_FUNCTIONS: Functions = {
  NOW: { takes: [0, 0], run: (_, scope) => objectOf({ at: now(scope), hasDate: true, hasTime: true }) },
  /** Date, pattern of Java's DateTimeFormatter, and perhaps a language. */
  FORMAT_DATE: {
    takes: [2, 3],
    run: (args, scope) => formatDate(dateAt(args, 0, scope).at, textAt(args, 1), language(args), scope.timeZone),
  },
  /** Date, how many (negative: back), unit: a date stays a date, unless hours or less are added to it. */
  ADD_DATE: {
    takes: [3, 3],
    run(args, scope) {
      const moment = dateAt(args, 0, scope);
      const unit = textAt(args, 2).toLowerCase().replace(/s?$/, 's');
      if (!UNITS.has(unit)) throw new Error(`Argument 3 must be one of ${[...UNITS].join(', ').toUpperCase()}.`);
      const hasTime = moment.hasTime || CLOCK_UNITS.has(unit);
      return objectOf({ ...moment, hasTime, at: moment.at.add({ [unit]: wholeAt(args, 1) }) });
    },
  },
  /** UNCONFIRMED: today is not past, a date without a time being the whole day. */
  IS_PAST_DATE: { takes: [1, 1], run: (args, scope) => comparedToNow(dateAt(args, 0, scope), scope) < 0 },
  IS_FUTURE_DATE: { takes: [1, 1], run: (args, scope) => comparedToNow(dateAt(args, 0, scope), scope) > 0 },
  /** Text, pattern, and perhaps a language: is it a date that exists, written so? */
  IS_DATE: {
    takes: [2, 3],
    run: (args) => typeof args[0] === 'string' && parseDate(args[0], textAt(args, 1), language(args)),
  },
};

const CLOCK_UNITS = new Set(['hours', 'minutes', 'seconds']);
const UNITS = new Set(['years', 'months', 'weeks', 'days', ...CLOCK_UNITS]);

/** English where nothing is said (CX docs, System functions reference). */
function language(args: readonly Json[]): string {
  return args.length > 2 ? textAt(args, 2) : 'en';
}

function now({ now: ms, timeZone }: Scope): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDateTime();
}

function dateAt(args: readonly Json[], index: number, scope: Scope): Moment {
  const value = args[index] ?? null;
  const moment = momentOf(typeof value === 'string' ? value : objectAt(args, index), now(scope), scope.timeZone);
  if (!moment) throw new Error(`Argument ${index + 1} is no date and no time: ${JSON.stringify(value).slice(0, 60)}`);
  return moment;
}

function comparedToNow(moment: Moment, scope: Scope): number {
  const here = now(scope);
  if (moment.hasTime) return Temporal.PlainDateTime.compare(moment.at, here);
  return Temporal.PlainDate.compare(moment.at.toPlainDate(), here.toPlainDate());
}
