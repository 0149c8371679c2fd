import { afterEach, expect, test } from '@jest/globals';
import { null_, number, object } from 'valibot';
import { type Fault, startUpstream, type Upstream, type UpstreamHandler } from '../../../dev/upstreams/server.ts';
import { fetchJson, UpstreamError } from '../../../shared/upstream/http.ts';

const schema = object({ temperature: number() });
const upstreams: Upstream[] = [];

afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

async function start(handler: UpstreamHandler = () => ({ body: { temperature: 21 } })): Promise<Upstream> {
  const upstream = await startUpstream(handler);
  upstreams.push(upstream);
  return upstream;
}

/** Asks with a key in the query, as the weather client does. */
function ask(
  upstream: { url: string },
  more: { signal?: AbortSignal; maxBytes?: number; alsoAnswers?: number[] } = {},
) {
  const url = new URL('/temperature?key=very-secret-key', upstream.url);
  return fetchJson(url, { upstream: 'Thermometer', schema, signal: AbortSignal.timeout(5000), ...more });
}

async function failureOf(answer: Promise<unknown>) {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UpstreamError)) throw new Error('It did not fail with an UpstreamError.', { cause: error });
  const { name, message, upstream, reason, status, retryAfterMs, cause } = error;
  return { name, message, upstream, reason, status, retryAfterMs, cause };
}

function failure(reason: string, message: string, status: number | null = null) {
  return {
    name: 'UpstreamError',
    message,
    upstream: 'Thermometer',
    reason,
    status,
    retryAfterMs: null,
    cause: undefined,
  };
}

test('An answer of the expected form is returned.', async () => {
  const upstream = await start();
  await expect(ask(upstream)).resolves.toEqual({ temperature: 21 });
  expect(upstream.requests.map(({ method, url, headers }) => [method, url.search, headers.accept])).toEqual([
    ['GET', '?key=very-secret-key', 'application/json'],
  ]);
});

test('A body is sent as JSON.', async () => {
  const upstream = await start();
  const url = new URL(upstream.url);
  await fetchJson(url, { upstream: 'Thermometer', schema, signal: AbortSignal.timeout(5000), body: { unit: 'C' } });
  expect(upstream.requests.map(({ method, headers, body }) => [method, headers['content-type'], body])).toEqual([
    ['POST', 'application/json', '{"unit":"C"}'],
  ]);
});

const FAILURES: readonly [name: string, fault: Fault, failure: ReturnType<typeof failure>][] = [
  [
    'HTTP status 500',
    { kind: 'status', status: 500 },
    failure('status', 'Thermometer answered with HTTP status 500.', 500),
  ],
  ['garbage', { kind: 'garbage' }, failure('invalid', 'Thermometer sent an answer of an unexpected form.')],
  ['10 MB', { kind: 'oversized' }, failure('too-large', 'Thermometer sent more than this client reads.')],
  ['an endless answer', { kind: 'endless' }, failure('too-large', 'Thermometer sent more than this client reads.')],
  [
    'a dropped connection',
    { kind: 'drop' },
    failure('unreachable', 'Thermometer could not be reached (UND_ERR_SOCKET).'),
  ],
  [
    'an answer that breaks off',
    { kind: 'cut' },
    failure('unreachable', 'Thermometer could not be reached (UND_ERR_SOCKET).'),
  ],
];

test.each(FAILURES)('An upstream that sends %s is an UpstreamError that says so.', async (_name, fault, expected) => {
  const upstream = await start();
  upstream.faults.add(fault);
  expect(await failureOf(ask(upstream))).toEqual(expected);
  expect(await ask(upstream)).toEqual({ temperature: 21 });
});

test('A redirect is refused, and nothing is sent to its target.', async () => {
  const [upstream, target] = [await start(), await start()];
  upstream.faults.add({ kind: 'redirect', to: target.url });
  expect(await failureOf(ask(upstream))).toEqual(failure('status', 'Thermometer answered with HTTP status 302.', 302));
  expect(target.requests).toEqual([]);
});

test('An upstream that hangs costs no more time than the signal allows.', async () => {
  const upstream = await start();
  upstream.faults.add({ kind: 'hang' });
  expect(await failureOf(ask(upstream, { signal: AbortSignal.timeout(50) }))).toEqual(
    failure('timeout', 'Thermometer did not answer in time.'),
  );
});

test('A signal that aborts in the middle of the answer ends the reading.', async () => {
  const upstream = await start();
  upstream.faults.add({ kind: 'endless' });
  const answer = ask(upstream, { signal: AbortSignal.timeout(50), maxBytes: Number.POSITIVE_INFINITY });
  expect(await failureOf(answer)).toEqual(failure('timeout', 'Thermometer did not answer in time.'));
});

test('A signal that is aborted already means no request.', async () => {
  const upstream = await start();
  expect(await failureOf(ask(upstream, { signal: AbortSignal.abort() }))).toEqual(
    failure('timeout', 'Thermometer did not answer in time.'),
  );
  expect(upstream.requests).toEqual([]);
});

test('Nobody listening is unreachable.', async () => {
  const upstream = await start();
  await upstream.close();
  expect(await failureOf(ask(upstream))).toEqual(
    failure('unreachable', 'Thermometer could not be reached (ECONNREFUSED).'),
  );
});

test('JSON of another form is refused with the path and not the value.', async () => {
  const upstream = await start(() => ({ body: { temperature: 'very-secret-value' } }));
  expect(await failureOf(ask(upstream))).toEqual(
    failure('invalid', 'Thermometer sent an answer of an unexpected form at temperature.'),
  );
});

test('Bytes that are not UTF-8 are refused.', async () => {
  const body = Buffer.from('{"temperature": 21, "unit": "\xb0C"}', 'latin1');
  const upstream = await start(() => ({ body }));
  expect(await failureOf(ask(upstream))).toEqual(
    failure('invalid', 'Thermometer sent an answer of an unexpected form.'),
  );
});

test('An answer may be as large as the limit and not a byte larger.', async () => {
  const body = JSON.stringify({ temperature: 21 });
  const upstream = await start(() => ({ body }));
  await expect(ask(upstream, { maxBytes: body.length })).resolves.toEqual({ temperature: 21 });
  expect(await failureOf(ask(upstream, { maxBytes: body.length - 1 }))).toEqual(
    failure('too-large', 'Thermometer sent more than this client reads.'),
  );
});

test('An endless answer is cut off: the upstream sees the connection close.', async () => {
  const upstream = await start();
  upstream.faults.add({ kind: 'endless' });
  await failureOf(ask(upstream));
  await upstream.idle();
});

test('The body of a refused status is not waited for: the upstream sees the connection close.', async () => {
  const upstream = await start(() => ({ status: 500, body: 'x'.repeat(10_000_000) }));
  expect(await failureOf(ask(upstream))).toEqual(failure('status', 'Thermometer answered with HTTP status 500.', 500));
  await upstream.idle();
});

test('A status can be declared to be an answer.', async () => {
  const upstream = await start(() => ({ status: 400, body: { temperature: 0 } }));
  await expect(ask(upstream, { alsoAnswers: [400] })).resolves.toEqual({ temperature: 0 });
});

test.each([
  ['text/html', '<html>Bad request</html>'],
  ['JSON of another form', '{"error": "very-secret-value"}'],
])('Such a status with %s is that status.', async (_name, body) => {
  const upstream = await start(() => ({ status: 400, body }));
  expect(await failureOf(ask(upstream, { alsoAnswers: [400] }))).toEqual(
    failure('status', 'Thermometer answered with HTTP status 400.', 400),
  );
});

test('An answer without a body is null for the schema.', async () => {
  const upstream = await start(() => ({ status: 204, body: '' }));
  const answer = fetchJson(new URL(upstream.url), {
    upstream: 'Thermometer',
    schema: null_(),
    signal: AbortSignal.timeout(5000),
  });
  await expect(answer).resolves.toBeNull();
  expect(await failureOf(ask(upstream))).toEqual(
    failure('invalid', 'Thermometer sent an answer of an unexpected form.'),
  );
});

test.each([
  ['120', 120_000],
  ['0', 0],
  ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
  ['soon', null],
])('Retry-After "%s" is %p ms.', async (retryAfter, ms) => {
  const upstream = await start(() => ({ status: 503, headers: { 'retry-after': retryAfter }, body: {} }));
  expect((await failureOf(ask(upstream))).retryAfterMs).toBe(ms);
});

test('Retry-After may be a date.', async () => {
  const upstream = await start(() => ({
    status: 503,
    headers: { 'retry-after': new Date(Date.now() + 60_000).toUTCString() },
    body: {},
  }));
  const { retryAfterMs } = await failureOf(ask(upstream));
  expect(retryAfterMs).toBeGreaterThan(50_000);
  expect(retryAfterMs).toBeLessThanOrEqual(60_000);
});

test('An address that fetch refuses and would quote stays out of the error.', async () => {
  expect(await failureOf(ask({ url: 'http://user:password@127.0.0.1:1' }))).toEqual(
    failure('unreachable', 'Thermometer could not be reached.'),
  );
});
