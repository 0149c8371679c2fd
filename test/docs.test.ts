import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cx, ROOT, start } from './helpers/process.ts';

/** What the pages say of commands, options, variables and one another is so. test/readme.test.ts does what the README says. */

interface Page {
  /** For example `docs/deploy.md`. */
  readonly path: string;
  readonly text: string;
  /** Its blocks of shell commands. */
  readonly commands: readonly string[];
}

const paths = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const pages: readonly Page[] = paths.map((path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const blocks = [...text.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)];
  return { path, text, commands: blocks.map(([, , code]) => code!) };
});

/** What a person does; decisions speak of other things as well. */
const guides = pages.filter(({ path }) => !path.startsWith('docs/decisions/'));

/** Finds a pattern on every page: `page: match`, where `isFine` says no. */
function wrong(pattern: RegExp, isFine: (found: string, page: Page) => boolean): string[] {
  return pages.flatMap((page) =>
    [...page.text.matchAll(pattern)]
      .map(([, found]) => found!)
      .filter((found) => !isFine(found, page))
      .map((found) => `${page.path}: ${found}`),
  );
}

test('Every link to a file and to a heading leads somewhere', () => {
  const isFine = (target: string, { path }: Page) => {
    const [file = '', anchor] = target.split('#');
    const at = file === '' ? path : relative('.', join(dirname(path), file));
    if (!existsSync(join(ROOT, at))) return false;
    return anchor === undefined || anchorsOf(readFileSync(join(ROOT, at), 'utf8')).includes(anchor);
  };
  expect(wrong(/\]\((?!https?:)([^)\s]+)\)/g, isFine)).toEqual([]);
});

/** As GitHub makes them: lower case, without punctuation, dashes for spaces. */
function anchorsOf(text: string): string[] {
  const headings = [...text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/^#+ (.*)$/gm)];
  return headings.map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

test('Every page of docs/ is reached from the README or from a page that is', () => {
  const linked = (from: string, seen: Set<string>): Set<string> => {
    if (seen.has(from) || !from.endsWith('.md')) return seen;
    seen.add(from);
    const { text } = pages.find(({ path }) => path === from)!;
    for (const [, to] of text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)) linked(join(dirname(from), to!), seen);
    return seen;
  };
  const reached = linked('README.md', new Set());
  const isDecision = (path: string) => path.startsWith('docs/decisions/'); // found by their folder
  expect(paths.filter((path) => !reached.has(path) && !isDecision(path))).toEqual([]);
});

test('Every npm script that is named is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(wrong(/npm run (?:-s )?([\w:-]+)/g, (name) => name in scripts)).toEqual([]);
});

test('Every command of cx that is named is there, with the options that start is given', async () => {
  const [all, startHelp] = await Promise.all([cx(['--help']), cx(['start', '--help'])]);
  const commands = all.stdout.slice(all.stdout.indexOf('Commands:'));
  expect(wrong(/(?:npm run (?:-s )?cx --|`cx) ([a-z]+)/g, (name) => commands.includes(`  ${name} `))).toEqual([]);
  const options = pages.flatMap(({ text }) =>
    [...text.matchAll(/npm start --( [^`\n]*)/g)].flatMap(([, rest]) => rest!.match(/ --[a-z-]+/g)!),
  );
  expect(options.length).toBeGreaterThan(2);
  expect(options.filter((option) => !startHelp.stdout.includes(`${option} `))).toEqual([]);
});

test('Every variable that is named is one that the code reads or the deployment sets', () => {
  const isSource = (name: string) => /\.(ts|js|sh)$/.test(name);
  const code = ['shared', 'functions', 'dev']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter(isSource)
    .concat('deploy.sh', 'jest.config.js')
    .map((path) => readFileSync(join(ROOT, path), 'utf8'))
    .join('\n');
  const named = /`[^`\n]*?\b((?:WEBHOOK|DATABASE|FUNCTION|DEPLOY|CX|OPENAI|BOOKING|WEATHER|GOOGLE|K)_[A-Z_]+)/g;
  expect(pages.filter(({ text }) => named.test(text)).length).toBeGreaterThan(3);
  expect(wrong(named, (name) => new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
});

// deploy.sh

const bundles = mkdtempSync(join(tmpdir(), 'docs-'));
/** What each line of a block means: the variables that were set before, and the line itself. */
const deployments = pages.flatMap(({ path, commands }) =>
  commands.flatMap((block) => {
    const lines = joined(block);
    return lines
      .filter((line) => line.startsWith('./deploy.sh '))
      .map((line) => ({ path, line, before: lines.filter((each) => /^(export )?[A-Z]+=/.test(each)) }));
  }),
);

/** Lines of a block, those that end in a backslash with the next one. */
function joined(block: string): string[] {
  return block
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.trim());
}

beforeAll(async () => {
  expect(await cx(['bundle', 'fallback', '--out', bundles])).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(bundles, { recursive: true }));

test('Every option of deploy.sh that is named is in its --help', () => {
  const help = execFileSync(join(ROOT, 'deploy.sh'), ['--help'], { encoding: 'utf8' });
  const options = new Set(help.match(/--[a-z-]+/g));
  const text = guides.flatMap(({ path, text }) => [
    ...[...text.matchAll(/deploy\.sh([^`\n]*)/g)].map(([, rest]) => ({ path, rest: rest! })),
    // On its own page, and in those about it, an option stands for itself.
    ...[...text.matchAll(/`(--[^`\n]*)`/g)].map(([, rest]) => ({ path, rest: rest! })),
  ]);
  // Options of the other commands, where they are declared.
  const declared = ['dev/commands', 'dev/local'].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
  );
  const others = ['--help', ...(declared.join('\n').match(/(?<=')--[a-z-]+/g) ?? [])];
  const unknown = text.flatMap(({ path, rest }) =>
    (rest.replace(/#.*/, '').match(/(?<!\w)--[a-z][a-z-]*/g) ?? [])
      .filter((option) => !options.has(option) && !others.includes(option))
      .map((option) => `${path}: ${option}`),
  );
  expect(unknown).toEqual([]);
});

test('Every command line of deploy.sh is understood by it, and sends nothing', async () => {
  expect(deployments.length).toBeGreaterThan(8);
  const check = async ({ path, line, before }: (typeof deployments)[number]) => {
    // On a page that says "as above" the agent may be set in an earlier block.
    const agent = 'AGENT=projects/my-project/locations/europe-west1/agents/00000000-0000-0000-0000-000000000000';
    // One small function will do: the last --only counts.
    const command = `${line.replace(/ +#.*/, '')} --dry-run --bundles ${bundles} --only fallback`;
    for (const name of /--only ([\w,-]+)/.exec(line)?.[1]?.split(',') ?? []) {
      expect([path, existsSync(join(ROOT, 'functions', `${name}.ts`))]).toEqual([path, true]);
    }
    const { ended, printed } = start('bash', ['-euc', [agent, ...before, command].join('\n')]);
    const code = await ended;
    const [, other] = /deploy\.sh (status|rollback|bootstrap)/.exec(line) ?? [];
    const understood = other
      ? { code: 2, stdout: '', stderr: `Leave --dry-run out with ${other}.\n` }
      : { code: 0, stdout: expect.stringMatching(/^# Nothing was sent/), stderr: '' };
    expect({ path, line, code, ...printed }).toEqual({ path, line, ...understood });
  };
  await Promise.all(deployments.map(check));
}, 120_000);

// gcloud

/** A node of gcloud's own tree of commands, which it ships for the shell's completion. */
interface Commands {
  readonly commands?: { readonly [name: string]: Commands };
  readonly flags?: { readonly [flag: string]: unknown };
}

const tree = readCommands();
const inline = guides.flatMap(({ path, text }) =>
  [...text.matchAll(/`(gcloud [^`\n]*)`/g)].map(([, line]) => ({ path, line: line! })),
);
const gcloudLines = [
  ...inline,
  ...pages.flatMap(({ path, commands }) => commands.flatMap(joined).map((line) => ({ path, line }))),
].flatMap(({ path, line }) => [...line.matchAll(/\bgcloud [^|;&)]*/g)].map(([line]) => ({ path, line })));

function readCommands(): Commands | undefined {
  const found = (process.env.PATH ?? '').split(':').find((folder) => existsSync(join(folder, 'gcloud')));
  const file = found && join(dirname(realpathSync(join(found, 'gcloud'))), '../data/cli/gcloud_completions.py');
  if (!file || !existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  return JSON.parse(text.slice(text.indexOf('{')));
}

/** What is wrong with a command line; empty where gcloud has the command and its flags. */
function unknownTo(root: Commands, line: string): string[] {
  const [, ...words] = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)!;
  let node = root;
  while (words[0] !== undefined && node.commands?.[words[0]]) node = node.commands[words.shift()!]!;
  // A group is no command: what comes next should have been one.
  if (Object.keys(node.commands ?? {}).length > 0) return [`there is no ${words[0]}`];
  const flags = { ...root.flags, ...node.flags };
  return words
    .filter((word) => word.startsWith('--'))
    .map((word) => word.split('=')[0]!)
    .filter((flag) => !(flag in flags) && !(flag.replace(/^--no-/, '--') in flags));
}

(tree ? test : test.skip)('Every gcloud command is one, and has the flags that it is given', () => {
  expect(gcloudLines.length).toBeGreaterThan(10);
  const found = gcloudLines.flatMap(({ path, line }) =>
    unknownTo(tree!, line).map((each) => `${path}: ${each}: ${line}`),
  );
  expect(found).toEqual([]);
  // It would see it.
  expect(unknownTo(tree!, 'gcloud secrets version add x')).toEqual(['there is no version']);
  expect(unknownTo(tree!, 'gcloud secrets versions add x --data=-')).toEqual(['--data']);
});
