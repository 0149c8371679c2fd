import { describe, expect, test } from '@jest/globals';
import { createMatcher } from '../../../../dev/emulator/match.ts';
import { MOMENT, parameter, sketchAgent, talkTo } from './agent.ts';

const agent = sketchAgent(
  {
    leave: { phrases: ['I want to leave', 'let me go home'] },
    option: { phrases: ['small', 'the small print please'] },
  },
  {
    size: { entities: { S: ['small', 'little'], L: ['large'] } },
    pin: { kind: 'KIND_REGEXP', entities: { pin: ['\\d{4}'] } },
  },
);
const day = parameter('day', '@sys.date');
const size = parameter('size', '@size');
const nights = parameter('nights', '@sys.number-integer');
const note = parameter('note', '@sys.any');
const say = talkTo(agent);
const asked = (text: string, first: ReturnType<typeof parameter>, ...others: ReturnType<typeof parameter>[]) =>
  say(text, { parameter: first, form: [first, ...others] });

describe('forms', () => {
  test('a value in the text fills the parameter that is asked for', () => {
    expect(asked('a large one, thanks', size)).toEqual({
      intent: null,
      form: { size: { original: 'large', resolved: 'L' } },
    });
  });

  test('others whose values stand elsewhere are filled with it, those of @sys.any never', () => {
    expect(asked('three nights from tomorrow on', day, note, nights).form).toEqual({
      day: { original: 'tomorrow', resolved: { year: 2026, month: 10, day: 15 } },
      nights: { original: 'three', resolved: 3 },
    });
    expect(asked('10', day, nights)).toEqual({ intent: null, form: {} });
  });

  test('one value fills one parameter', () => {
    const other = parameter('other', '@size');
    expect(Object.keys(asked('large', size, other).form)).toEqual(['size']);
    expect(asked('small, then large', size, other).form.other).toEqual({ original: 'large', resolved: 'L' });
  });

  test('a list takes all values', () => {
    expect(asked('small and large', parameter('size', '@size', { isList: true })).form).toEqual({
      size: { original: 'small, large', resolved: ['S', 'L'] },
    });
  });

  test('@sys.any and types that are not known take the whole text', () => {
    expect(asked(' my dog is ill ', note).form).toEqual({
      note: { original: 'my dog is ill', resolved: 'my dog is ill' },
    });
    expect(asked('rock', parameter('music', '@sys.music-genre')).form.music?.resolved).toBe('rock');
  });

  test('a clear intent goes before a value, an unclear one behind', () => {
    expect(asked('I want to leave', note).intent?.displayName).toBe('leave');
    expect(asked('I left home early', note)).toEqual({
      intent: null,
      form: { note: { original: 'I left home early', resolved: 'I left home early' } },
    });
    expect(asked('the small print please', size).intent?.displayName).toBe('option');
    expect(asked('the small one please', size).form.size?.resolved).toBe('S');
  });

  test('a text that is the value and nothing else goes before an intent', () => {
    expect(asked('small', size).form).toEqual({ size: { original: 'small', resolved: 'S' } });
    expect(say('small').intent?.displayName).toBe('option');
  });

  test('without a value it is an intent, or no match', () => {
    expect(asked('let me go home now', size).intent?.displayName).toBe('leave');
    expect(asked('sdfsdf', size)).toEqual({ intent: null, form: {} });
  });

  test('digits of a keypad fill a parameter that takes them, as many as it takes', () => {
    const match = createMatcher(agent);
    const press = (digits: string, wanted: ReturnType<typeof parameter>) =>
      match(
        { kind: 'dtmf', digits, finishDigit: '#' },
        { intents: ['leave'], parameter: wanted, form: [wanted], threshold: 0.3, ...MOMENT },
      );
    const dtmf = { maxDigits: 4, finishDigit: '#' };
    expect(press('12345', parameter('pin', '@pin', { dtmf }))).toEqual({
      intent: null,
      form: { pin: { original: '1234', resolved: '1234' } },
    });
    expect(press('1234', parameter('pin', '@pin'))).toEqual({ intent: null, form: {} });
    expect(press('12', parameter('pin', '@pin', { dtmf }))).toEqual({ intent: null, form: {} });
    expect(press('2', parameter('nights', '@sys.number-integer', { dtmf })).form.nights?.resolved).toBe(2);
  });
});
