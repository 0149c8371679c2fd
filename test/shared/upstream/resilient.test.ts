import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, jest, test } from '@jest/globals';
import { UpstreamError } from '../../../shared/upstream/http.ts';
import { createResilience, type Patience, type Resilience } from '../../../shared/upstream/resilient.ts';
import { failureOf } from './faults.ts';

const NAME = 'Thermometer';
/** So short that nobody waits; five failures open it for ten seconds, which no test lives through. */
const PATIENCE: Patience = { tryMs: 40, usualMs: 10, pauseMs: 1 };
const create = (more: Partial<Patience> = {}) => createResilience(NAME, { ...PATIENCE, ...more });
const NEVER_OPEN = { failures: 1_000_000 };

const patient = () => ({ signal: AbortSignal.timeout(20_000) });
const within = (ms: number) => ({ ...patient(), deadline: { remaining: () => ms } });

const status = (code: number, retryAfterMs: number | null = null) =>
  new UpstreamError(NAME, 'status', { status: code, retryAfterMs });
const unreachable = new UpstreamError(NAME, 'unreachable');
const OPEN = { reason: 'open', message: 'Thermometer failed too often just now and was not asked.' };
const TIMEOUT = { reason: 'timeout', message: 'Thermometer did not answer in time.' };

/** Work that meets these ends in turn, the last one ever again. `hang` ends with its signal, as `fetchJson` does. */
function createWork(...ends: (Error | 'hang' | number)[]) {
  const work = jest.fn(async (signal: AbortSignal): Promise<number> => {
    const end = ends.length > 1 ? ends.shift()! : ends[0]!;
    if (typeof end === 'number') return end;
    if (end !== 'hang') throw end;
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new UpstreamError(NAME, 'timeout')));
    });
  });
  return work;
}

async function fail(ask: Resilience, times: number, end: Error = unreachable): Promise<void> {
  for (let i = 0; i < times; i++) await expect(ask(createWork(end), within(0))).rejects.toBe(end);
}

/** The breaker of cockatiel looks at `Date.now`. */
function passTime(ms: number): void {
  const at = Date.now() + ms;
  jest.spyOn(Date, 'now').mockReturnValue(at);
}
afterEach(() => {
  jest.restoreAllMocks();
});

// Trying again

test.each([
  ['no connection', unreachable],
  ['429', status(429)],
  ['502', status(502)],
  ['503', status(503)],
  ['504', status(504)],
])('After %s it is tried again, twice at most.', async (_name, error) => {
  const [recovers, stays] = [createWork(error, error, 21), createWork(error)];
  expect(await create()(recovers, patient())).toBe(21);
  await expect(create()(stays, patient())).rejects.toBe(error);
  expect([recovers.mock.calls.length, stays.mock.calls.length]).toEqual([3, 3]);
});

test.each([
  ['400', status(400)],
  ['401', status(401)],
  ['404', status(404)],
  ['409', status(409)],
  ['422', status(422)],
  ['500', status(500)],
  ['a redirect', status(302)],
  ['an answer of a wrong form', new UpstreamError(NAME, 'invalid')],
  ['too large an answer', new UpstreamError(NAME, 'too-large')],
  ['a bug of ours', new TypeError('x is not a function')],
])('After %s it is not tried again: it would come again.', async (_name, error) => {
  const work = createWork(error);
  await expect(create()(work, patient())).rejects.toBe(error);
  expect(work).toHaveBeenCalledTimes(1);
});

test('A connection that hangs leaves time for a second try.', async () => {
  const work = createWork('hang', 21);
  expect(await create()(work, patient())).toBe(21);
  expect(work).toHaveBeenCalledTimes(2);
});

test('One that hangs at each try is a timeout.', async () => {
  expect(await failureOf(create()(createWork('hang'), patient()))).toEqual(TIMEOUT);
});

test.each([
  [9, 1],
  [5000, 3],
])('With %d ms left and an upstream that needs 10, it is tried %d times.', async (left, tries) => {
  const work = createWork(unreachable);
  await expect(create()(work, within(left))).rejects.toBe(unreachable);
  expect(work).toHaveBeenCalledTimes(tries);
});

test('Retry-After is waited for where it fits into the time that is left.', async () => {
  const began = performance.now();
  expect(await create()(createWork(status(503, 60), 21), within(5000))).toBe(21);
  expect(performance.now() - began).toBeGreaterThanOrEqual(59);
});

test.each([
  ['the time that is left', within(69), 60],
  ['two seconds where nobody says how much is left', patient(), 2001],
])('Retry-After that does not fit into %s ends it at once.', async (_name, call, retryAfter) => {
  const [work, error] = [createWork(status(429, retryAfter), 21), status(429, retryAfter)];
  await expect(create()(work, call)).rejects.toEqual(error);
  expect(work).toHaveBeenCalledTimes(1);
});

test('A caller that leaves during the pause leaves at once, and nothing is sent after it.', async () => {
  const work = createWork(status(503, 300), 21);
  const began = performance.now();
  expect(await failureOf(create()(work, { signal: AbortSignal.timeout(30) }))).toEqual(TIMEOUT);
  expect(performance.now() - began).toBeLessThan(290);
  await sleep(400);
  expect(work).toHaveBeenCalledTimes(1);
});

test('A caller that has left already is not served.', async () => {
  const work = createWork(21);
  expect(await failureOf(create()(work, { signal: AbortSignal.abort() }))).toEqual(TIMEOUT);
  expect(work).not.toHaveBeenCalled();
});

test('The work is stopped when its try is over, and the caller keeps no listener.', async () => {
  const { signal } = patient();
  const work = createWork('hang', unreachable, 21);
  await create()(work, { signal });
  expect(work.mock.calls.map(([given]) => given.aborted)).toEqual([true, true, true]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

// The budget

test.each(['one after the other', 'at the same time'])(
  '100 calls during an outage, %s, send at most 123.',
  async (how) => {
    const [ask, work] = [create(NEVER_OPEN), createWork(unreachable)];
    const call = () => expect(ask(work, patient())).rejects.toBe(unreachable);
    if (how === 'at the same time') await Promise.all(Array.from({ length: 100 }, call));
    else for (let i = 0; i < 100; i++) await call();
    expect(work.mock.calls.length).toBeGreaterThan(100);
    expect(work.mock.calls.length).toBeLessThanOrEqual(123);
  },
);

// The circuit breaker

test.each([
  ['no connection', unreachable],
  ['500', status(500)],
  ['503', status(503)],
  ['429', status(429)],
])('After five times %s in a row nobody is sent any more.', async (_name, error) => {
  const [ask, work] = [create(), createWork(21)];
  await fail(ask, 5, error);
  expect(await failureOf(ask(work, patient()))).toEqual(OPEN);
  expect(work).not.toHaveBeenCalled();
});

test('Four are not enough, and one success begins the count anew.', async () => {
  const ask = create();
  for (let i = 0; i < 3; i++) {
    await fail(ask, 4);
    expect(await ask(createWork(21), patient())).toBe(21);
  }
});

test('Each try counts, and an open breaker ends the retrying with what happened.', async () => {
  const [ask, work] = [create({ failures: 2 }), createWork(unreachable)];
  await expect(ask(work, patient())).rejects.toBe(unreachable);
  expect(work).toHaveBeenCalledTimes(2);
});

test('Timeouts of tries that had their time count.', async () => {
  const ask = create({ failures: 2 });
  expect(await failureOf(ask(createWork('hang'), patient()))).toEqual(TIMEOUT);
  expect(await failureOf(ask(createWork(21), patient()))).toEqual(OPEN);
});

test.each([
  ['400', status(400)],
  ['404', status(404)],
  ['an answer of a wrong form', new UpstreamError(NAME, 'invalid')],
  ['too large an answer', new UpstreamError(NAME, 'too-large')],
])('%s never opens it: one odd question could shut it off for everybody.', async (_name, error) => {
  const ask = create();
  await fail(ask, 20, error);
  expect(await ask(createWork(21), patient())).toBe(21);
});

test.each([
  ['that leaves', () => ({ signal: AbortSignal.timeout(1) })],
  ['whose deadline is near', () => within(1)],
])('A client %s before the upstream had its usual time never opens it.', async (_name, hurried) => {
  const ask = create({ usualMs: 1000, tryMs: 2000 });
  for (let i = 0; i < 10; i++) expect(await failureOf(ask(createWork('hang'), hurried()))).toEqual(TIMEOUT);
  expect(await ask(createWork(21), patient())).toBe(21);
});

test('After ten seconds one call is let through; when it succeeds, all are.', async () => {
  const ask = create();
  await fail(ask, 5);
  passTime(9000);
  expect(await failureOf(ask(createWork(21), patient()))).toEqual(OPEN);
  passTime(2000);
  expect(await ask(createWork(21), patient())).toBe(21);
  await fail(ask, 4);
  expect(await ask(createWork(21), patient())).toBe(21);
});

test('When it fails, all wait ten seconds more.', async () => {
  const [ask, probe] = [create(), createWork(unreachable)];
  await fail(ask, 5);
  passTime(10_001);
  await expect(ask(probe, patient())).rejects.toBe(unreachable);
  expect(probe).toHaveBeenCalledTimes(1);
  expect(await failureOf(ask(createWork(21), patient()))).toEqual(OPEN);
  passTime(10_001);
  expect(await ask(createWork(21), patient())).toBe(21);
});

test('While it is under way the others are not kept waiting.', async () => {
  const ask = create({ tryMs: 5000 });
  await fail(ask, 5);
  passTime(10_001);
  const leaving = new AbortController();
  const probe = failureOf(ask(createWork('hang'), { signal: leaving.signal }));
  expect(await failureOf(ask(createWork(21), { signal: AbortSignal.timeout(1000) }))).toEqual(OPEN);
  leaving.abort();
  expect(await probe).toEqual(TIMEOUT);
});

test('One whose caller left early proves nothing: it stays shut off.', async () => {
  const ask = create({ usualMs: 1000, tryMs: 2000 });
  await fail(ask, 5);
  passTime(10_001);
  expect(await failureOf(ask(createWork('hang'), { signal: AbortSignal.timeout(5) }))).toEqual(TIMEOUT);
  await sleep(1);
  expect(await failureOf(ask(createWork(21), patient()))).toEqual(OPEN);
});

test('One that got a 404 proves that somebody answers.', async () => {
  const ask = create();
  await fail(ask, 5);
  passTime(10_001);
  await fail(ask, 1, status(404));
  expect(await ask(createWork(21), patient())).toBe(21);
});

test('Each upstream has its own breaker.', async () => {
  const [broken, sound] = [create(), create()];
  await fail(broken, 5);
  expect(await sound(createWork(21), patient())).toBe(21);
});

// The start

test('No client loads cockatiel before its first question.', async () => {
  const folder = new URL('../../../shared/upstream/', import.meta.url);
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) { if (name === 'cockatiel') console.log(name); return next(name, context); } });
    for (const file of ['http', 'weather', 'booking', 'language-model']) await import('${folder}' + file + '.ts');
    const { createResilience } = await import('${folder}resilient.ts');
    console.log('loaded');
    await createResilience('Thermometer', { tryMs: 40, usualMs: 10 })(async () => 21, { signal: AbortSignal.timeout(5000) });`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
  });
  expect(stdout.split('\n').slice(0, 2)).toEqual(['loaded', 'cockatiel']);
});
