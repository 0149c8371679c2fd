import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSearch, type SearchContext } from '../../../shared/campus/search.ts';
import { initialsOf, stem, wordsOf } from '../../../shared/campus/words.ts';
import type { Store } from '../../../shared/store.ts';

interface Thing {
  readonly name: string;
  readonly about: string;
}

const THINGS: readonly Thing[] = [
  { name: 'Heat and Thermodynamics', about: 'physics, heat' },
  { name: 'Fluid Mechanics', about: 'engineering' },
  { name: 'Machine Learning', about: 'computers' },
  { name: 'Machine Design', about: 'engineering' },
  { name: 'Deep Learning', about: 'computers, machine learning' },
  { name: 'Jane Eyre', about: 'by Charlotte Brontë' },
  { name: 'War and Peace', about: 'by Leo Tolstoy' },
  { name: 'Hip-hop for Beginners', about: 'dance' },
  { name: 'C++', about: 'computers' },
  { name: 'It', about: 'horror, by Stephen King' },
  { name: 'Physics', about: 'mechanics' },
  { name: 'Chemistry', about: 'physical chemistry, physics' },
];

/** A store that only says how often it was read, and a clock that is set by hand. */
function open(things: () => Promise<readonly Thing[]> = async () => THINGS, noise: readonly string[] = ['books']) {
  const context = { store: {} as Store, time: 0, now: () => context.time, loads: 0 };
  const search = createSearch<Thing>({
    load: (store) => {
      expect(store).toBe(context.store);
      context.loads++;
      return things();
    },
    fields: { name: { text: ({ name }) => name, boost: 3 }, about: { text: ({ about }) => about } },
    name: 'name',
    noise,
  });
  return { search, context };
}

const { search, context } = open();
const names = async (question: string) => (await search.find(question, context)).hits.map(({ row }) => row.name);
const near = async (question: string) => (await search.find(question, context)).near.map(({ name }) => name);
const scores = async (question: string) =>
  Object.fromEntries(
    (await search.find(question, context)).hits.map(({ row, score }) => [row.name, +score.toFixed(2)]),
  );

test.each<[why: string, question: string, found: string[]]>([
  ['as it is written', 'jane eyre', ['Jane Eyre']],
  ['without accents and case', 'BRONTE', ['Jane Eyre']],
  ['with accents', 'Brontë', ['Jane Eyre']],
  ['with other endings', 'dancing', ['Hip-hop for Beginners']],
  ['a letter wrong', 'tolstoi', ['War and Peace']],
  ['two letters that changed places', 'hpysics', ['Physics', 'Heat and Thermodynamics', 'Chemistry']],
  ['two letters wrong in a long word', 'termodinamics', ['Heat and Thermodynamics']],
  ['the beginning of a word', 'thermo', ['Heat and Thermodynamics']],
  ['one word written as two', 'books on thermo dynamics', ['Heat and Thermodynamics']],
  ['two words written as one', 'hiphop', ['Hip-hop for Beginners']],
  ['words with signs', 'c++', ['C++']],
  ['stop words alone', 'it', ['It']],
  ['all words before some of them', 'machine lerning', ['Machine Learning', 'Deep Learning']],
  ['the name before the rest', 'physics', ['Physics', 'Heat and Thermodynamics', 'Chemistry']],
])('%s: "%s"', async (_why, question, found) => {
  expect(await names(question)).toEqual(found);
});

test.each([
  'xqzzv',
  'a very long question about nothing that is here',
  '',
  '  ',
  '?!',
  'books',
  'books of books',
  'तापमान',
])('nonsense, nothing and noise find nothing: "%s"', async (question) => {
  expect(await search.find(question, context)).toEqual({ hits: [], near: [] });
});

test('a word that is there means itself: "physics" does not mean "physical"', async () => {
  expect(await scores('physics')).toEqual({ Physics: 1, Chemistry: 1, 'Heat and Thermodynamics': 1 });
  expect(await names('physical')).toEqual(['Chemistry']);
});

test('short words, first letters and numbers are not guessed at', async () => {
  expect(await names('cet')).toEqual([]);
  expect(await names('cachine')).toEqual([]); // another first letter makes another word too
  const numbers = open(async () => [{ name: 'Area 4512', about: 'novel' }]);
  expect((await numbers.search.find('4513', numbers.context)).hits).toEqual([]);
  expect((await numbers.search.find('4512', numbers.context)).hits).toHaveLength(1);
});

test('the score says how much of the question is there, rare words more than common ones', async () => {
  expect(await scores('tolstoy')).toEqual({ 'War and Peace': 1 });
  expect(await scores('tolstoj')).toEqual({ 'War and Peace': 0.86 }); // 6 letters of 7 are right
  expect(await scores('tolstoy xqzzv')).toEqual({ 'War and Peace': 0.5 });
  expect(await scores('computers tolstoy')).toEqual({ 'War and Peace': 0.61 }); // computers: log(1 + 12/3), tolstoy: log(1 + 12)
  expect(await names('tolstoy xqzzv wqqrt')).toEqual([]); // a third is no answer
});

test('what is far below the best is no hit', async () => {
  expect(await scores('deep machine learning')).toEqual({ 'Deep Learning': 1 }); // Machine Learning has 0.58
});

test('where nothing is found, names that look like it are offered', async () => {
  expect(await near('mechinnix')).toEqual(['Fluid Mechanics']);
  expect(await near('horrible')).toEqual([]); // horror is no name
  expect(await near('machine lerning')).toEqual([]); // it was found
});

test('of a name, two letters of five may be wrong, and four at most', async () => {
  expect(await near('thexyzdynaqics')).toEqual(['Heat and Thermodynamics']);
  expect(await near('thexyzdynaqwcs')).toEqual([]);
});

test('three names are offered at most', async () => {
  const { search, context } = open(async () => ['a', 'b', 'c', 'd'].map((about) => ({ name: 'Mechanics', about })));
  expect((await search.find('mechinnix', context)).near.map(({ about }) => about)).toEqual(['a', 'b', 'c']);
});

test('noise means nothing, even where it is the word of a name', async () => {
  const { search, context } = open(undefined, ['learning']);
  expect((await search.find('learning', context)).hits).toEqual([]);
  expect((await search.find('deep learning', context)).hits.map(({ row }) => row.name)).toEqual(['Deep Learning']);
});

test('of a very long question the first fifty words are read', async () => {
  expect(await names(`${'jane eyre '.repeat(25)} ${'xqzzv '.repeat(500)}`)).toEqual(['Jane Eyre']);
});

test('the nearer word comes first, and a name only among rows of the same score', async () => {
  const things = [
    { name: 'Physics', about: '' },
    { name: 'Training', about: 'physical exercise and much else for everybody' },
  ];
  const { search, context } = open(async () => things);
  const scores = (await search.find('physica', context)).hits.map(({ row, score }) => [row.name, +score.toFixed(2)]);
  expect(scores).toEqual([
    ['Training', 0.95],
    ['Physics', 0.86],
  ]);
});

test('stop words alone are found as they are written or not at all', async () => {
  const { search, context } = open(async () => [{ name: 'Theme', about: '' }]);
  expect(await search.find('there', context)).toEqual({ hits: [], near: [] });
});

test('means says whether there is anything to look for', () => {
  expect(['books', '', 'the books', 'it', 'books of it', 'about heat'].map(search.means)).toEqual([
    ...[false, false, false, false, false, true],
  ]);
});

test('the index is made once, shared by all who wait for it, and made anew after a minute', async () => {
  let things = THINGS;
  const { search, context } = open(async () => things);
  const find = async () => (await search.find('new', context)).hits.length;
  expect(await Promise.all([find(), find(), search.rows(context)])).toEqual([0, 0, THINGS]);
  expect(context.loads).toBe(1);
  things = [...THINGS, { name: 'New', about: '' }];
  context.time = 59_999;
  expect([await find(), context.loads]).toEqual([0, 1]);
  context.time = 60_000;
  expect([await find(), context.loads]).toEqual([1, 2]);
});

test('each store has an index of its own', async () => {
  const rows = new Map<Store, string>();
  const search = createSearch<{ name: string }>({
    load: async (store) => [{ name: rows.get(store)! }],
    fields: { name: { text: ({ name }) => name } },
    name: 'name',
  });
  for (const name of ['alpha', 'beta']) {
    const context: SearchContext = { store: {} as Store, now: () => 0 };
    rows.set(context.store, name);
    expect(await search.rows(context)).toEqual([{ name }]);
  }
});

test('a failed reading is told, and tried again by the next call', async () => {
  let failing = true;
  const { search, context } = open(async () => {
    if (failing) throw new Error('away');
    return THINGS;
  });
  await expect(search.find('physics', context)).rejects.toThrow('away');
  failing = false;
  expect((await search.find('physics', context)).hits).toHaveLength(3);
});

test('an empty table finds nothing', async () => {
  const { search, context } = open(async () => []);
  expect(await search.find('physics', context)).toEqual({ hits: [], near: [] });
});

test('whatever is asked, hits are rows with a score from 0.5 to 1, best first, and the same the next time', async () => {
  const words = fc.constantFrom('machine', 'lerning', 'the', 'physics', 'war', '__proto__', 'constructor', 'brontë');
  const question = fc
    .array(fc.oneof(words, fc.string({ unit: 'binary' })), { maxLength: 8 })
    .map((all) => all.join(' '));
  await fc.assert(
    fc.asyncProperty(question, async (asked) => {
      const found = await search.find(asked, context);
      const scores = found.hits.map(({ score }) => score);
      for (const { row, score } of found.hits) {
        expect(THINGS).toContain(row);
        expect(score).toBeGreaterThanOrEqual(0.5);
        expect(score).toBeLessThanOrEqual(1 + Number.EPSILON * 8);
      }
      scores.slice(1).forEach((score, i) => {
        expect(score - scores[i]!).toBeLessThan(0.05 + Number.EPSILON);
      });
      expect(await search.find(asked, context)).toEqual(found);
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['dances dancing danced dance', 'danc'],
  ['swims swimming swim', 'swim'],
  ['studies study', 'stud'],
  ['programming programmes programs program', 'program'],
  ['physics', 'physic'],
  ['thing', 'thing'],
  ['bus', 'bus'],
  ['class classes', 'class'],
])('%s have the stem %s', (words, expected) => {
  expect(new Set(words.split(' ').map(stem))).toEqual(new Set([expected]));
});

test('words are what stands between signs, in any script', () => {
  expect(wordsOf("Çengel's C++ & C#: über-naïve 3D?")).toEqual([
    ...['cengel', 's', 'c++', 'c#', 'uber', 'naive', '3d'],
  ]);
  expect(wordsOf('परामर्शदाता, काउंसलिंग')).toEqual(['परामर्शदाता', 'काउंसलिंग']);
});

test('initials are those of each part of more than one word', () => {
  expect(initialsOf('natural language processing, Machine Learning, robotics')).toBe('nlp ml');
});
