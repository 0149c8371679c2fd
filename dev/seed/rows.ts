/**
 * The rows of the demo college, for `cx db seed`. Every person in it, faculty and students alike, is invented; so are
 * the college, its numbers (+91 20 0..., which no telephone has) and its addresses (example.edu is reserved). Only the
 * books are real. Dates of loans, dues and transactions lie around `now`; all else is the same on every run.
 */
import type { Book, BookCopy, ClosedDay, FacultyMember, OpeningHours, Tables } from '../../shared/store/tables.ts';
import { duesOf, transactionsOf } from './accounts.ts';
import shelves from './books.json' with { type: 'json' };
import holidays from './closed-days.json' with { type: 'json' };
import clubs from './clubs.json' with { type: 'json' };
import { dateIn } from './days.ts';
import departments from './departments.json' with { type: 'json' };
import faculty from './faculty.json' with { type: 'json' };
import pinHashes from './pin-hashes.json' with { type: 'json' };
import programmes from './programmes.json' with { type: 'json' };
import semesterFees from './semester-fees.json' with { type: 'json' };
import services from './services.json' with { type: 'json' };
import college from './students.json' with { type: 'json' };

const PIN_HASHES: Record<string, string> = pinHashes;

/** The rows of each table; a table comes after those that it points to, so that they can be inserted in this order. */
export function seedRows(now: number): { [table in keyof Tables]?: Tables[table][] } {
  const { students } = college;
  return {
    departments: departments.map(({ extension, ...department }) => ({
      ...department,
      phone: `+91 20 0000 ${extension}`,
      email: mailbox(department.id),
    })),
    faculty: facultyRows(),
    ...libraryRows(now),
    clubs: clubs.map((club) => ({ ...club, email: mailbox(`club-${club.id}`) })),
    programmes,
    semester_fees: semesterFees,
    students: students.map(({ number, name, programme_id }) => ({
      number,
      name,
      programme_id,
      pin_hash: PIN_HASHES[number]!,
    })),
    transactions: transactionsOf(students, now),
    dues: duesOf(students, now),
    services: services.map(({ open, ...service }) => service),
    opening_hours: services.flatMap(openingHoursOf),
    closed_days: closedDays(now),
  };
}

const mailbox = (name: string) => `${name}@example.edu`;

function facultyRows(): FacultyMember[] {
  return Object.entries(faculty)
    .flatMap(([department_id, members]) => members.map((member) => ({ ...member, department_id })))
    .map((member, index) => ({
      id: `f-${String(index + 1).padStart(3, '0')}`,
      ...member,
      email: mailbox(
        member.name
          .replace(/^Dr\. /, '')
          .replaceAll(' ', '.')
          .toLowerCase(),
      ),
    }));
}

/** A book is `[title, author, year, subjects, copies]`; of the copies, `+9` is out and back in nine days. */
function libraryRows(now: number): { books: Book[]; book_copies: BookCopy[] } {
  const books: Book[] = [];
  const book_copies: BookCopy[] = [];
  for (const { shelf, about, books: titles } of shelves) {
    for (const [place, entry] of titles.entries()) {
      const [title, author, year, subjects, copies] = entry as [string, string, number, string, string];
      const id = `b-${String(books.length + 1).padStart(4, '0')}`;
      books.push({ id, title, author, year, subject: `${about}, ${subjects}`, shelf: `${shelf}-${101 + place}` });
      for (const [index, copy] of copies.split(' ').entries()) {
        book_copies.push({ id: `${id}-${index + 1}`, book_id: id, ...copyOf(copy, now) });
      }
    }
  }
  return { books, book_copies };
}

function copyOf(word: string, now: number): Pick<BookCopy, 'state' | 'due'> {
  if (word.startsWith('+')) return { state: 'out', due: dateIn(now, Number(word)) };
  return { state: word === 'reference' ? 'reference' : 'in', due: null };
}

function openingHoursOf({ id, open }: (typeof services)[number]): OpeningHours[] {
  return open.flatMap(({ weekdays, hours }) =>
    weekdays.flatMap((weekday) =>
      hours.map((span) => {
        const [opens, closes] = span.split('-') as [string, string];
        return { service_id: id, weekday, opens, closes };
      }),
    ),
  );
}

/** Holidays that fall on the same date each year, this year and the next. Those that the moon moves are left out. */
function closedDays(now: number): ClosedDay[] {
  const year = Number(dateIn(now, 0).slice(0, 4));
  return [year, year + 1].flatMap((each) => holidays.map(({ day, reason }) => ({ date: `${each}-${day}`, reason })));
}
