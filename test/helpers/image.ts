import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { ROOT, type Running, start } from './process.ts';

/**
 * A Dockerfile without docker: its steps are done in folders, one for each stage, and its CMD is run in what the last stage
 * has. Real are the context (as .dockerignore lets it through), COPY, RUN, ENV, WORKDIR, USER and CMD. Taken from here are
 * Node, which has to be the version that FROM names, and the packages: `npm ci` only looks whether the lock file is right,
 * then this checkout's node_modules are linked. An instruction that is not known here fails.
 */

export interface Image {
  /** The folder that stands for `/` in the last stage. */
  readonly root: string;
  readonly workdir: string;
  readonly env: { readonly [name: string]: string };
  readonly user: string;
  readonly command: readonly string[];
  /** Runs CMD as the image's user, in its environment and `env`, with nothing of this process's own. */
  run(env: { readonly [name: string]: string }): Running;
}

type Stage = { -readonly [K in keyof Omit<Image, 'run'>]: Image[K] } & { env: { [name: string]: string } };

/** The user `node` of Docker's official image, who is nobody here: so nothing is readable by chance. */
const NODE_USER = 1000;

/** Builds it in an empty folder. `addTo` may put more into the context, which is a copy. */
export async function buildImage(folder: string, addTo: (context: string) => void): Promise<Image> {
  chmodSync(folder, 0o755);
  const context = join(folder, 'context');
  copyContext(context);
  addTo(context);

  const stages: Stage[] = [];
  const named = new Map<string, Stage>();
  for (const [word, rest] of instructions(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))) {
    const stage = stages.at(-1)!;
    switch (word) {
      case 'FROM': {
        const [, major, name] = /^node:(\d+)-slim(?: AS (\w+))?$/.exec(rest) ?? [];
        if (major !== process.versions.node.split('.')[0]) throw new Error(`This is Node ${process.version}: ${rest}`);
        const fresh = {
          root: join(folder, `stage-${stages.length}`),
          workdir: '/',
          env: {},
          user: 'root',
          command: [],
        };
        stages.push(fresh);
        if (name) named.set(name, fresh);
        mkdirSync(fresh.root);
        break;
      }
      case 'WORKDIR':
        stage.workdir = rest;
        mkdirSync(join(stage.root, rest), { recursive: true });
        break;
      case 'ENV': {
        const [, name, value] = /^(\w+)=(\S*)$/.exec(rest)!;
        stage.env[name!] = value!;
        break;
      }
      case 'COPY':
        copy(rest, stage, named, context);
        break;
      case 'RUN':
        await perform(rest, stage);
        break;
      case 'USER':
        stage.user = rest;
        break;
      case 'CMD':
        stage.command = JSON.parse(rest) as string[]; // the exec form; the other is no JSON
        break;
      case 'EXPOSE':
        break;
      default:
        throw new Error(`What does ${word} do?`);
    }
  }
  const last = stages.at(-1)!;
  return { ...last, run: (env) => runIn(last, env) };
}

/** Each instruction and what follows it, without comments. */
function instructions(text: string): readonly (readonly [string, string])[] {
  const lines = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ');
  return [...lines.matchAll(/^([A-Z]+)\s+(.*)$/gm)].map(([, word, rest]) => [word!, rest!.trim()]);
}

/** Whether .dockerignore lets a path through: the last pattern counts that fits it or a folder that it is in. */
export function isInContext(path: string): boolean {
  const patterns = readFileSync(join(ROOT, '.dockerignore'), 'utf8').match(/^[^#\n].*$/gm) ?? [];
  const around = path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'));
  const fits = (pattern: string) => around.some((each) => matches(each, pattern));
  const last = patterns.findLast((pattern) => fits(pattern.replace(/^!/, '')));
  return last === undefined || last.startsWith('!');
}

/** As docker matches: a star stands for names with a dot in front, too, and two stars for folders. */
function matches(path: string, pattern: string): boolean {
  const source = pattern.replace(/\*\*|[*?]|[.+^${}()|[\]\\]/g, (found) => {
    return { '**': '.*', '*': '[^/]*', '?': '[^/]' }[found] ?? `\\${found}`;
  });
  return new RegExp(`^${source}/?$`).test(path);
}

function copyContext(context: string): void {
  for (const top of readdirSync(ROOT).filter((name) => !['node_modules', '.git'].includes(name))) {
    cpSync(join(ROOT, top), join(context, top), {
      recursive: true,
      filter: (from) => isFolder(from) || isInContext(relative(ROOT, from)),
    });
  }
}

function copy(rest: string, stage: Stage, named: ReadonlyMap<string, Stage>, context: string): void {
  const [, from, paths] = /^(?:--from=(\w+) )?([^-].*)$/.exec(rest)!;
  const source = from ? named.get(from)!.root : context;
  const names = paths!.split(/\s+/);
  const to = names.pop()!;
  const target = join(stage.root, to.startsWith('/') ? '' : stage.workdir, to);
  for (const name of names) {
    const path = join(source, name);
    // A folder's content is copied, a file into a folder.
    cpSync(path, !isFolder(path) && /[./]$/.test(to) ? join(target, basename(name)) : target, { recursive: true });
  }
}

const isFolder = (path: string) => statSync(path).isDirectory();

async function perform(command: string, stage: Stage): Promise<void> {
  if (/(^|\s)\//.test(command)) throw new Error(`This would leave the folder of its stage: ${command}`);
  const cwd = join(stage.root, stage.workdir);
  const isInstall = command.startsWith('npm ci');
  const env = { ...environment(stage), HOME: process.env.HOME };
  const { ended, printed } = start('sh', ['-c', isInstall ? `${command} --dry-run` : command], { cwd, env });
  if ((await ended) !== 0) throw new Error(`${command}: ${printed.stdout}${printed.stderr}`);
  if (isInstall) symlinkSync(join(ROOT, 'node_modules'), join(cwd, 'node_modules'));
}

/** Of the stage alone: what this process has is taken out. */
function environment({ env }: Stage) {
  const none = Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined]));
  return { ...none, DATABASE_URL: undefined, PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, ...env };
}

function runIn(stage: Stage, env: { readonly [name: string]: string }): Running {
  const options = { cwd: join(stage.root, stage.workdir), env: { ...environment(stage), ...env } };
  // Only root can become somebody else; whoever is not root here is not root in what they run either.
  const become = ['setpriv', `--reuid=${NODE_USER}`, `--regid=${NODE_USER}`, '--clear-groups'];
  const [program, ...args] = [...(process.getuid?.() === 0 && stage.user === 'node' ? become : []), ...stage.command];
  return start(program!, args, options);
}
