import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { campusDate, longDate } from '../../../shared/campus/dates.ts';
import { ROOT } from '../../helpers/process.ts';

test('A time has the date of the campus, and a date its words.', () => {
  expect(campusDate('2026-11-23T18:29:59.999Z')).toBe('2026-11-23');
  expect(campusDate('2026-11-23T18:30:00.000Z')).toBe('2026-11-24');
  expect(campusDate(Date.UTC(2026, 0, 2))).toBe('2026-01-02');
  expect(longDate('2026-11-23')).toBe('23 November 2026');
});

/** What a process prints that evaluates this code. */
function evaluate(code: string, env: { [name: string]: string } = {}): string {
  const nodeArguments = ['--input-type=module', '--eval', code];
  return execFileSync(process.execPath, nodeArguments, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
}

test('The campus is where CAMPUS_TIME_ZONE says.', () => {
  const code = `import { campusDate } from './shared/campus/dates.ts'; console.log(campusDate('2026-11-23T04:00:00Z'));`;
  expect(evaluate(code, { CAMPUS_TIME_ZONE: 'America/New_York' })).toBe('2026-11-22\n');
});

test('Only the function that books loads Temporal.', () => {
  const load = (names: string) => `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    await Promise.all([${names}].map((name) => import('./functions/' + name + '.ts')));
    console.log(loaded.some((url) => url.includes('/temporal-polyfill/')));`;
  expect(evaluate(load(`'account', 'fees', 'ask', 'library', 'faculty', 'clubs', 'welcome'`))).toBe('false\n');
  expect(evaluate(load(`'booking'`))).toBe('true\n');
});
