import { getEventListeners } from 'node:events';
import { expect, test } from '@jest/globals';
import { createFlights } from '../../../shared/upstream/flights.ts';

/** Work that the test ends by hand, and that fails when it is stopped. */
function createWork() {
  const departures: { signal: AbortSignal; land: (value: string) => void; crash: (error: Error) => void }[] = [];
  const work = (signal: AbortSignal) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    signal.addEventListener('abort', () => reject(new Error('stopped')));
    departures.push({ signal, land: resolve, crash: reject });
    return promise;
  };
  return { departures, work };
}

test('Callers of the same key share one piece of work; another key has its own.', async () => {
  const fly = createFlights<string>();
  const { departures, work } = createWork();
  const { signal } = new AbortController();
  const answers = Promise.all([fly('a', signal, work), fly('a', signal, work), fly('b', signal, work)]);
  expect(departures).toHaveLength(2);
  departures[0]?.land('A');
  departures[1]?.land('B');
  expect(await answers).toEqual(['A', 'A', 'B']);
});

test.each([
  ['first', 0],
  ['second', 1],
])('The %s of two callers leaves alone, with the reason of its signal.', async (_which, leaving) => {
  const fly = createFlights<string>();
  const { departures, work } = createWork();
  const controllers = [new AbortController(), new AbortController()];
  const answers = Promise.allSettled(controllers.map(({ signal }) => fly('a', signal, work)));
  controllers[leaving]?.abort(new Error('left'));
  departures[0]?.land('A');
  const settled = (await answers).map((answer) =>
    answer.status === 'fulfilled' ? answer.value : answer.reason.message,
  );
  expect(settled).toEqual(leaving === 0 ? ['left', 'A'] : ['A', 'left']);
  expect(departures).toHaveLength(1);
});

test('The work stops when the last caller has left, and the next caller starts it anew.', async () => {
  const fly = createFlights<string>();
  const { departures, work } = createWork();
  const controllers = [new AbortController(), new AbortController()];
  const answers = controllers.map(({ signal }) => fly('a', signal, work));
  controllers[0]?.abort(new Error('one left'));
  await expect(answers[0]).rejects.toThrow('one left');
  expect(departures[0]?.signal.aborted).toBe(false);
  controllers[1]?.abort(new Error('both left'));
  await expect(answers[1]).rejects.toThrow('both left');
  expect(departures[0]?.signal.aborted).toBe(true);

  const retry = fly('a', new AbortController().signal, work);
  departures[1]?.land('A');
  expect(await retry).toBe('A');
});

test('A failure reaches everybody who waits and is not remembered.', async () => {
  const fly = createFlights<string>();
  const { departures, work } = createWork();
  const { signal } = new AbortController();
  const answers = Promise.allSettled([fly('a', signal, work), fly('a', signal, work)]);
  const crash = new Error('crashed');
  departures[0]?.crash(crash);
  expect(await answers).toEqual([
    { status: 'rejected', reason: crash },
    { status: 'rejected', reason: crash },
  ]);
  const retry = fly('a', signal, work);
  departures[1]?.land('A');
  expect(await retry).toBe('A');
});

test('A caller whose signal is aborted already starts nothing.', async () => {
  const fly = createFlights<string>();
  const { departures, work } = createWork();
  await expect(fly('a', AbortSignal.abort(new Error('too late')), work)).rejects.toThrow('too late');
  expect(departures).toEqual([]);
});

test('A caller that got its answer leaves no listener on its signal.', async () => {
  const { signal } = new AbortController();
  await createFlights<string>()('a', signal, async () => 'A');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
