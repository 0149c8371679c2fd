import type { Kysely } from 'kysely';
import type { Service, Tables } from '../store/tables.ts';
import type { SaidDate, SaidTime } from '../values.ts';
import { bookingsOf, isHeld, overlap } from './bookings.ts';
import { addDays, type Calendar, eachDay, type Slot, weekdayOf, withinOneDay } from './calendar.ts';

/** How far ahead one can book, in days: the college plans a term, and nobody knows next term's hours. */
export const DAYS_AHEAD = 60;

/** How many free times are offered: what one can keep in mind when hearing them. */
const OFFERS = 3;

/** What somebody would like. `except`: a time that was refused just now. */
export interface Wish {
  readonly date: SaidDate;
  readonly time: SaidTime | null;
  readonly except?: string;
}

/** What there is for a wish. */
export type Finding =
  | { readonly kind: 'slot'; readonly date: string; readonly start: string; readonly clock: string }
  /** The day is good, and no time was said. */
  | { readonly kind: 'which-time'; readonly date: string; readonly offers: readonly Slot[] }
  /** The day is good, the time is not: taken, or no appointment begins then. */
  | { readonly kind: 'no-time'; readonly date: string; readonly offers: readonly Slot[]; readonly taken: boolean }
  /** `over`: what was to be had that day has begun. `next` is the next day with a free time, null where there is none. */
  | {
      readonly kind: 'no-day';
      readonly why: 'past' | 'far' | 'closed' | 'over' | 'full';
      readonly date: string;
      /** Why it is closed, where that is known. */
      readonly reason: string | null;
      readonly next: string | null;
    };

/** When a service is open and what is taken, from now until the last day that can be booked. */
export interface Schedule {
  find(wish: Wish): Finding;
}

/** Who looks, and when: milliseconds since the epoch. `person` and `session` are keys of `person-key.ts`. */
export interface View {
  readonly calendar: Calendar;
  readonly now: number;
  readonly person: string;
  readonly session: string;
}

/**
 * As one person sees it. The time that they have already is the one that they get: CX sends the values of the last booking
 * again in later turns, and a span would find the next free time. In another session only who names that very time gets it: a
 * span would tell whoever asks when it is. Times at which they have another appointment are not offered, nor are those that
 * the external service has refused them; who asks for one by name may try it.
 */
export async function loadSchedule(
  db: Kysely<Tables>,
  service: Service,
  { calendar, now, person, session }: View,
): Promise<Schedule> {
  const from = new Date(now).toISOString();
  const [weekly, closed, full] = await Promise.all([
    db.selectFrom('opening_hours').selectAll().where('service_id', '=', service.id).execute(),
    db.selectFrom('closed_days').selectAll().execute(),
    db
      .selectFrom('slots')
      .select('start')
      .where('service_id', '=', service.id)
      .where('start', '>', from)
      .where('taken', '>=', service.capacity)
      .execute(),
  ]);
  // After the slots: where it was the same call, sent twice, that took the last place, its booking is seen too.
  const own = await bookingsOf(db, person, from);
  const hours = withinOneDay(weekly);
  const reasons = new Map(closed.map(({ date, reason }) => [date, reason]));
  const taken = new Set(full.map(({ start }) => start));
  const held = own.filter(isHeld);
  const heldHere = held.filter(({ service_id, start }) => service_id === service.id && start > from);
  const isRefused = ({ start }: Slot) =>
    own.some((one) => one.state === 'refused' && one.service_id === service.id && one.start === start);
  const isBusy = ({ start }: Slot) => held.some((one) => overlap(one, { start, minutes: service.minutes }));
  const today = calendar.at(now).date;
  const lastDay = addDays(today, DAYS_AHEAD);

  function slotsOn(date: string): readonly Slot[] {
    const weekday = weekdayOf(date);
    const open = reasons.has(date) ? [] : hours.filter((each) => each.weekday === weekday);
    return calendar.slots(date, open, service.minutes);
  }
  const isFree = ({ start }: Slot) => start > from && !taken.has(start);
  const freeOn = (date: string) => slotsOn(date).filter((slot) => isFree(slot) && !isRefused(slot) && !isBusy(slot));

  function nextAfter(date: string): string | null {
    const first = date < today ? today : addDays(date, 1);
    for (const day of eachDay(first, lastDay)) if (freeOn(day).length > 0) return day;
    return null;
  }

  function noDay(first: string, last: string): Finding {
    const date = last < today ? last : first < today ? today : first;
    const base = { kind: 'no-day', date, reason: null, next: nextAfter(last < lastDay ? last : today) } as const;
    if (last < today) return { ...base, why: 'past' };
    if (date > lastDay) return { ...base, why: 'far' };
    const slots = [...eachDay(date, last < lastDay ? last : lastDay)].flatMap(slotsOn);
    if (slots.length === 0) return { ...base, why: 'closed', reason: reasons.get(date) ?? null };
    return { ...base, why: slots.some(({ start }) => start > from) ? 'full' : 'over' };
  }

  return {
    find({ date: said, time, except }) {
      const { first, last } = calendar.meant(said, today);
      const days = [...eachDay(first < today ? today : first, last < lastDay ? last : lastDay)];
      const isOffered = ({ start }: Slot) => start !== except;
      const isMeant = (date: string, clock: string) =>
        time !== null && first <= date && date <= last && isWithin(clock, time);
      const isExact = first === last && time !== null && isPoint(time);
      for (const { start, session: madeIn } of heldHere) {
        const { date, clock } = calendar.at(start);
        if (isMeant(date, clock) && (isExact || madeIn === session)) return { kind: 'slot', date, start, clock };
      }
      for (const date of time ? days : []) {
        const slots = isExact ? slotsOn(date).filter(isFree) : freeOn(date);
        const slot = slots.filter(isOffered).find(({ clock }) => isWithin(clock, time!));
        if (slot) return { kind: 'slot', date, ...slot };
      }
      for (const date of days) {
        const slots = freeOn(date).filter(isOffered);
        if (slots.length === 0) continue;
        if (!time) return { kind: 'which-time', date, offers: slots.slice(0, OFFERS) };
        const exists = slotsOn(date).some(({ start, clock }) => start > from && isWithin(clock, time));
        return { kind: 'no-time', date, offers: nearest(slots, time), taken: exists };
      }
      return noDay(first, last);
    },
  };
}

function isPoint({ first, last }: SaidTime): boolean {
  return first === last;
}

function isWithin(clock: string, time: SaidTime): boolean {
  return isPoint(time) ? clock === time.first : time.first <= clock && clock < time.last;
}

const HALF_DAY = 12 * 60;
/** Earlier than this, in minutes since midnight, nobody means the morning. */
const EARLY = 8 * 60;

/** The slots nearest to a time, by the clock. Who says `3` means 15:00. */
function nearest(slots: readonly Slot[], { first }: SaidTime): Slot[] {
  const wished = minutesOf(first);
  const meant = wished < EARLY ? wished + HALF_DAY : wished;
  const distance = ({ clock }: Slot) => Math.abs(minutesOf(clock) - meant);
  return slots
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, OFFERS)
    .sort((a, b) => (a.start < b.start ? -1 : 1));
}

function minutesOf(clock: string): number {
  const [hours, minutes] = clock.split(':').map(Number) as [number, number];
  return hours * 60 + minutes;
}
