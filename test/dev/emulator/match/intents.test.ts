import { describe, expect, test } from '@jest/globals';
import { createMatcher } from '../../../../dev/emulator/match.ts';
import { MOMENT, sketchAgent, talkTo } from './agent.ts';

const CITY = { kind: 'KIND_LIST' as const, entities: { Oslo: ['Oslo'], Riga: ['Riga'], Bonn: ['Bonn'] } };
const agent = sketchAgent(
  {
    yes: { phrases: ['yes', 'yes please', 'sure thing'] },
    no: { phrases: ['no', 'no thanks', 'not now'], phrasesIn: { de: ['nein', 'nein danke'] } },
    cancel: { phrases: ['cancel my booking', 'I want to cancel', 'call it off'] },
    travel: {
      phrases: [
        'I want to go from [Oslo:origin] to [Riga:destination]',
        'a ticket to [Riga:destination]',
        'fly from [Oslo:origin]',
      ],
      parameters: { origin: '@city', destination: '@city', via: '@city' },
    },
    pack: {
      phrases: ['pack [Oslo:places] and [Riga:places] maps'],
      parameters: { places: '@city' },
      lists: ['places'],
    },
    remind: {
      phrases: ['remind me to [buy milk:what] please', 'remember [this:what]'],
      parameters: { what: '@sys.any' },
    },
    'never matched': { phrases: ['open sesame'], priority: -1 },
    'Default Negative Intent': { phrases: ['gibberish'], isFallback: true },
  },
  { city: CITY },
);
const say = talkTo(agent);
const named = (text: string, more = {}) => say(text, more).intent?.displayName ?? null;

describe('intents', () => {
  test('a training phrase is sure, whatever its case, accents, punctuation and blanks', () => {
    expect(say('  Yés,   PLEASE! ')).toEqual({
      intent: { displayName: 'yes', confidence: 1, parameters: {} },
      form: {},
    });
  });

  test('like phrases are matched with less confidence, other texts not', () => {
    const { intent } = say('please cancel the bookings');
    expect(intent?.displayName).toBe('cancel');
    expect(intent?.confidence).toBeGreaterThan(0.3);
    expect(intent?.confidence).toBeLessThan(1);
    expect(named('cancle my bokking')).toBe('cancel');
    expect(say('what is the weather like')).toEqual({ intent: null, form: {} });
    expect(say('now not')).not.toEqual(say('not now'));
  });

  test('only intents in scope, and only from the threshold on', () => {
    expect(named('yes', { intents: ['no', 'cancel'] })).toBeNull();
    const { confidence } = say('please cancel the bookings').intent!;
    expect(named('please cancel the bookings', { threshold: confidence })).toBe('cancel');
    expect(named('please cancel the bookings', { threshold: confidence + 0.001 })).toBeNull();
  });

  test('a negative priority and the fallback are never matched', () => {
    expect(named('open sesame')).toBeNull();
    expect(named('gibberish')).toBeNull();
  });

  test('of equally likely intents the higher priority wins, then the earlier one in scope', () => {
    const twins = sketchAgent({
      low: { phrases: ['ring the bell'], priority: 250_000 },
      first: { phrases: ['ring the bell'] },
      second: { phrases: ['ring the bell'] },
    });
    const ask = talkTo(twins);
    expect(ask('ring the bell').intent?.displayName).toBe('first');
    expect(ask('ring the bell', { intents: ['second', 'first'] }).intent?.displayName).toBe('second');
    expect(ask('ring the bell', { intents: ['low', 'second'] }).intent?.displayName).toBe('second');
  });

  test('a phrase with a value stands for all values of the type', () => {
    const intent = say('a ticket to Bonn').intent;
    expect(intent).toEqual({
      displayName: 'travel',
      confidence: 0.99,
      parameters: { destination: { original: 'Bonn', resolved: 'Bonn' } },
    });
  });

  test('the word before a value decides which of several parameters gets it', () => {
    expect(say('I want to go to bonn from riga').intent?.parameters).toEqual({
      origin: { original: 'riga', resolved: 'Riga' },
      destination: { original: 'bonn', resolved: 'Bonn' },
    });
  });

  test('a list has all values', () => {
    expect(say('pack Bonn and Oslo maps').intent?.parameters).toEqual({
      places: { original: 'Bonn, Oslo', resolved: ['Bonn', 'Oslo'] },
    });
  });

  test('a value that can be anything stands between the words of a phrase', () => {
    expect(say('Remind me to call Ann please').intent?.parameters).toEqual({
      what: { original: 'call Ann', resolved: 'call Ann' },
    });
    expect(say('remember the milk').intent?.parameters).toEqual({
      what: { original: 'the milk', resolved: 'the milk' },
    });
  });

  test('phrases are those of the language, of the language of its region, else the default ones', () => {
    expect(named('nein danke', { languageCode: 'de-CH' })).toBe('no');
    expect(named('yes please', { languageCode: 'fr' })).toBe('yes');
    expect(named('nein danke')).toBeNull();
  });

  test('of a text without end only the beginning is read', () => {
    expect(named(`yes ${' '.repeat(2_000)} cancel my booking`)).toBe('yes');
  });

  test('an empty text is no input, an event nothing said, an intent itself', () => {
    const match = createMatcher(agent);
    const expectation = { intents: ['yes'], parameter: null, form: [], threshold: 0.3, ...MOMENT };
    expect(match({ kind: 'text', text: ' \n' }, expectation)).toEqual({ intent: null, form: {} });
    expect(match({ kind: 'event', event: 'yes' }, expectation)).toEqual({ intent: null, form: {} });
    expect(match({ kind: 'intent', intent: 'cancel' }, expectation)).toEqual({
      intent: { displayName: 'cancel', confidence: 1, parameters: {} },
      form: {},
    });
  });

  test('rivals are ranked, the matched one first, those without a word of the text left out', () => {
    const { rank } = createMatcher(agent);
    const expectation = {
      intents: ['no', 'yes', 'travel', 'cancel'],
      parameter: null,
      form: [],
      threshold: 0.3,
      ...MOMENT,
    };
    const ranked = rank('  please cancel my BOOKING  ', expectation);
    expect(ranked.map(({ intent }) => intent)).toEqual(['cancel', 'yes']);
    expect(ranked[0]!.score).toBe(say('please cancel my booking').intent?.confidence);
    expect(ranked[1]!.score).toBeGreaterThan(0);
    expect(ranked[1]!.score).toBeLessThan(ranked[0]!.score);
    // Neither a form nor the threshold changes the scores.
    expect(rank('please cancel my booking', { ...expectation, threshold: 1 })).toEqual(ranked);
    expect(rank('', expectation)).toEqual([]);
  });

  test('of equal rivals the higher priority comes first, then the earlier one in scope', () => {
    const twins = sketchAgent({
      low: { phrases: ['ring the bell'], priority: 250_000 },
      first: { phrases: ['ring the bell'] },
      second: { phrases: ['ring the bell'] },
    });
    const ranked = createMatcher(twins).rank('ring the bell', {
      ...{ intents: ['low', 'second', 'first'], parameter: null, form: [], threshold: 0.3, ...MOMENT },
    });
    expect(ranked).toEqual(['second', 'first', 'low'].map((intent) => ({ intent, score: 1 })));
  });
});
