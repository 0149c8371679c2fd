import type { Department, Service } from '../store/tables.ts';
import type { Store } from '../store.ts';
import { longDate } from './dates.ts';
import { inRupees } from './money.ts';
import { createSearch } from './search.ts';
import { spokenDate, spokenList, spokenTime } from './spoken.ts';

/**
 * What the college says about itself, as sentences: all that a generated answer may be made of. Nothing of students is in
 * it, nor of anybody's bookings.
 */
export interface Fact {
  /** What it is about, for example `Library and laboratory fee`. */
  readonly title: string;
  /** One or two whole sentences. */
  readonly text: string;
  /** Further words that one may ask with. */
  readonly words: string;
}

/** Finds the facts that a question is about. */
export const facts = createSearch<Fact>({
  load: loadFacts,
  fields: {
    title: { text: ({ title }) => title, boost: 3 },
    words: { text: ({ words }) => words, boost: 2 },
    text: { text: ({ text }) => text },
  },
  name: 'title',
  noise: ['college', 'campus', 'much', 'many', 'long', 'there', 'take', 'go', 'open', 'today', 'tomorrow', 'please'],
});

async function loadFacts({ db }: Store): Promise<Fact[]> {
  const [departments, faculty, services, hours, clubs, books, programmes, fees, closed] = await Promise.all([
    db.selectFrom('departments').selectAll().orderBy('id').execute(),
    db.selectFrom('faculty').selectAll().orderBy('id').execute(),
    db.selectFrom('services').selectAll().orderBy('id').execute(),
    db.selectFrom('opening_hours').selectAll().orderBy('weekday').orderBy('opens').execute(),
    db.selectFrom('clubs').selectAll().orderBy('id').execute(),
    db.selectFrom('books').selectAll().orderBy('id').execute(),
    db.selectFrom('programmes').selectAll().orderBy('id').execute(),
    db.selectFrom('semester_fees').selectAll().orderBy('id').execute(),
    db.selectFrom('closed_days').selectAll().orderBy('date').execute(),
  ]);
  const departmentOf = new Map(departments.map((department) => [department.id, department.name]));
  return [
    ...departments.map(aboutDepartment),
    ...services.map((service) =>
      aboutService(
        service,
        hours.filter(({ service_id }) => service_id === service.id),
      ),
    ),
    ...fees.map(({ name, amount }) => ({
      title: `${name} fee`,
      text: `The fee for ${name.toLowerCase()} is ${inRupees(amount)} per semester.`,
      words: 'fees cost costs price pay amount rupees charge',
    })),
    ...programmes.map(({ name, per_credit }) => ({
      title: `Tuition of the ${name}`,
      text: `Tuition in the programme ${name} is ${inRupees(per_credit)} per credit.`,
      words: 'fee fees cost costs price pay amount rupees charge degree course study programme program',
    })),
    ...faculty.map(({ name, title, department_id, subjects, office, email, hours }) => ({
      title: name,
      text: `${name}, ${title} in ${departmentOf.get(department_id)}, teaches ${subjects}. Office ${office}, ${hours}, ${email}.`,
      words: 'teacher teaches teach professor prof lecturer faculty dr',
    })),
    ...clubs.map(({ name, topic, description, meets, place, email }) => ({
      title: name,
      text: `${name}: ${description} It meets ${meets}, ${place}; write to ${email}.`,
      words: `club society join ${topic}`,
    })),
    ...books.map(({ title, author, year, subject, shelf }) => ({
      title,
      text: `The library has “${title}” by ${author} (${year}) on shelf ${shelf}. Subject: ${subject}.`,
      words: 'book books library read',
    })),
    ...closed.map(({ date, reason }) => ({
      title: reason,
      text: `The college is closed on ${longDate(date)} (${reason}).`,
      words: `holiday holidays closed ${spokenDate(date, 'en')}`,
    })),
  ];
}

function aboutDepartment({ name, building, phone, email, hours }: Department): Fact {
  return {
    title: `Department of ${name}`,
    text: `The department of ${name} is in the ${building}, open ${hours}; phone ${phone}, e-mail ${email}.`,
    words: 'where phone email contact office hours number',
  };
}

interface Opening {
  readonly weekday: number;
  readonly opens: string;
  readonly closes: string;
}

function aboutService({ name, aliases, place, minutes }: Service, openings: readonly Opening[]): Fact {
  const weekly = Map.groupBy(openings, ({ weekday }) => weekday);
  const days = [...weekly].map(([weekday, parts]) => ({
    weekday,
    hours: spokenList(
      parts.map(({ opens, closes }) => `${spokenTime(opens, 'en')} to ${spokenTime(closes, 'en')}`),
      'en',
      'and',
    ),
  }));
  const times = [...Map.groupBy(days, ({ hours }) => hours)].map(
    ([hours, same]) => `${spokenDays(same.map(({ weekday }) => weekday))} ${hours}`,
  );
  return {
    title: name,
    text: `${name} is at ${place}, ${times.join('; ')}. An appointment takes ${minutes} minutes.`,
    words: `${aliases} appointment service hours open when where`,
  };
}

/** `Monday to Friday`, `Tuesday, Thursday and Saturday` */
function spokenDays(weekdays: readonly number[]): string {
  const first = weekdays[0]!;
  const last = weekdays.at(-1)!;
  const isRun = weekdays.length > 2 && last - first === weekdays.length - 1;
  return isRun ? `${weekdayName(first)} to ${weekdayName(last)}` : spokenList(weekdays.map(weekdayName), 'en', 'and');
}

/** 1 is Monday: 5 January 1970 was one. */
function weekdayName(weekday: number): string {
  return new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(1970, 0, 4 + weekday));
}
