import { afterEach, expect, test } from '@jest/globals';
import {
  type BookingUpstream,
  type BookingUpstreamOptions,
  LOCAL_BOOKING_KEY,
  startBooking,
} from '../../dev/upstreams/booking.ts';

const upstreams: BookingUpstream[] = [];
afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

async function start(options: BookingUpstreamOptions = {}): Promise<BookingUpstream> {
  const upstream = await startBooking(options);
  upstreams.push(upstream);
  return upstream;
}

const WANTED = { service: 'counselling', start: '2026-11-24T10:00:00+05:30', minutes: 30, reference: 'B1' };

async function send(upstream: BookingUpstream, path: string, init: RequestInit) {
  const headers = { authorization: `Bearer ${LOCAL_BOOKING_KEY}`, ...init.headers };
  const response = await fetch(upstream.url + path, { signal: AbortSignal.timeout(5000), ...init, headers });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
}

const post = (upstream: BookingUpstream, key: string, body: unknown = WANTED) =>
  send(upstream, '/bookings', {
    method: 'POST',
    headers: { 'idempotency-key': key },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const remove = (upstream: BookingUpstream, id: string) => send(upstream, `/bookings/${id}`, { method: 'DELETE' });
const codeOf = ({ status, body }: { status: number; body: unknown }) => [
  status,
  (body as { error?: { code: string } }).error?.code,
];

test('A booking is confirmed and kept.', async () => {
  const upstream = await start();
  expect(await post(upstream, '"B1"')).toEqual({ status: 201, body: { id: 'ext-0001', state: 'confirmed' } });
  expect(upstream.bookings).toEqual([
    { id: 'ext-0001', service: 'counselling', start: '2026-11-24T04:30:00.000Z', minutes: 30, reference: 'B1' },
  ]);
});

test('Ten equal posts at the same time are one booking with one answer.', async () => {
  const upstream = await start();
  const answers = await Promise.all(Array.from({ length: 10 }, () => post(upstream, '"B1"')));
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
    new Set([JSON.stringify({ status: 201, body: { id: 'ext-0001', state: 'confirmed' } })]),
  );
  expect(upstream.bookings).toHaveLength(1);
});

test('The same key with the fields in another order is the same booking, with another body a mistake.', async () => {
  const upstream = await start();
  await post(upstream, '"B1"');
  const { reference, minutes, start: at, service } = WANTED;
  expect((await post(upstream, '"B1"', { reference, minutes, start: at, service })).status).toBe(201);
  expect(codeOf(await post(upstream, '"B1"', { ...WANTED, minutes: 60 }))).toEqual([422, 'idempotency_key_reused']);
  expect(upstream.bookings).toHaveLength(1);
});

test('While a booking is worked on, the same key is a conflict.', async () => {
  const upstream = await start({ workMs: 300 });
  const first = post(upstream, '"B1"');
  while (upstream.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(codeOf(await post(upstream, '"B1"'))).toEqual([409, 'in_progress']);
  expect((await first).status).toBe(201);
  expect((await post(upstream, '"B1"')).status).toBe(201);
});

test('A time takes as many as there is room for, and those of another service or time beside.', async () => {
  const upstream = await start({ capacity: 2 });
  const answers = [];
  for (const key of ['"B1"', '"B2"', '"B3"']) answers.push(codeOf(await post(upstream, key)));
  // The same moment, written otherwise.
  answers.push(codeOf(await post(upstream, '"B4"', { ...WANTED, start: '2026-11-24T10:30:00+06:00' })));
  answers.push(codeOf(await post(upstream, '"B5"', { ...WANTED, start: '2026-11-24T11:00:00+05:30' })));
  answers.push(codeOf(await post(upstream, '"B6"', { ...WANTED, service: 'dentist' })));
  const [yes, no] = [
    [201, undefined],
    [409, 'full'],
  ];
  expect(answers).toEqual([yes, yes, no, no, yes, yes]);
});

test('Fifty who want the same time at once get as many places as there are.', async () => {
  const upstream = await start({ capacity: 3, workMs: 5 });
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => post(upstream, `"B${i}"`)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
  expect(upstream.bookings).toHaveLength(3);
});

test('A refusal is not kept: the same key may have more luck later.', async () => {
  const upstream = await start();
  await post(upstream, '"B1"');
  expect(codeOf(await post(upstream, '"B2"'))).toEqual([409, 'full']);
  await remove(upstream, 'ext-0001');
  expect(await post(upstream, '"B2"')).toEqual({ status: 201, body: { id: 'ext-0002', state: 'confirmed' } });
});

test('A cancelled booking frees its time, is gone the second time, and its key books nothing any more.', async () => {
  const upstream = await start();
  await post(upstream, '"B1"');
  expect(await remove(upstream, 'ext-0001')).toEqual({ status: 204, body: null });
  expect(codeOf(await remove(upstream, 'ext-0001'))).toEqual([404, 'not_found']);
  expect(codeOf(await post(upstream, '"B1"'))).toEqual([409, 'cancelled']);
  expect(upstream.bookings).toEqual([]);
});

test.each(['07:59', '20:00', '23:30'])('At %s on the clock of whoever asks nothing is offered.', async (time) => {
  const upstream = await start();
  expect(codeOf(await post(upstream, '"B1"', { ...WANTED, start: `2026-11-24T${time}:00+05:30` }))).toEqual([
    409,
    'closed',
  ]);
});

test.each([
  ['no credential', ''],
  ['another key', 'Bearer another-key'],
  ['another scheme', `Basic ${LOCAL_BOOKING_KEY}`],
])('With %s nothing is said.', async (_name, authorization) => {
  const upstream = await start();
  const init = { method: 'POST', headers: { authorization, 'idempotency-key': '"B1"' }, body: JSON.stringify(WANTED) };
  expect(codeOf(await send(upstream, '/bookings', init))).toEqual([401, 'unauthorized']);
  expect(upstream.bookings).toEqual([]);
});

test.each(['', 'B1', '""', '"B1', '"B"1"'])('Idempotency-Key %j is no String of RFC 9651.', async (key) => {
  const upstream = await start();
  expect(codeOf(await post(upstream, key))).toEqual([400, 'idempotency_key_missing']);
});

test.each([
  ['{', 'The body is not JSON.'],
  ['null', 'service must be a text.'],
  [{ ...WANTED, service: '' }, 'service must be a text.'],
  [{ ...WANTED, start: '2026-11-24T10:00:00' }, 'start must be ISO 8601 with an offset.'],
  [{ ...WANTED, start: '2026-13-24T10:00:00Z' }, 'start must be ISO 8601 with an offset.'],
  [{ ...WANTED, minutes: '30' }, 'minutes must be a whole number above 0.'],
  [{ ...WANTED, minutes: 0 }, 'minutes must be a whole number above 0.'],
  [{ ...WANTED, reference: undefined }, 'reference must be a text.'],
])('The body %j is refused: %s', async (body, message) => {
  expect(await post(await start(), '"B1"', body)).toEqual({
    status: 400,
    body: { error: { code: 'invalid', message } },
  });
});

test('Nothing is at another address.', async () => {
  const upstream = await start();
  expect(codeOf(await send(upstream, '/bookings', { method: 'GET' }))).toEqual([404, 'no_such_address']);
  expect(codeOf(await send(upstream, '/bookings/a/b', { method: 'DELETE' }))).toEqual([404, 'no_such_address']);
});
