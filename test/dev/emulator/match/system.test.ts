import { describe, expect, test } from '@jest/globals';
import { SYSTEM_ENTITIES } from '../../../../dev/emulator/match/system.ts';
import { MOMENT } from './agent.ts';

/** What is found, as `[original, resolved]`. */
function find(name: string, text: string, languageCode = 'en') {
  const found = SYSTEM_ENTITIES.get(name)!(text, { ...MOMENT, languageCode });
  return found.map(({ start, end, resolved }) => [text.slice(start, end), resolved]);
}
const date = (year: number, month: number, day: number) => ({ year, month, day });
const time = (hours: number, minutes: number) => ({ hours, minutes, seconds: 0, nanos: 0 });

const TABLE: readonly (readonly [name: string, text: string, found: readonly (readonly [string, unknown])[]])[] = [
  [
    'sys.number',
    'I have 1,234.5 and -3',
    [
      ['1,234.5', 1234.5],
      ['-3', -3],
    ],
  ],
  [
    'sys.number',
    'two hundred and five or eightyfive',
    [
      ['two hundred and five', 205],
      ['eightyfive', 85],
    ],
  ],
  ['sys.number', 'an N95 at 10am', []],
  ['sys.number-integer', '3 of 4.5', [['3', 3]]],
  ['sys.cardinal', 'the second of ten', [['ten', 10]]],
  [
    'sys.ordinal',
    'the 2nd or the third of 10',
    [
      ['2nd', 2],
      ['third', 3],
    ],
  ],
  ['sys.number-sequence', 'it is 1234 4567 7788', [['1234 4567 7788', '123445677788']]],
  [
    'sys.percentage',
    '20% or forty percent of 7',
    [
      ['20%', '20%'],
      ['forty percent', '40%'],
    ],
  ],
  ['sys.date', 'tomorrow', [['tomorrow', date(2026, 10, 15)]]],
  ['sys.date', 'on saturday', [['on saturday', date(2026, 10, 17)]]],
  ['sys.date', 'monday', [['monday', date(2026, 10, 19)]]],
  ['sys.date', 'Sep 5', [['Sep 5', date(2027, 9, 5)]]],
  ['sys.date', 'Mar 5', [['Mar 5', date(2027, 3, 5)]]],
  ['sys.date', 'christmas eve', [['christmas eve', date(2026, 12, 24)]]],
  ['sys.date', 'at 5pm, in 9m', []],
  ['sys.time', 'at 4pm', [['at 4pm', time(16, 0)]]],
  ['sys.time', '17:30', [['17:30', time(17, 30)]]],
  ['sys.time', '9m', []],
  ['sys.date-time', 'jan 5 at 5pm', [['jan 5 at 5pm', { ...date(2027, 1, 5), ...time(17, 0) }]]],
  ['sys.date-period', 'next week', [['next week', { startDate: date(2026, 10, 19), endDate: date(2026, 10, 25) }]]],
  [
    'sys.date-period',
    'Nov 3 to Nov 9',
    [['Nov 3 to Nov 9', { startDate: date(2026, 11, 3), endDate: date(2026, 11, 9) }]],
  ],
  ['sys.date-period', 'in november', [['november', { startDate: date(2026, 11, 1), endDate: date(2026, 11, 30) }]]],
  [
    'sys.duration',
    'a minute, or 10 days',
    [
      ['10 days', { amount: 10, unit: 'day' }],
      ['a minute', { amount: 1, unit: 'min' }],
    ],
  ],
  ['sys.unit-currency', 'up by $15', [['$15', { amount: 15, currency: 'USD', original: '$15' }]]],
  ['sys.unit-currency', 'fifty euros', [['fifty euros', { amount: 50, currency: 'EUR', original: 'fifty euros' }]]],
  ['sys.unit-currency', '15 bills', []],
  ['sys.currency-name', 'in Swiss francs', [['Swiss francs', 'CHF']]],
  ['sys.email', "it's jane.doe@example.com.", [['jane.doe@example.com', 'jane.doe@example.com']]],
  ['sys.url', 'see https://a.example/x?y=1.', [['https://a.example/x?y=1', 'https://a.example/x?y=1']]],
  ['sys.phone-number', 'call (555) 555-5555', [['(555) 555-5555', '5555555555']]],
  ['sys.phone-number', 'in 30 days', []],
  [
    'sys.zip-code',
    '94043 or 94043-1351 or SW1A 1AA',
    [
      ['94043', '94043'],
      ['94043-1351', '94043-1351'],
      ['SW1A 1AA', 'SW1A 1AA'],
    ],
  ],
  ['sys.flight-number', 'on ua 123', [['ua 123', 'UA 123']]],
  ['sys.person', 'I am John Smith', [['John Smith', { name: 'John Smith', original: 'John Smith' }]]],
  ['sys.given-name', 'I am John Smith', [['John', 'John']]],
  ['sys.last-name', 'I am John Smith', [['Smith', 'Smith']]],
  [
    'sys.location',
    '12 long road San Francisco Calfornia 94105',
    [
      [
        '12 long road San Francisco Calfornia 94105',
        {
          original: '12 long road San Francisco Calfornia 94105',
          'street-address': '12 long road',
          city: 'San Francisco',
          'admin-area': 'California',
          'zip-code': '94105',
        },
      ],
    ],
  ],
  ['sys.location', 'can I change my address', []],
  ['sys.address', 'at 123 Main St Nowhere', [['123 Main St Nowhere', '123 Main St Nowhere']]],
  ['sys.street-address', 'at 123 Main St Nowhere', [['123 Main St', '123 Main St']]],
  ['sys.geo-city', "it's san francisco", [['san francisco', 'San Francisco']]],
  ['sys.geo-state', 'in california', [['california', 'California']]],
  ['sys.geo-country', 'to costa rica', [['costa rica', 'Costa Rica']]],
  ['sys.geo-country', 'the uk, not us', [['uk', 'UK']]],
  ['sys.color', 'a red one', [['red', 'red']]],
  ['sys.language', 'in german please', [['german', 'German']]],
];

describe('system entities', () => {
  test.each(TABLE)('%s in "%s"', (name, text, found) => {
    expect(find(name, text)).toEqual(found);
  });

  test('every one that is searched has an example here', () => {
    expect([...SYSTEM_ENTITIES.keys()].filter((name) => !TABLE.some(([other]) => other === name))).toEqual([]);
  });

  test('dates, countries and languages are known in other languages, too', () => {
    expect(find('sys.date', 'morgen', 'de')).toEqual([['morgen', date(2026, 10, 15)]]);
    expect(find('sys.geo-country', 'nach Österreich', 'de-AT')).toEqual([['Österreich', 'Österreich']]);
    expect(find('sys.language', 'en français', 'fr')).toEqual([['français', 'français']]);
  });

  test('number words and persons are English: elsewhere they are not guessed', () => {
    expect(find('sys.number', 'one 2', 'de')).toEqual([['2', 2]]);
    expect(find('sys.person', 'John Smith', 'de')).toEqual([]);
  });

  test('what day it is depends on the time zone', () => {
    const late = { ...MOMENT, now: Date.parse('2026-10-14T23:30:00Z') };
    const today = (timeZone: string) => SYSTEM_ENTITIES.get('sys.date')!('today', { ...late, timeZone })[0]?.resolved;
    expect(today('America/Los_Angeles')).toEqual(date(2026, 10, 14));
    expect(today('Asia/Tokyo')).toEqual(date(2026, 10, 15));
  });
});
