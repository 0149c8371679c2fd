import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { expect, test } from '@jest/globals';
import { listFunctions, loadFunction } from '../shared/discover.ts';

const ROOT = new URL('..', import.meta.url).pathname;

interface Import {
  readonly from: string;
  /** A path in the repository, or the name of a package. */
  readonly to: string;
  readonly typesOnly: boolean;
}

const sources = ['functions', 'shared', 'dev', 'bench'].flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|js)$/.test(file))
    .map((file) => join(room, file)),
);
const imports = sources.flatMap((from) => importsOf(from, readFileSync(join(ROOT, from), 'utf8')));

/** Every `import ... from`, `export ... from` and `import(...)` of a file. */
function importsOf(from: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const statement =
    /^\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...code.matchAll(statement)].map(([, type, named, bare, dynamic]) => {
    const target = (named ?? bare ?? dynamic)!;
    const to = target.startsWith('.') ? relative(ROOT, join(ROOT, dirname(from), target)) : target;
    return { from, to, typesOnly: type !== undefined };
  });
}

const inRoom = (room: string) => (path: string) => path.startsWith(room + sep) || path === room;
const within =
  (...rooms: string[]) =>
  (path: string) =>
    rooms.some((room) => inRoom(room)(path));
const isLocal = ({ to }: Import) => within('functions', 'shared', 'dev', 'bench', 'test')(to);
/** The imports that break a rule, as `from -> to`, to be compared with none. */
const breaches = (subject: (i: Import) => boolean, allowed: (i: Import) => boolean) =>
  imports.filter((i) => subject(i) && !allowed(i)).map(({ from, to }) => `${from} -> ${to}`);

test('the reader of imports sees them all', () => {
  const text = `import a from './a.ts';\nimport type { B } from '../shared/b.ts';\nimport {\n  c,\n} from 'c';\nexport { d } from './d.ts';\nimport './e.ts';\nawait import('./f.ts');\n// import g from './g.ts';`;
  expect(importsOf('functions/x.ts', text)).toEqual([
    { from: 'functions/x.ts', to: 'functions/a.ts', typesOnly: false },
    { from: 'functions/x.ts', to: 'shared/b.ts', typesOnly: true },
    { from: 'functions/x.ts', to: 'c', typesOnly: false },
    { from: 'functions/x.ts', to: 'functions/d.ts', typesOnly: false },
    { from: 'functions/x.ts', to: 'functions/e.ts', typesOnly: false },
    { from: 'functions/x.ts', to: 'functions/f.ts', typesOnly: false },
  ]);
  expect(imports.length).toBeGreaterThan(100);
});

test('a function imports shared, its own data and no other function', () => {
  const isFunction = ({ from }: Import) => inRoom('functions')(from) && from !== 'functions/index.js';
  const ownData = ({ from, to }: Import) => to === from.replace(/\.ts$/, '.json');
  expect(
    breaches(
      (i) => isFunction(i) && isLocal(i),
      (i) => inRoom('shared')(i.to) || ownData(i),
    ),
  ).toEqual([]);
});

test('a function knows nothing of HTTP, express or functions-framework', () => {
  const isFunction = ({ from }: Import) => inRoom('functions')(from) && from !== 'functions/index.js';
  const isHost = ({ to }: Import) =>
    /^(node:)?https?$|^express|functions-framework|^shared\/(host|http|serve)\.ts$/.test(to);
  expect(
    breaches(
      (i) => isFunction(i) && isHost(i),
      () => false,
    ),
  ).toEqual([]);
});

test('functions/index.js is the only deployed file that knows functions-framework', () => {
  const isFramework = ({ to }: Import) => to.startsWith('@google-cloud/functions-framework');
  expect(
    breaches(
      (i) => isFramework(i) && within('functions', 'shared')(i.from),
      (i) => i.from === 'functions/index.js',
    ),
  ).toEqual([]);
});

test('shared imports only shared', () => {
  expect(
    breaches(
      (i) => inRoom('shared')(i.from) && isLocal(i),
      (i) => inRoom('shared')(i.to),
    ),
  ).toEqual([]);
});

test('nothing that is deployed imports dev, bench or test', () => {
  expect(
    breaches(
      (i) => within('dev', 'bench', 'test')(i.to),
      (i) => within('dev', 'bench')(i.from) && !inRoom('test')(i.to),
    ),
  ).toEqual([]);
});

test('stand-ins and the emulator take only types from shared, so that they stay independent witnesses', () => {
  const isWitness = within('dev/upstreams', 'dev/emulator');
  expect(
    breaches(
      (i) => isWitness(i.from) && inRoom('shared')(i.to),
      (i) => i.typesOnly,
    ),
  ).toEqual([]);
});

test('imports go one way: no two files of shared need each other, types aside', () => {
  const next = (path: string) => imports.filter((i) => i.from === path && !i.typesOnly).map((i) => i.to);
  const cycles = sources.filter((start) => {
    const seen = new Set<string>();
    const open = next(start);
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (file === start) return true;
      if (!seen.has(file)) open.push(...next(file));
      seen.add(file);
    }
    return false;
  });
  expect(cycles).toEqual([]);
});

test('every function that ships loads, and no two answer the same tag', async () => {
  const folder = new URL('../functions/', import.meta.url);
  const owners = new Map<string, string[]>();
  for (const name of await listFunctions(folder)) {
    const webhook = await loadFunction(folder, name);
    const tags = webhook.kind === 'standard' ? [name, ...(webhook.options.tags ?? [])] : [];
    for (const tag of tags) owners.set(tag, [...(owners.get(tag) ?? []), name]);
  }
  expect([...owners].filter(([, names]) => names.length > 1)).toEqual([]);
  expect(owners.size).toBeGreaterThan(5);
});
