import { expect, test } from '@jest/globals';
import { asName } from '../../../../dev/emulator/match/open.ts';
import { parameter, sketchAgent, talkTo } from './agent.ts';

const agent = sketchAgent({
  rain: { phrases: ['will it rain in [London:place] today'], parameters: { place: '@sys.location' } },
  leave: { phrases: ['I want to leave'] },
});
const say = talkTo(agent);
const place = parameter('place', '@sys.geo-city');

test.each([
  ['@sys.location', 'Vadgaon', { original: 'Vadgaon', city: 'Vadgaon' }],
  ['@sys.geo-city', ' St. Étienne! ', 'St. Étienne'],
  ['@sys.person', "Jo O'Neill", { name: "Jo O'Neill", original: "Jo O'Neill" }],
  ['@sys.geo-city', 'पुणे', 'पुणे'],
  ['@sys.geo-city', 'I would rather not say', null],
  ['@sys.geo-city', '12', null],
  ['@sys.geo-city', '???', null],
  ['@sys.date', 'Vadgaon', null],
])('%s of %j is %j', (entityType, text, value) => {
  expect(asName(entityType, text)).toEqual(value);
});

test('a place that no list has fills the parameter that asks for one', () => {
  expect(say('Vadgaon', { parameter: place, form: [place] }).form).toEqual({
    place: { original: 'Vadgaon', resolved: 'Vadgaon' },
  });
});

test('a clear intent goes before a name', () => {
  expect(say('I want to leave', { parameter: place, form: [place] }).intent?.displayName).toBe('leave');
});

test('in a training phrase it stands where the phrase has one', () => {
  expect(say('will it rain in Vadgaon today', {}).intent?.parameters).toEqual({
    place: { original: 'Vadgaon', resolved: { original: 'Vadgaon', city: 'Vadgaon' } },
  });
  expect(say('will it rain in the next 3 hours today', {}).intent?.parameters).toEqual({});
});

test('a name that is marked in a training phrase is known everywhere, and goes before an intent when it is asked for', () => {
  const marked = sketchAgent({
    rain: { phrases: ['will it rain in [Vadgaon:place]', 'rain'], parameters: { place: '@sys.geo-city' } },
  });
  const ask = talkTo(marked);
  expect(ask('Vadgaon', { parameter: place, form: [place] })).toEqual({
    intent: null,
    form: { place: { original: 'Vadgaon', resolved: 'Vadgaon' } },
  });
  expect(ask('rain, I mean Vadgaon', {}).intent?.parameters).toEqual({
    place: { original: 'Vadgaon', resolved: 'Vadgaon' },
  });
});

test('a name stands after the last words before it in a phrase, and at the end of the text', () => {
  expect(say('so will it rain in Vadgaon', {}).intent?.parameters.place?.original).toBe('Vadgaon');
});
