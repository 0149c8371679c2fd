import { describe, expect, test } from '@jest/globals';
import { parse } from 'valibot';
import { pin, studentNumber } from '../../../shared/campus/identity-values.ts';

describe('A student number', () => {
  test.each([
    'S1024',
    's1024',
    ' s 1024 ',
    'S-1024',
    's. 1024',
    'S 10 24',
    '1024',
    1024,
    'Ｓ１０２４',
    'S१०२४',
    'S–1024',
  ])('%j is S1024', (value) => {
    expect(parse(studentNumber(), value)).toBe('S1024');
  });

  test.each(['S102', 'S10245', 'T1024', 'my number', 10.24, -1024, 10_245, true, {}, ['S1024']])(
    '%j cannot be read',
    (value) => {
      expect(parse(studentNumber(), value)).toBeNull();
    },
  );
});

describe('A PIN', () => {
  test.each([
    ['4821', '4821'],
    [4821, '4821'],
    ['4 8 2 1', '4821'],
    ['4-8-2-1', '4821'],
    ['4,8,2,1.', '4821'],
    ['４８２１', '4821'],
    ['४८२१', '4821'],
    ['0042', '0042'],
    [42, '0042'],
    [0, '0000'],
  ])('%j is %s', (value, read) => {
    expect(parse(pin(), value)).toBe(read);
  });

  test.each(['482', '48210', 48_210, 'S4821', 'four', 48.21, -821, Number.NaN, null, false, {}, [4, 8, 2, 1]])(
    '%j cannot be read',
    (value) => {
      expect(parse(pin(), value)).toBeNull();
    },
  );
});

test.each([undefined, '', '  '])('%j is none', (value) => {
  expect([parse(studentNumber(), value), parse(pin(), value)]).toEqual([undefined, undefined]);
});
