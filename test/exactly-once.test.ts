import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { resetDatabase } from '../dev/local/database.ts';
import { openStore, type Store } from '../shared/store.ts';
import type { WebhookResponse } from '../shared/wire.ts';
import { NO_POSTGRES, POSTGRES_BINARIES, type PostgresServer, startPostgres } from './helpers/postgres.ts';
import { answering, FRAMEWORK_CLI, freePort, type Running, startNode, stopAll } from './helpers/process.ts';
import { AGENT, request } from './helpers/requests.ts';
import { CALLER, createKey, mint, openCertificateServer } from './helpers/tokens.ts';

/**
 * A thousand people book at the same time, CX repeats many of the calls, and a server dies in the middle. Each server is a
 * process of its own under the functions-framework's command line, as in the cloud; all share one database.
 */

const PEOPLE = 1000;
/** Calls under way at the same time. */
const AT_ONCE = 32;
/** A process is killed once so many calls are answered. */
const KILL_AFTER = 600;
const AUDIENCE = 'https://booking.example.com';

const key = createKey('once-key');
const token = mint({ key, claims: { aud: AUDIENCE } });

interface Seat {
  readonly service: string;
  /** As a person says them: `2026-11-24`, `10:30`. */
  readonly date: string;
  readonly time: string;
  /** ISO 8601 in UTC. */
  readonly start: string;
  readonly capacity: number;
}

/** Every appointment time of the next open days, until there are as many as a third of the people: most are wanted twice or more. */
async function listSeats(store: Store): Promise<Seat[]> {
  const services = await store.db.selectFrom('services').selectAll().execute();
  const hours = await store.db.selectFrom('opening_hours').selectAll().execute();
  const closed = new Set((await store.db.selectFrom('closed_days').select('date').execute()).map(({ date }) => date));
  const seats: Seat[] = [];
  for (let ahead = 2; seats.length < PEOPLE / 3; ahead++) {
    const day = new Date(Date.now() + ahead * 86_400_000);
    const date = day.toLocaleDateString('sv-SE', { timeZone: 'Asia/Kolkata' });
    if (closed.has(date)) continue;
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
    for (const { service_id, opens, closes } of hours.filter((row) => row.weekday === weekday)) {
      const { minutes, capacity } = services.find(({ id }) => id === service_id)!;
      const end = Date.parse(`${date}T${closes}:00+05:30`);
      for (let at = Date.parse(`${date}T${opens}:00+05:30`); at + minutes * 60_000 <= end; at += minutes * 60_000) {
        const time = new Date(at).toLocaleTimeString('sv-SE', { timeZone: 'Asia/Kolkata' }).slice(0, 5);
        seats.push({ service: service_id, date, time, start: new Date(at).toISOString(), capacity });
      }
    }
  }
  return seats;
}

interface Server {
  readonly url: string;
  readonly running: Running;
}

async function startServer(databaseUrl: string, certificatesUrl: string): Promise<Server> {
  const port = await freePort();
  const running = startNode([FRAMEWORK_CLI], {
    env: {
      PORT: String(port),
      FUNCTION_TARGET: 'booking',
      WEBHOOK_AUDIENCES: AUDIENCE,
      WEBHOOK_CALLERS: CALLER,
      GOOGLE_CERTS_URL: certificatesUrl,
      DATABASE_URL: databaseUrl,
    },
  });
  const url = `http://127.0.0.1:${port}/`;
  await answering(url, running);
  return { url, running };
}

/** What one call gave: the session parameters of the answer; null where CX would repeat the call. */
async function call(url: string, body: string): Promise<{ [name: string]: unknown } | null> {
  try {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(5000) });
    if (answer.status !== 200) return null;
    const { sessionInfo } = (await answer.json()) as WebhookResponse;
    const parameters: { [name: string]: unknown } = { ...sessionInfo?.parameters };
    return typeof parameters['webhook-error'] === 'string' ? null : parameters;
  } catch {
    return null;
  }
}

async function everybodyBooks(databaseUrl: string, processes: number) {
  const certificates = await openCertificateServer(key);
  await resetDatabase({ DATABASE_URL: databaseUrl }, Date.now());
  const servers = await Promise.all(
    Array.from({ length: processes }, () => startServer(databaseUrl, certificates.url)),
  );
  const store = await openStore({ DATABASE_URL: databaseUrl });
  const seats = await listSeats(store);

  const wanted = Array.from({ length: PEOPLE }, (_, person) => ({ person, seat: seats[person % seats.length]! }));
  const body = (person: number, { service, date, time }: Seat) =>
    JSON.stringify(
      request(
        'booking',
        { service, date, time },
        {
          detectIntentResponseId: `turn-${person}`,
          sessionInfo: { session: `${AGENT}/sessions/person-${person}`, parameters: { service, date, time } },
        },
      ),
    );
  let sent = 0;
  let answered = 0;
  let victim: Server | undefined;
  const outcomes = new Map<number, unknown[]>();

  /** CX's side: somebody else serves the repeated call. */
  async function send(person: number, seat: Seat): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const alive = servers.filter((server) => server !== victim);
      const server = attempt === 0 ? servers[sent % servers.length]! : alive[(person + attempt) % alive.length]!;
      sent++;
      const parameters = await call(server.url, body(person, seat));
      if (parameters) {
        outcomes.set(person, [...(outcomes.get(person) ?? []), parameters]);
        if (++answered === KILL_AFTER) {
          victim = servers[0]!;
          victim.running.process.kill('SIGKILL');
        }
        return;
      }
      await sleep(20);
    }
    throw new Error(`Nobody answers person ${person}.`);
  }

  const calls = wanted.flatMap(({ person, seat }) =>
    Array.from({ length: 1 + (person % 3) }, () => ({ person, seat })),
  );
  // The copies of a call are near each other, in an order that is the same in every run.
  const queue = calls.map((one, i) => ({ one, at: i + ((i * 7919) % 40) })).sort((a, b) => a.at - b.at);
  const started = Date.now();
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await send(next.one.person, next.one.seat);
  });
  await Promise.all(workers);
  const seconds = (Date.now() - started) / 1000;

  const bookings = await store.db.selectFrom('bookings').selectAll().execute();
  const slots = await store.db.selectFrom('slots').selectAll().execute();
  await store.close();
  await certificates.close();
  const signal = victim?.running.process.signalCode;
  return { seats, wanted, calls, sent, seconds, outcomes, bookings, slots, signal };
}

function judge({
  seats,
  wanted,
  calls,
  sent,
  seconds,
  outcomes,
  bookings,
  slots,
  signal,
}: Awaited<ReturnType<typeof everybodyBooks>>) {
  const demand = (start: string, service: string) =>
    wanted.filter(({ seat }) => seat.start === start && seat.service === service).length;
  const told = [...outcomes].map(([person, answers]) => ({
    person,
    answers: answers.length,
    ids: new Set(answers.map((answer) => (answer as { booking_id?: unknown }).booking_id ?? null)),
  }));
  const acknowledged = told.flatMap(({ ids }) => [...ids].filter((id) => id !== null));
  const known = new Set(bookings.map(({ id }) => id));
  console.info(
    `${wanted.length} people, ${calls.length} calls, ${sent} sent with repeats, in ${seconds.toFixed(1)} s: ` +
      `${bookings.length} bookings, ${acknowledged.filter((id) => !known.has(id as string)).length} lost, ` +
      `${bookings.length - new Set(bookings.map(({ person }) => person)).size} doubled.`,
  );

  expect(signal).toBe('SIGKILL');
  expect(outcomes.size).toBe(PEOPLE);
  // Whoever was answered several times was told the same each time.
  expect(told.filter(({ ids }) => ids.size !== 1)).toEqual([]);
  // Nothing lost: every number that somebody was told is in the store, and every slot is as full as people wanted it.
  expect(acknowledged.filter((id) => !known.has(id as string))).toEqual([]);
  expect(
    seats.map(({ service, start, capacity }) => [service, start, Math.min(capacity, demand(start, service))]),
  ).toEqual(
    seats.map(({ service, start }) => [
      service,
      start,
      bookings.filter((one) => one.service_id === service && one.start === start && one.state === 'confirmed').length,
    ]),
  );
  // Nothing doubled: one booking a person, and none that nobody was told of.
  expect(bookings.length).toBe(new Set(bookings.map(({ person }) => person)).size);
  expect(bookings.length).toBe(acknowledged.length);
  // Nothing overbooked, and the counts are true.
  expect(slots.filter(({ taken, capacity }) => taken > capacity)).toEqual([]);
  expect(slots.reduce((sum, { taken }) => sum + taken, 0)).toBe(bookings.length);
}

afterEach(stopAll);

test('A thousand bookings over two processes on one SQLite file, one of them killed: none lost, none doubled.', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'once-'));
  judge(await everybodyBooks(`file:${join(folder, 'campus.db')}`, 2));
  rmSync(folder, { recursive: true });
}, 180_000);

if (!POSTGRES_BINARIES) console.warn(`Exactly once on PostgreSQL is ${NO_POSTGRES}`);

(POSTGRES_BINARIES ? describe : describe.skip)('On PostgreSQL', () => {
  let server: PostgresServer | undefined;
  afterAll(() => server?.close());

  test('A thousand bookings over four processes, one of them killed: none lost, none doubled.', async () => {
    server = await startPostgres();
    judge(await everybodyBooks(await server.createDatabase(), 4));
  }, 180_000);
});
