import { optional } from 'valibot';
import { book, cancel, type Desk, type Told } from '../shared/campus/booking-desk.ts';
import { bookingAction, bookingId, meantTime, service } from '../shared/campus/booking-values.ts';
import { MAX_AHEAD } from '../shared/campus/bookings.ts';
import { createCalendar } from '../shared/campus/calendar.ts';
import { personKey, sessionKey } from '../shared/campus/person-key.ts';
import { DAYS_AHEAD, type Finding, loadSchedule, type Wish } from '../shared/campus/schedule.ts';
import { findServices, readService } from '../shared/campus/services.ts';
import { spokenDate, spokenList, spokenTime } from '../shared/campus/spoken.ts';
import { inLanguage } from '../shared/language.ts';
import { richContent } from '../shared/messages.ts';
import { chips } from '../shared/messenger.ts';
import type { Reply } from '../shared/response.ts';
import type { Booking, Service } from '../shared/store/tables.ts';
import { type BookingService, createBookingService } from '../shared/upstream/booking.ts';
import type { UpstreamError } from '../shared/upstream/http.ts';
import { withTimeForWords } from '../shared/upstream/resilient.ts';
import { date, type SaidTime, time } from '../shared/values.ts';
import { type Call, defineWebhook } from '../shared/webhook.ts';

/** What the person reads or hears. `when` is a day and a time: `Tuesday, 24 November at 10:30 am`. */
const text = {
  en: {
    nameOf: ({ name }: Service) => name,
    at: (day: string, clock: string) => `${day} at ${clock}`,
    between: (day: string, from: string, to: string) => `${day} between ${from} and ${to}`,
    unknownService: (said: string) => `There are no appointments for "${said}".`,
    service: 'What would you like an appointment for?',
    services: (names: string) => `You can choose ${names}.`,
    date: 'On which day would you like to come?',
    time: 'At what time would you like to come?',
    timeOn: (day: string) => `At what time on ${day}?`,
    free: (times: string) => `You can come at ${times}.`,
    past: (day: string) => `${day} has passed.`,
    far: (day: string) => `${day} is too far ahead: appointments are for the next ${DAYS_AHEAD} days.`,
    closed: (day: string, name: string) => `${name} is closed on ${day}.`,
    holiday: (day: string, name: string, reason: string) => `${name} is closed on ${day}: ${reason}.`,
    over: (day: string) => `There are no more appointments on ${day}.`,
    full: (day: string) => `Everything is taken on ${day}.`,
    next: (day: string) => `The next day with free times is ${day}. Which day suits you?`,
    never: `Nothing is free in the next ${DAYS_AHEAD} days.`,
    taken: (when: string) => `Nothing is free on ${when}.`,
    notOffered: (when: string) => `There is no appointment on ${when}.`,
    refused: (when: string) => `I'm sorry, ${when} could not be booked.`,
    busy: (name: string, when: string) => `You have another appointment then: ${name} on ${when}.`,
    busyThen: 'You have another appointment then.',
    enough: `You have ${MAX_AHEAD} appointments ahead of you, and nobody can have more. You can cancel one of them.`,
    booked: (name: string, when: string, place: string) => `You are booked: ${name} on ${when}, in ${place}.`,
    existing: (name: string, when: string, place: string) =>
      `You have this appointment already: ${name} on ${when}, in ${place}.`,
    number: (id: string) => `Your confirmation number is ${id}.`,
    unsure: (name: string, when: string) => `I could not get ${name} on ${when} confirmed yet.`,
    unsureNumber: (id: string) => `Its number is ${id}.`,
    again: 'Ask me again in a few minutes: you will not be booked twice.',
    id: 'What is the confirmation number of your appointment?',
    unknownId: (id: string) => `I can't find an appointment of yours with the number ${id}. What is the number?`,
    cancelled: (name: string, when: string) => `Your appointment is cancelled: ${name} on ${when}.`,
    notCancelled: (name: string, when: string) =>
      `I could not cancel ${name} on ${when} yet. Please ask me again in a few minutes.`,
    nothing: (id: string) => `The appointment ${id} was never confirmed, so there is nothing to cancel.`,
    begun: (name: string, when: string) => `${name} on ${when} has begun already, so it can't be cancelled.`,
    action: 'Would you like to book or to cancel an appointment?',
    late: "I could not confirm this in time. Ask me again: you won't be booked twice.",
  },
  hi: {
    nameOf: ({ name_hi }: Service) => name_hi,
    at: (day: string, clock: string) => `${day} को ${clock} बजे`,
    between: (day: string, from: string, to: string) => `${day} को ${from} से ${to} बजे के बीच`,
    unknownService: (said: string) => `"${said}" के लिए अपॉइंटमेंट नहीं होते।`,
    service: 'आप किसके लिए अपॉइंटमेंट चाहते हैं?',
    services: (names: string) => `आप इनमें से चुन सकते हैं: ${names}।`,
    date: 'आप किस दिन आना चाहेंगे?',
    time: 'आप कितने बजे आना चाहेंगे?',
    timeOn: (day: string) => `${day} को कितने बजे?`,
    free: (times: string) => `आप ${times} बजे आ सकते हैं।`,
    past: (day: string) => `${day} बीत चुका है।`,
    far: (day: string) => `${day} बहुत दूर है: अपॉइंटमेंट अगले ${DAYS_AHEAD} दिनों के लिए ही होते हैं।`,
    closed: (day: string, name: string) => `${name}: ${day} को बंद है।`,
    holiday: (day: string, name: string, reason: string) => `${name}: ${day} को बंद है (${reason})।`,
    over: (day: string) => `${day} को अब कोई अपॉइंटमेंट बाकी नहीं है।`,
    full: (day: string) => `${day} को सब समय भरे हुए हैं।`,
    next: (day: string) => `अगला दिन जब समय खाली है: ${day}। आपको कौन सा दिन ठीक रहेगा?`,
    never: `अगले ${DAYS_AHEAD} दिनों में कोई समय खाली नहीं है।`,
    taken: (when: string) => `${when} कोई समय खाली नहीं है।`,
    notOffered: (when: string) => `${when} कोई अपॉइंटमेंट नहीं होता।`,
    refused: (when: string) => `क्षमा करें, ${when} की बुकिंग नहीं हो सकी।`,
    busy: (name: string, when: string) => `उस समय आपका एक और अपॉइंटमेंट है: ${name}, ${when}।`,
    busyThen: 'उस समय आपका एक और अपॉइंटमेंट है।',
    enough: `आपके ${MAX_AHEAD} अपॉइंटमेंट पहले से हैं, इससे ज़्यादा नहीं हो सकते। आप उनमें से कोई रद्द कर सकते हैं।`,
    booked: (name: string, when: string, place: string) => `आपका अपॉइंटमेंट पक्का है: ${name}, ${when}, स्थान ${place}।`,
    existing: (name: string, when: string, place: string) =>
      `यह अपॉइंटमेंट आपके पास पहले से है: ${name}, ${when}, स्थान ${place}।`,
    number: (id: string) => `आपका पुष्टि नंबर ${id} है।`,
    unsure: (name: string, when: string) => `${name}, ${when}: अभी पुष्टि नहीं हो सकी।`,
    unsureNumber: (id: string) => `इसका नंबर ${id} है।`,
    again: 'कुछ मिनट बाद फिर पूछें: बुकिंग दो बार नहीं होगी।',
    id: 'आपके अपॉइंटमेंट का पुष्टि नंबर क्या है?',
    unknownId: (id: string) => `नंबर ${id} का आपका कोई अपॉइंटमेंट नहीं मिला। नंबर क्या है?`,
    cancelled: (name: string, when: string) => `आपका अपॉइंटमेंट रद्द कर दिया गया है: ${name}, ${when}।`,
    notCancelled: (name: string, when: string) => `${name}, ${when}: अभी रद्द नहीं हो सका। कृपया कुछ मिनट बाद फिर पूछें।`,
    nothing: (id: string) => `अपॉइंटमेंट ${id} की पुष्टि कभी नहीं हुई थी, इसलिए रद्द करने को कुछ नहीं है।`,
    begun: (name: string, when: string) => `${name}, ${when} शुरू हो चुका है, इसलिए रद्द नहीं हो सकता।`,
    action: 'आप अपॉइंटमेंट बुक करना चाहते हैं या रद्द करना?',
    late: 'समय पर पुष्टि नहीं हो सकी। मुझसे फिर पूछें: बुकिंग दो बार नहीं होगी।',
  },
};

const calendar = createCalendar(process.env);
const params = {
  service: optional(service()),
  date: optional(date(calendar.timeZone)),
  time: optional(time(calendar.timeZone)),
  booking_action: optional(bookingAction(), 'create'),
  booking_id: optional(bookingId()),
};
type BookingCall = Call<typeof params>;

/** Null where the store counts what is taken; kept, because it remembers when the service was last down. */
let external: BookingService | null | undefined;

/**
 * Books appointments, and cancels them. Reads `service`, `date`, `time`, and for `booking_action` `cancel` the `booking_id`;
 * asks for what is missing, and again for what cannot be. Sets `booking_state`: what has become of an appointment in this
 * call, null where nothing has; with it `booking_id` and `booking_start`. Where the external service of `BOOKING_API_URL`
 * fails, `booking-error` says how (`UpstreamReason`); asking again never books twice. For who has enough it is `too-many`.
 *
 * Whoever comes in another session than the one that booked may only say that they are that person: they hear no number, and
 * of an appointment that they did not name only that it is there (docs/decisions/returning-callers.md).
 */
export default defineWebhook(
  params,
  async (call) => {
    const reply = await (cancels(call) ? cancelOne(call) : bookOne(call));
    return { ...reply, session: { booking_state: null, 'booking-error': null, ...reply.session } };
  },
  {
    tags: ['booking.create'],
    store: true,
    ask: {
      service: { en: text.en.service, hi: text.hi.service },
      date: { en: text.en.date, hi: text.hi.date },
      time: { en: text.en.time, hi: text.hi.time },
      booking_action: { en: text.en.action, hi: text.hi.action },
      booking_id: { en: text.en.id, hi: text.hi.id },
    },
    late: {
      en: { say: text.en.late, session: { 'booking-error': 'late' } },
      hi: { say: text.hi.late, session: { 'booking-error': 'late' } },
    },
  },
);

/** A tag that says what to do is not overruled by what an earlier turn left in the session. */
function cancels({ params, turn }: BookingCall): boolean {
  return params.booking_action === 'cancel' && turn.tag !== 'booking.create';
}

async function bookOne(call: BookingCall): Promise<Reply> {
  const { params, turn, store } = call;
  const words = inLanguage(text, turn.language);
  const { known, services } = await findServices(store.db, params.service ?? '');
  const [service] = services;
  if (!service || services.length > 1) {
    const names = services.map(words.nameOf);
    const unknown = params.service !== undefined && !known ? [words.unknownService(params.service)] : [];
    const say = [...unknown, words.service, words.services(spokenList(names, turn.language, 'or'))].join(' ');
    return { say, messages: [richContent(chips(...names))], invalid: ['service'] };
  }
  if (!params.date) return { say: words.date, invalid: ['date'] };

  const wish = { date: params.date, time: meantTime(turn, params.date, params.time) };
  const who = { person: personKey(turn), session: sessionKey(turn) };
  const find = async (wanted: Wish) =>
    (await loadSchedule(store.db, service, { calendar, now: call.now(), ...who })).find(wanted);
  const finding = await find(wish);
  if (finding.kind !== 'slot') return offer(finding, wish, service, turn.language);

  const { start } = finding;
  const outcome = await book(desk(call), { service, start, ...who }, withTimeForWords(call));
  switch (outcome.kind) {
    case 'enough':
      return { say: words.enough, session: { 'booking-error': 'too-many' } };
    case 'busy': {
      const { name, when } = await describe(outcome.booking, call);
      const why = outcome.booking.session === who.session ? words.busy(name, when) : words.busyThen;
      return offer(await find({ ...wish, except: start }), wish, service, turn.language, why);
    }
    case 'refused': {
      if (outcome.error) logFailure(outcome.error, call);
      const why = words.refused(whenOf(outcome.start, turn.language));
      const others = await find({ ...wish, except: outcome.start });
      return { ...offer(others, wish, service, turn.language, why), session: { booking_state: 'refused' } };
    }
    default:
      return tell(outcome, call, outcome.booking.session === who.session);
  }
}

async function cancelOne(call: BookingCall): Promise<Reply> {
  const { params, turn } = call;
  const words = inLanguage(text, turn.language);
  const id = params.booking_id;
  if (id === undefined) return { say: words.id, invalid: ['booking_id'] };
  const outcome = await cancel(desk(call), { id, person: personKey(turn) }, withTimeForWords(call));
  if (outcome.kind === 'unknown') return { say: words.unknownId(id), invalid: ['booking_id'] };
  if (outcome.kind !== 'refused') return tell(outcome, call, true);
  if (outcome.error) logFailure(outcome.error, call);
  return { say: words.nothing(id), session: { booking_state: 'refused' } };
}

/** Says why a wish cannot be (`why`, where that is known already), or what it lacks, and what there is instead. */
function offer(finding: Finding, { time }: Wish, service: Service, language: string, why?: string): Reply {
  const words = inLanguage(text, language);
  if (finding.kind === 'no-day') {
    const { why: cause, next, reason } = finding;
    const year = cause === 'past' || cause === 'far';
    const [day, name] = [spokenDate(finding.date, language, { year }), words.nameOf(service)];
    const because = reason === null ? words[cause](day, name) : words.holiday(day, name, reason);
    const no = why ? `${why} ${because}` : because;
    if (next === null) return { say: `${no} ${words.never}`, invalid: ['date'] };
    const nextDay = spokenDate(next, language);
    return { say: `${no} ${words.next(nextDay)}`, messages: [richContent(chips(nextDay))], invalid: ['date'] };
  }
  const day = spokenDate(finding.date, language);
  const offers = finding.kind === 'slot' ? [finding] : finding.offers;
  const clocks = offers.map(({ clock }) => spokenTime(clock, language));
  const no =
    finding.kind === 'no-time' && time && !why
      ? words[finding.taken ? 'taken' : 'notOffered'](spokenWish(day, time, language))
      : words.timeOn(day);
  const say = why ? `${why} ${no}` : no;
  const free = words.free(spokenList(clocks, language, 'or'));
  return { say: `${say} ${free}`, messages: [richContent(chips(...clocks))], invalid: ['time'] };
}

/** Says what has become of an appointment, and its number to whom it was told before. */
async function tell(outcome: Told, call: BookingCall, knowsNumber: boolean): Promise<Reply> {
  const words = inLanguage(text, call.turn.language);
  const { id, start, state } = outcome.booking;
  const { name, when, place } = await describe(outcome.booking, call);
  const session = {
    booking_id: knowsNumber ? id : null, // and none of another appointment, which `cancel it` would cancel
    booking_start: calendar.withOffset(start),
    booking_state: state,
  };
  switch (outcome.kind) {
    case 'booked':
    case 'existing': {
      const details = words[outcome.kind](name, when, place);
      return { say: knowsNumber ? `${details} ${words.number(id)}` : details, session };
    }
    case 'cancelled':
      return { say: words.cancelled(name, when), session };
    case 'over':
      return { say: words.begun(name, when), session };
    case 'unsure': {
      logFailure(outcome.error, call);
      const number = knowsNumber ? [words.unsureNumber(id)] : [];
      const unsure = [words.unsure(name, when), ...number, words.again].join(' ');
      const say = cancels(call) ? words.notCancelled(name, when) : unsure;
      return { say, session: { ...session, 'booking-error': outcome.error.reason } };
    }
  }
}

async function describe({ service_id, start }: Booking, { store, turn: { language } }: BookingCall) {
  const service = await readService(store.db, service_id);
  return { name: inLanguage(text, language).nameOf(service), when: whenOf(start, language), place: service.place };
}

function logFailure({ message, upstream, reason }: UpstreamError, { log }: BookingCall): void {
  log(message, { upstream, reason });
}

function whenOf(start: string, language: string): string {
  const { date, clock } = calendar.at(start);
  return inLanguage(text, language).at(spokenDate(date, language), spokenTime(clock, language));
}

function spokenWish(day: string, { first, last }: SaidTime, language: string): string {
  const words = inLanguage(text, language);
  const [from, to] = [spokenTime(first, language), spokenTime(last, language)];
  return from === to ? words.at(day, from) : words.between(day, from, to);
}

function desk({ store, once, now }: BookingCall): Desk {
  external ??= createBookingService(process.env);
  return { store, once, external, calendar, now };
}
