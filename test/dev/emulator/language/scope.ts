import type { Scope } from '../../../../dev/emulator/language/scope.ts';

/** What an expression sees in these tests; noon of 15 January 2024 in UTC, six in the morning in Chicago. */
export const SCOPE: Scope = {
  session: {
    name: 'Ada Example',
    guests: 5,
    price: 9.99,
    zip: '22222',
    member: true,
    consent: 'true',
    empty: '',
    toppings: ['cheese', 'ham'],
    size: ['large'],
    pin: [1234],
    day: { year: 2021, month: 3, day: 5 },
    time: { hours: 17, minutes: 0, seconds: 0, nanos: 0 },
    bill: { amount: 15, currency: 'USD', original: '$15' },
    place: { city: 'Pune', 'admin-area': 'Maharashtra', original: 'in pune' },
    cart: [
      { item: 'lamp', price: 5 },
      { item: 'desk', price: 80 },
    ],
    'dotted.name': 'dots',
    nothing: null,
  },
  flow: { counter: 1, most: 3, index: 1, none: null, condition: '$session.params.guests = 5' },
  page: { status: 'FINAL', params: { guests: { value: 5, status: 'UPDATED' }, city: { value: null, status: null } } },
  intent: { city: { original: 'puna', resolved: 'Pune' } },
  originals: { guests: 'five of us' },
  request: { 'user-utterance': 'hello', sentiment: { score: -0.4 }, payload: { caller: ['+1'] } },
  event: { reason: 'late' },
  now: Date.UTC(2024, 0, 15, 12),
  timeZone: 'America/Chicago',
  languageCode: 'en',
  random: () => 0.25,
};
