/**
 * What the store holds, table by table; `migrations.ts` makes them. Both engines keep the same few types: text, and integers
 * below 2^31. Times are ISO 8601 in UTC with milliseconds (`2026-11-21T09:30:00.000Z`), dates `2026-11-21`, clock times
 * `09:30` of the campus; all three sort as text. Amounts are whole paise (1/100 rupee).
 */
export interface Tables {
  departments: Department;
  faculty: FacultyMember;
  books: Book;
  book_copies: BookCopy;
  clubs: Club;
  programmes: Programme;
  semester_fees: SemesterFee;
  students: Student;
  transactions: AccountTransaction;
  dues: Due;
  services: Service;
  opening_hours: OpeningHours;
  closed_days: ClosedDay;
  slots: Slot;
  bookings: Booking;
  people: Person;
  attempts: Attempts;
  proofs: Proof;
  feedback: Feedback;
  once: OnceRecord;
}

export interface Department {
  /** For example `physics`. */
  id: string;
  name: string;
  building: string;
  phone: string;
  email: string;
  /** For people, for example `Monday to Friday, 9:30 to 17:00`. */
  hours: string;
}

export interface FacultyMember {
  /** For example `f-012`. */
  id: string;
  name: string;
  /** For example `Associate Professor`. */
  title: string;
  department_id: string;
  /** What they teach or study, comma-separated. */
  subjects: string;
  office: string;
  email: string;
  /** When students may come, for people. */
  hours: string;
}

export interface Book {
  /** For example `b-0042`. */
  id: string;
  title: string;
  author: string;
  year: number;
  subject: string;
  /** Where it stands, for example `B2-114`. */
  shelf: string;
}

export interface BookCopy {
  /** For example `b-0042-1`. */
  id: string;
  book_id: string;
  state: 'in' | 'out' | 'reference';
  /** The date on which it is back; null unless it is out. */
  due: string | null;
}

export interface Club {
  id: string;
  name: string;
  /** For example `music`, `sport`, `technology`. */
  topic: string;
  description: string;
  /** For people, for example `Tuesdays at 17:30`. */
  meets: string;
  place: string;
  email: string;
}

export interface Programme {
  id: string;
  name: string;
  /** Paise for one credit. */
  per_credit: number;
}

/** What everybody pays each semester, and `hostel`, which only some do. */
export interface SemesterFee {
  id: string;
  name: string;
  amount: number;
}

export interface Student {
  /** For example `S1024`. */
  number: string;
  name: string;
  programme_id: string;
  /** `scrypt$N$r$p$salt$hash`, the last two in base64url. */
  pin_hash: string;
}

export interface AccountTransaction {
  /** For example `t-00017`. */
  id: string;
  student_number: string;
  /** When, ISO 8601 in UTC. */
  at: string;
  text: string;
  /** Positive is credit, negative is spent. The balance is their sum. */
  amount: number;
}

/** A fee that a student owes. */
export interface Due {
  id: string;
  student_number: string;
  name: string;
  amount: number;
  paid: number;
  /** Date. */
  due: string;
}

/** What can be booked, for example an hour with a counsellor. */
export interface Service {
  id: string;
  name: string;
  /** In Hindi. */
  name_hi: string;
  /** Other words for it, comma-separated. */
  aliases: string;
  place: string;
  /** Length of an appointment. */
  minutes: number;
  /** Appointments at the same time. */
  capacity: number;
}

export interface OpeningHours {
  service_id: string;
  /** ISO 8601: 1 is Monday. */
  weekday: number;
  /** Clock time of the campus. */
  opens: string;
  closes: string;
}

export interface ClosedDay {
  date: string;
  reason: string;
}

/** An appointment time that somebody has booked; there is no row before. `taken` never exceeds `capacity`. */
export interface Slot {
  service_id: string;
  /** ISO 8601 in UTC. */
  start: string;
  /** The service's, when the last place was taken: it may have changed since. */
  capacity: number;
  taken: number;
}

export interface Booking {
  /** What the person is told, for example `B7K2M9QX`. Also the idempotency key for the external service. */
  id: string;
  service_id: string;
  /** ISO 8601 in UTC. */
  start: string;
  /** Who booked: the key of `people`. */
  person: string;
  /** Digest of the session in which it was made: what another session is told is less. */
  session: string;
  /** `pending` until the external service has said yes or no. */
  state: 'pending' | 'confirmed' | 'cancelled' | 'refused';
  /** What the external service calls it. */
  external_id: string | null;
  at: string;
}

/** Somebody who talked to the assistant. The key is a digest: no phone number and no session id is kept. */
export interface Person {
  key: string;
  name: string | null;
  email: string | null;
  phone: string | null;
  /** Sessions in which they were greeted. */
  visits: number;
  /** Digest of the session of the last visit. */
  last_session: string;
  last_seen: string;
}

/** Tries to prove who somebody is, by student and by session. */
export interface Attempts {
  /** `student:`, `session:` or `both:` and a digest. */
  scope: string;
  failures: number;
  /** When the last of them was, ISO 8601 in UTC. */
  since: string;
}

/** Who has proved, in which session, to be which student, and until when that counts. */
export interface Proof {
  /** Digest of the session's name. */
  session: string;
  student_number: string;
  until: string;
}

export interface Feedback {
  id: string;
  at: string;
  text: string;
  category: string;
  /** 0 to 100. */
  confidence: number;
  /** -100 to 100. */
  sentiment: number;
  /** JSON: string[]. */
  phrases: string;
  /** JSON: {kind, text}[]. */
  entities: string;
}

/** An effect that happened, and what came of it. */
export interface OnceRecord {
  key: string;
  /** JSON. */
  result: string;
  at: string;
}
