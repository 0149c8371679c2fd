import { expect, test } from '@jest/globals';
import { safeParse } from 'valibot';
import { place } from '../../shared/values.ts';

function read(value: unknown) {
  const result = safeParse(place(), value);
  return result.success ? result.output : { refused: result.issues.map(({ message }) => message) };
}

test.each([
  ['Pune', 'Pune'],
  ['  Pune ', 'Pune'],
  [{ city: 'Pune', country: 'India', original: 'Pune' }, 'Pune, India'],
  [{ city: 'Springfield', 'admin-area': 'Illinois', country: 'United States' }, 'Springfield, Illinois, United States'],
  [{ city: 'Pune', 'admin-area': '', country: '', original: 'in Pune' }, 'Pune'],
  [{ city: null, country: 'India', original: 'india' }, 'India'],
  [{ 'street-address': '10 Downing Street', original: '10 Downing Street' }, '10 Downing Street'],
  [{ 'business-name': 'Google', city: 'Zurich', original: 'Google in Zurich' }, 'Zurich'],
])('place() makes %j the text "%s".', (value, text) => {
  expect(read(value)).toBe(text);
});

test.each([
  [''],
  ['  '],
  [{}],
  [{ original: '' }],
  [{ 'zip-code': '411001' }],
  [{ city: 5 }],
  [411001],
  [null],
  [undefined],
  [['Pune']],
])('place() refuses %j.', (value) => {
  expect(read(value)).toEqual({ refused: ['This must be the name of a place.'] });
});

test('place() refuses more than 200 characters.', () => {
  expect(read('x'.repeat(200))).toBe('x'.repeat(200));
  expect(read('x'.repeat(201))).toEqual({ refused: ['The name of a place has at most 200 characters.'] });
});
