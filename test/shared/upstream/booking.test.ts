import { afterEach, expect, test } from '@jest/globals';
import { type BookingUpstreamOptions, LOCAL_BOOKING_KEY, startBooking } from '../../../dev/upstreams/booking.ts';
import { type Fault, startUpstream, type Upstream, type UpstreamAnswer } from '../../../dev/upstreams/server.ts';
import { ConfigError } from '../../../shared/errors.ts';
import { createBookingService } from '../../../shared/upstream/booking.ts';
import type { Patience } from '../../../shared/upstream/resilient.ts';
import { FAULTS, failureOf, impatient, tracesOf } from './faults.ts';

const call = { signal: AbortSignal.timeout(60_000) };
const patienceWith = (fault?: Fault): Patience => ({ ...impatient(fault), passing: [409, 429, 502, 503, 504] });
const wanted = { id: 'B7K2M9QX', service: 'counselling', start: '2026-11-24T10:00:00+05:30', minutes: 30 };
const FULL = { state: 'refused', reason: 'full' };

const upstreams: Upstream[] = [];
afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

const connect = (url: string, key = LOCAL_BOOKING_KEY, patience = patienceWith()) =>
  createBookingService({ BOOKING_API_URL: url, BOOKING_API_KEY: key }, patience)!;

async function start(options: BookingUpstreamOptions = {}, fault?: Fault) {
  const upstream = await startBooking(options);
  upstreams.push(upstream);
  return { upstream, service: connect(upstream.url, LOCAL_BOOKING_KEY, patienceWith(fault)) };
}

/** A service that always answers this. */
async function startAnswering(answer: UpstreamAnswer) {
  const upstream = await startUpstream(() => answer);
  upstreams.push(upstream);
  return { upstream, service: connect(upstream.url) };
}

test('Without BOOKING_API_URL there is no service.', () => {
  expect([createBookingService({}), createBookingService({ BOOKING_API_URL: '', BOOKING_API_KEY: 'k' })]).toEqual([
    null,
    null,
  ]);
});

test('A booking is confirmed, and its id is also its idempotency key.', async () => {
  const { upstream, service } = await start();
  expect(await service.book(wanted, call)).toEqual({ state: 'confirmed', externalId: 'ext-0001' });
  expect(
    upstream.requests.map(({ method, url, headers, body }) => ({
      line: `${method} ${url.pathname}`,
      key: headers['idempotency-key'],
      authorization: headers.authorization,
      body: JSON.parse(body),
    })),
  ).toEqual([
    {
      line: 'POST /bookings',
      key: '"B7K2M9QX"',
      authorization: `Bearer ${LOCAL_BOOKING_KEY}`,
      body: { service: 'counselling', start: '2026-11-24T10:00:00+05:30', minutes: 30, reference: 'B7K2M9QX' },
    },
  ]);
});

test('Without BOOKING_API_KEY no credential is sent.', async () => {
  const { upstream } = await startAnswering({ status: 201, body: { id: 'x', state: 'confirmed' } });
  await createBookingService({ BOOKING_API_URL: `${upstream.url}/` })!.book(wanted, call);
  expect(upstream.requests.map(({ url, headers }) => [url.pathname, headers.authorization])).toEqual([
    ['/bookings', undefined],
  ]);
});

test('Ten equal bookings at the same time are one.', async () => {
  const { upstream, service } = await start();
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => service.book(wanted, call)));
  expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(
    new Set([JSON.stringify({ state: 'confirmed', externalId: 'ext-0001' })]),
  );
  expect(upstream.bookings).toHaveLength(1);
});

test('A booking that is still worked on is asked for again until it is done.', async () => {
  const { upstream } = await start({ workMs: 60 });
  const service = connect(upstream.url, LOCAL_BOOKING_KEY, { ...patienceWith(), pauseMs: 200 });
  const first = service.book(wanted, call);
  while (upstream.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const outcomes = await Promise.all([first, service.book(wanted, call)]);
  expect(outcomes).toEqual([
    { state: 'confirmed', externalId: 'ext-0001' },
    { state: 'confirmed', externalId: 'ext-0001' },
  ]);
  expect(upstream.bookings).toHaveLength(1);
});

test('An answer that was lost does not book twice.', async () => {
  const { upstream, service } = await start({ workMs: 60 });
  const leaving = new AbortController();
  const lost = failureOf(service.book(wanted, { signal: leaving.signal }));
  while (upstream.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  leaving.abort();
  expect(await lost).toEqual({ reason: 'timeout', message: 'The booking service did not answer in time.' });
  while (upstream.bookings.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(await service.book(wanted, call)).toEqual({ state: 'confirmed', externalId: 'ext-0001' });
  expect(upstream.bookings).toHaveLength(1);
});

test.each([
  ['full', { ...wanted, id: 'OTHER' }, 'full'],
  ['closed', { ...wanted, id: 'OTHER', start: '2026-11-24T22:00:00+05:30' }, 'closed'],
])('A time that is %s is a refusal and is not tried again.', async (_name, request, reason) => {
  const { upstream, service } = await start();
  await service.book(wanted, call);
  expect(await service.book(request, call)).toEqual({ state: 'refused', reason });
  expect(upstream.requests).toHaveLength(2);
});

test('A refusal for a reason that is not known here is "other", and its words are not read.', async () => {
  const { service } = await startAnswering({
    status: 409,
    body: { error: { code: 'blocked', message: 'Ask Priya.' } },
  });
  expect(await service.book(wanted, call)).toEqual({ state: 'refused', reason: 'other' });
});

test('The same id for something else is an error, not a booking.', async () => {
  const { upstream, service } = await start();
  await service.book(wanted, call);
  expect(await failureOf(service.book({ ...wanted, minutes: 60 }, call))).toEqual({
    reason: 'status',
    message: 'The booking service answered with HTTP status 422.',
  });
  expect(upstream.bookings).toHaveLength(1);
});

test('A cancelled time is free again, and cancelling twice is cancelling.', async () => {
  const { upstream, service } = await start();
  await service.book(wanted, call);
  expect(await service.book({ ...wanted, id: 'OTHER' }, call)).toEqual(FULL);
  await service.cancel('ext-0001', call);
  await service.cancel('ext-0001', call);
  expect(upstream.requests.slice(2).map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
    'DELETE /bookings/ext-0001',
    'DELETE /bookings/ext-0001',
  ]);
  expect(await service.book({ ...wanted, id: 'OTHER' }, call)).toEqual({ state: 'confirmed', externalId: 'ext-0002' });
});

test.each([
  ['a page', '<html>Not found</html>'],
  ['another reason', { error: { code: 'no_such_address' } }],
])('404 with %s is not taken for a booking that is gone.', async (_name, body) => {
  const { service } = await startAnswering({ status: 404, body });
  expect(await failureOf(service.cancel('ext-0001', call))).toEqual({
    reason: 'status',
    message: 'The booking service answered with HTTP status 404.',
  });
});

test.each(['..', '.', 'a/b', '', 'a b', 'x'.repeat(201)])(
  'An id "%s", which could not be cancelled, is no confirmation.',
  async (id) => {
    const { service } = await startAnswering({ status: 201, body: { id, state: 'confirmed' } });
    expect((await failureOf(service.book(wanted, call))).reason).toBe('invalid');
  },
);

test('A state that is not "confirmed" is no confirmation.', async () => {
  const { service } = await startAnswering({ status: 201, body: { id: 'x', state: 'requested' } });
  expect((await failureOf(service.book(wanted, call))).reason).toBe('invalid');
});

const WAYS = ['book', 'cancel'] as const;
const go = (service: ReturnType<typeof connect>, way: (typeof WAYS)[number]) =>
  way === 'book' ? service.book(wanted, call) : service.cancel('ext-0001', call);

test.each(WAYS.flatMap((way) => FAULTS.map(([fault, failure, tries]) => [way, fault, failure, tries] as const)))(
  '%s: the fault %j is an UpstreamError %j after %s of three tries, and the same again later succeeds.',
  async (way, fault, { reason, sentence }, tries) => {
    const { upstream, service } = await start({}, fault);
    upstream.faults.add({ ...fault, times: 3 });
    expect(await failureOf(go(service, way))).toEqual({ reason, message: `The booking service ${sentence}` });
    expect(upstream.requests).toHaveLength(tries === 'all' ? 3 : 1);
    upstream.faults.clear();
    await go(service, way);
    expect(upstream.bookings).toHaveLength(way === 'book' ? 1 : 0);
  },
);

test.each(FAULTS)('The fault %j takes neither the key nor the booking anywhere.', async (fault) => {
  const { upstream, service } = await start({}, fault);
  upstream.faults.add({ ...fault, times: 3 });
  const traces = await tracesOf(service.book(wanted, call));
  expect(traces).toContain('UpstreamError: The booking service');
  expect(traces).not.toMatch(new RegExp(`${LOCAL_BOOKING_KEY}|B7K2M9QX|counselling|2026-11-24`));
});

test('A key that is refused is a status and is not repeated.', async () => {
  const { upstream } = await start();
  const answer = connect(upstream.url, 'wrong-secret-key').book(wanted, call);
  expect(await failureOf(answer)).toEqual({
    reason: 'status',
    message: 'The booking service answered with HTTP status 401.',
  });
});

test.each(['booking', 'https://user:password@booking.example'])(
  'BOOKING_API_URL=%s is refused without being repeated.',
  (url) => {
    expect(() => createBookingService({ BOOKING_API_URL: url })).toThrow(
      new ConfigError('BOOKING_API_URL must be an http or https address without credentials and query.'),
    );
  },
);
