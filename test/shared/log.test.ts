import { LogSync } from '@google-cloud/logging';
import { LogSync as DeepLogSync } from '@google-cloud/logging/build/src/log-sync.js';
import { expect, test } from '@jest/globals';
import { createLog } from '../../shared/log.ts';
import { startNode } from '../helpers/process.ts';

const TRACE = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: true };

function open(projectId?: string) {
  const lines: string[] = [];
  const log = createLog(projectId, { write: (line) => lines.push(line) });
  const entries = () => lines.map((line) => JSON.parse(line)).filter((line) => line.severity);
  return { log, lines, entries };
}

test('the deep path leads to the class that the package exports', () => {
  expect(DeepLogSync).toBe(LogSync);
});

test('a line is one entry of Cloud Logging with its trace', () => {
  const { log, entries } = open('project-1');
  log('WARNING', 'Slow.', { tag: 'weather', milliseconds: 12 }, TRACE);
  expect(entries()).toEqual([
    {
      severity: 'WARNING',
      message: 'Slow.',
      tag: 'weather',
      milliseconds: 12,
      timestamp: { seconds: expect.any(Number), nanos: expect.any(Number) },
      logName: 'projects/project-1/logs/cx-webhook',
      'logging.googleapis.com/insertId': expect.any(String),
      'logging.googleapis.com/trace': 'projects/project-1/traces/4bf92f3577b34da6a3ce929d0e0e4736',
      'logging.googleapis.com/spanId': '00f067aa0ba902b7',
      'logging.googleapis.com/trace_sampled': true,
    },
  ]);
});

test('without a project the bare trace id is sent, without a span none', () => {
  const { log, entries } = open();
  log('INFO', 'a', {}, { ...TRACE, spanId: null });
  log('INFO', 'b', {}, null);
  expect(entries()[0]).toMatchObject({ 'logging.googleapis.com/trace': TRACE.traceId });
  expect(Object.keys(entries()[0])).not.toContain('logging.googleapis.com/spanId');
  expect(Object.keys(entries()[1])).not.toContain('logging.googleapis.com/trace');
});

test('every line is one line, whatever is in it', () => {
  const { log, lines, entries } = open();
  log('INFO', 'two\nlines', { text: '\u2028 "quoted"\r\n' }, null);
  expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
  expect(entries()[0]).toMatchObject({ message: 'two\nlines', text: '\u2028 "quoted"\r\n' });
});

test('a reader that is slow loses no line, and the last ones are written at the exit', async () => {
  const program = `
    import { createProcessLog } from './shared/log.ts';
    const log = createProcessLog('project-1');
    for (let i = 0; i < 5000; i++) {
      log('INFO', 'line', { i, padding: 'x'.repeat(200) }, null);
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    process.nextTick(() => process.exit());
  `;
  const { process: child, ended, printed } = startNode(['--input-type=module', '-e', program]);
  child.stdout!.pause(); // until the pipe, some 64 KiB, has long been full
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.stdout!.resume();
  expect(await ended).toBe(0);
  const numbers = printed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).i)
    .filter((i) => i !== undefined);
  expect(numbers).toEqual(Array.from({ length: 5000 }, (_, i) => i));
});

test('lines keep their order by their ids, and no two have the same', () => {
  const { log, entries } = open();
  for (let i = 0; i < 100; i++) log('INFO', `${i}`, {}, null);
  const ids = entries().map((entry) => entry['logging.googleapis.com/insertId']);
  expect(new Set(ids).size).toBe(100);
  expect([...ids].sort()).toEqual(ids);
});
