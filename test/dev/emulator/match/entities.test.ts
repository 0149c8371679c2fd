import { describe, expect, test } from '@jest/globals';
import { createEntities } from '../../../../dev/emulator/match/entities.ts';
import { MOMENT, type SketchedType, sketchAgent } from './agent.ts';

const TYPES: Record<string, SketchedType> = {
  colour: { entities: { red: ['red', 'Crimson', 'wine red'], green: ['green', 'café green'] }, excluded: ['red tape'] },
  tape: { entities: { tape: ['red tape', 'tape'] }, excluded: ['red tape'] },
  fruit: { kind: 'KIND_LIST', entities: { apple: ['apple'], pear: ['pear'] } },
  code: { kind: 'KIND_REGEXP', entities: { digits: ['\\d{4}'], letters: ['(?i)[a-c]{2}-\\d+'] } },
  broken: { kind: 'KIND_REGEXP', entities: { odd: ['(unclosed'] } },
  month: { fuzzy: true, entities: { '9': ['September'], '5': ['May'] } },
  thing: { kind: 'KIND_LIST', entities: { '@colour': ['@colour'], '@fruit': ['@fruit'] } },
  mapped: { entities: { '@fruit': ['@fruit'], when: ['@sys.date'] } },
  paint: {
    kind: 'KIND_LIST',
    entities: { '@sys.number-integer:amount of @colour': ['@sys.number-integer:amount of @colour'] },
  },
  loop: { kind: 'KIND_LIST', entities: { '@loop': ['@loop'], end: ['end'] } },
  japanese: { entitiesIn: { ja: { red: ['赤い'], blue: ['青い'] } } },
  'sys.color': { entities: { 'blue-green': ['blue-green', 'bluish'] } },
};
const entities = createEntities(sketchAgent({}, TYPES));
function find(type: string, text: string, languageCode = 'en') {
  return entities
    .find(`@${type}`, text, { ...MOMENT, languageCode })
    .map(({ start, end, resolved }) => [text.slice(start, end), resolved]);
}

describe('entity types', () => {
  test('a map gives the value of a synonym, whatever the case and the accents', () => {
    expect(find('colour', 'CRIMSON, and Cafe Green!')).toEqual([
      ['CRIMSON', 'red'],
      ['Cafe Green', 'green'],
    ]);
  });

  test('words are whole, and the longest phrase wins', () => {
    expect(find('colour', 'a hundred evergreens')).toEqual([]);
    expect(find('colour', 'a wine red coat')).toEqual([['wine red', 'red']]);
  });

  test('an excluded phrase is no value, though a part of it may be', () => {
    expect(find('tape', 'red tape')).toEqual([]);
    expect(find('tape', 'some tape')).toEqual([['tape', 'tape']]);
  });

  test('a list gives what is written in it', () => {
    expect(find('fruit', 'a PEAR')).toEqual([['PEAR', 'pear']]);
  });

  test('a regular expression gives what was said, and is no part of a longer word', () => {
    expect(find('code', 'the pin is 1234, not 56789')).toEqual([['1234', '1234']]);
    expect(find('code', 'ticket AB-17')).toEqual([['AB-17', 'AB-17']]);
    expect(find('broken', '(unclosed')).toEqual([]);
  });

  test('a fuzzy type forgives one letter of five, and none in short words', () => {
    expect(find('month', 'in septembr')).toEqual([['septembr', '9']]);
    expect(find('month', 'in Mai')).toEqual([]);
    expect(find('colour', 'crimsn')).toEqual([]);
  });

  test('other types inside: a list gives their value, a map its own', () => {
    expect(find('thing', 'a crimson pear')).toEqual([
      ['crimson', 'red'],
      ['pear', 'pear'],
    ]);
    expect(find('mapped', 'a pear')).toEqual([['pear', '@fruit']]);
    expect(find('mapped', 'tomorrow')).toEqual([['tomorrow', 'when']]);
  });

  test('several types with words between are one value with all of them', () => {
    expect(find('paint', 'two of crimson please')).toEqual([['two of crimson', { amount: 2, colour: 'red' }]]);
    expect(find('paint', 'two nice crimson')).toEqual([]);
  });

  test('a type that contains itself comes to an end', () => {
    expect(find('loop', 'the end')).toEqual([['end', 'end']]);
  });

  test('scripts without blanks have words, too', () => {
    expect(find('japanese', '赤いシャツをください', 'ja')).toEqual([['赤い', 'red']]);
  });

  test('an agent extends a system entity', () => {
    expect(find('sys.color', 'bluish or red')).toEqual([
      ['bluish', 'blue-green'],
      ['red', 'red'],
    ]);
  });

  test('of @sys.any and of unknown types the whole text is the value', () => {
    expect(['@sys.any', '@sys.music-genre', '@nowhere', '@sys.date', '@colour'].filter(entities.isSearched)).toEqual([
      '@sys.date',
      '@colour',
    ]);
  });
});
