import { afterEach, expect, test } from '@jest/globals';
import { createCaller } from '../../../../dev/emulator/call/caller.ts';
import { FaultError, faultOf, parseFault } from '../../../../dev/emulator/call/faults.ts';
import { callOf, closeAll, openWebhook, webhookOf } from './webhook.ts';

afterEach(closeAll);

test.each([
  ['timeout', { tag: null, kind: 'timeout', ms: 0 }],
  ['503', { tag: null, kind: '503', ms: 0 }],
  ['slow=1200', { tag: null, kind: 'slow', ms: 1200 }],
  ['booking:duplicate', { tag: 'booking', kind: 'duplicate', ms: 0 }],
  ['a:b c:drop', { tag: 'a:b c', kind: 'drop', ms: 0 }],
  ['booking:slow=0', { tag: 'booking', kind: 'slow', ms: 0 }],
])('%s is a fault', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

test.each([
  ['late', 'There is no fault "late": use timeout, 503, slow=MS, duplicate or drop, or TAG:timeout.'],
  ['booking:', 'There is no fault "booking:": use timeout, 503, slow=MS, duplicate or drop, or TAG:timeout.'],
  [':drop', 'The fault ":drop" has no tag before its colon: leave both out for every call.'],
  ['drop=1', 'The fault drop takes no value: "drop=1".'],
  ['slow', 'The fault slow needs milliseconds, such as slow=1200, not "slow".'],
  ['slow=-1', 'The fault slow needs milliseconds, such as slow=1200, not "slow=-1".'],
  ['slow=99999999999', 'The fault slow needs milliseconds, such as slow=1200, not "slow=99999999999".'],
])('%s is none', (text, message) => {
  expect(() => parseFault(text)).toThrow(new FaultError(message));
});

test("a tag's own fault comes before that of every call", () => {
  const faults = ['503', 'booking:drop', 'slow=5'].map(parseFault);
  expect(faultOf(faults, 'booking')?.kind).toBe('drop');
  expect(faultOf(faults, 'weather')?.kind).toBe('503');
  expect(faultOf(faults.slice(1, 2), 'weather')).toBeUndefined();
});

/** A webhook that counts its answers, called once with this fault. */
async function callWith(fault: string, timeoutMs = 2_000) {
  const server = await openWebhook((response, _, index) => response.end(JSON.stringify({ payload: { count: index } })));
  const caller = createCaller({ addressOf: () => server.url, sign: null, faults: [parseFault(fault)] });
  const outcome = await caller(callOf(webhookOf({ timeoutMs })));
  if (outcome.kind === 'skipped') throw new Error('It was not called.');
  const attempts = outcome.exchange!.attempts.map(({ httpStatus, responseBody, problem }) => ({
    httpStatus,
    responseBody,
    problem,
  }));
  return { outcome, attempts, seen: server.seen };
}

test('timeout: the webhook has worked twice, and CX has nothing', async () => {
  const { outcome, attempts, seen } = await callWith('timeout');
  expect(outcome).toMatchObject({ kind: 'failed', httpStatus: null, event: 'webhook.error.timeout' });
  const problem = 'No answer came within 2000 ms: a fault has kept it back.';
  expect(attempts).toEqual([
    { httpStatus: 200, responseBody: '{"payload":{"count":0}}', problem },
    { httpStatus: 200, responseBody: '{"payload":{"count":1}}', problem },
  ]);
  expect(seen[1]).toEqual(seen[0]);
});

test('503: the webhook never hears of it', async () => {
  const { outcome, attempts, seen } = await callWith('503');
  expect(outcome).toMatchObject({ kind: 'failed', httpStatus: 503, event: 'webhook.error.unavailable' });
  expect([attempts.length, seen.length]).toEqual([2, 0]);
});

test('duplicate: the webhook has worked twice with the same request, and CX takes the second answer', async () => {
  const { outcome, attempts, seen } = await callWith('duplicate');
  expect(outcome).toMatchObject({ kind: 'answered', answer: { payload: { count: 1 } } });
  expect(attempts.map(({ responseBody }) => responseBody)).toEqual([
    '{"payload":{"count":0}}',
    '{"payload":{"count":1}}',
  ]);
  expect(seen).toEqual([seen[0], seen[0]]);
});

test('drop: the webhook has worked twice, and the connection is gone', async () => {
  const { outcome, attempts, seen } = await callWith('drop');
  expect(outcome).toMatchObject({ kind: 'failed', httpStatus: null, event: 'webhook.error.not-found' });
  expect(attempts).toHaveLength(2);
  expect(seen).toHaveLength(2);
});

test('slow: the answer is late, in time or not', async () => {
  const start = performance.now();
  expect((await callWith('slow=150')).outcome.kind).toBe('answered');
  expect(performance.now() - start).toBeGreaterThanOrEqual(145);
  const { outcome, attempts } = await callWith('slow=1000', 100);
  expect(outcome).toMatchObject({ kind: 'failed', event: 'webhook.error.timeout' });
  expect(attempts).toHaveLength(2);
});

test('a fault of another tag is none', async () => {
  expect((await callWith('booking:503')).outcome.kind).toBe('answered');
  expect((await callWith('tag-1:503')).outcome.kind).toBe('failed');
});
