import { expect, test } from '@jest/globals';
import { budgetOf, CallDeadline, parseDuration, TIME_UP } from '../../../shared/serve/deadline.ts';

test('an answer leaves a tenth of the timeout before its end, and at least 300 ms', () => {
  expect([budgetOf('5s'), budgetOf('30s'), budgetOf('1s'), budgetOf('0.2s')]).toEqual([4500, 27000, 700, 0]);
  expect(parseDuration('2.5s')).toBe(2500);
});

test('work that is done in time gives its value, and nothing aborts', async () => {
  const deadline = new CallDeadline(Date.now() + 1000, Date.now);
  expect(await deadline.race(Promise.resolve('done'))).toBe('done');
  expect(deadline.signal.aborted).toBe(false);
});

test('when the time is up the signal aborts, and how the work ends does not matter any more', async () => {
  const deadline = new CallDeadline(Date.now() + 20, Date.now);
  const signal = deadline.signal;
  const work = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  expect(await deadline.race(work)).toBe(TIME_UP);
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('a signal that is asked for too late has aborted already', async () => {
  const deadline = new CallDeadline(Date.now(), Date.now);
  expect(await deadline.race(new Promise(() => {}))).toBe(TIME_UP);
  expect(deadline.signal.aborted).toBe(true);
});

test('what remains follows the clock and is never negative', () => {
  let now = 1000;
  const deadline = new CallDeadline(1500, () => now);
  expect(deadline.remaining()).toBe(500);
  now = 2000;
  expect(deadline.remaining()).toBe(0);
});
