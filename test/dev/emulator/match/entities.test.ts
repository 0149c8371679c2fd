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
  wild: { kind: 'KIND_REGEXP', entities: { wild: ['(a+)+b', '\\d{4}'] } },
  choices: { kind: 'KIND_REGEXP', entities: { one: [`${'(a|a)'.repeat(40)}b`], two: [`${'a?'.repeat(40)}b`] } },
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

  test('a regular expression that runs wild finds nothing, and the others of its type what they would', () => {
    expect(find('wild', 'aaab')).toEqual([['aaab', 'aaab']]);
    expect(find('wild', `${'a'.repeat(50)} 1234`)).toEqual([['1234', '1234']]);
    expect(find('choices', 'a'.repeat(80))).toEqual([]);
  });

  test('types that all refer to each other come to an end', () => {
    const names = Array.from({ length: 12 }, (_, index) => `t${index}`);
    const references = Object.fromEntries(names.map((name) => [`@${name}`, [`@${name}`]]));
    const types = names.map((name) => [name, { kind: 'KIND_LIST', entities: { ...references, [name]: [name] } }]);
    const circle = createEntities(sketchAgent({}, Object.fromEntries(types)));
    expect(circle.find('@t0', 'from t3 to t11', MOMENT).map(({ resolved }) => resolved)).toEqual(['t3', 't11']);
  });

  test('types refer to types through five levels', () => {
    const chain = (length: number) =>
      Array.from({ length }, (_, index) => [`t${index}`, { kind: 'KIND_LIST', entities: { x: [`@t${index + 1}`] } }]);
    const end = ['t6', { kind: 'KIND_LIST', entities: { end: ['end'] } }];
    const chained = createEntities(sketchAgent({}, Object.fromEntries([...chain(6), end])));
    expect(chained.find('@t1', 'the end', MOMENT)).toMatchObject([{ resolved: 'end' }]);
    expect(chained.find('@t0', 'the end', MOMENT)).toEqual([]);
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
