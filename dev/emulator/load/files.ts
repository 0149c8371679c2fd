import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { AgentError } from './error.ts';

/** The texts of an export: JSON files by their path in it, such as `flows/A%2fB/A%2fB.json`, in the order of the paths. */
export interface ExportFiles {
  /** Of the folder or the archive, without `.zip`. */
  readonly name: string;
  readonly texts: ReadonlyMap<string, string>;
}

/** What an export may be at most. A real one is far below; an archive that lies about its size meets these. */
export const EXPORT_LIMITS = {
  entries: 50_000,
  /** Of all files together, unpacked. */
  bytes: 512 * 1024 * 1024,
};
export type ExportLimits = typeof EXPORT_LIMITS;

/** Folders at the root of an export (CX docs, Agents, "JSON package"; the last four are in exports and not on that page). */
const FOLDERS = [
  'agentTransitionRouteGroups',
  'entityTypes',
  'flows',
  'intents',
  'testCases',
  'webhooks',
  'generativeSettings',
  'generators',
  'playbooks',
  'tools',
];
const EXPECTED = 'Give the folder or the .zip that CX exports as a JSON package: it has an agent.json at its root.';

/** Reads an export, a folder or a `.zip`. Whatever is no part of one is left out. */
export function readExport(path: string, limits: ExportLimits = EXPORT_LIMITS): ExportFiles {
  const stats = statOf(path);
  if (!stats) throw new AgentError(`There is no ${path}. ${EXPECTED}`);
  const name = basename(resolve(path)).replace(/\.zip$/i, '');
  const contents = contentsOf(path, stats, limits);
  if (!contents.has('agent.json')) throw new AgentError(`${path} is no agent. ${EXPECTED}`);
  const decoder = new TextDecoder();
  const paths = [...contents.keys()].sort();
  return { name, texts: new Map(paths.map((file) => [file, decoder.decode(contents.get(file))])) };
}

function contentsOf(path: string, stats: Stats, limits: ExportLimits): Map<string, Uint8Array> {
  try {
    if (stats.isDirectory()) return fromFolder(path, limits);
    if (stats.isFile()) return fromArchive(path, stats, limits);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new AgentError(`${path} cannot be read (${error.message}).`, { cause: error });
  }
  throw new AgentError(`${path} is neither a folder nor a .zip. ${EXPECTED}`);
}

function fromFolder(root: string, limits: ExportLimits): Map<string, Uint8Array> {
  const contents = new Map<string, Uint8Array>();
  const meter = createMeter(root, limits);
  const take = (file: string, size: number) => {
    if (!isPart(file)) return;
    meter(size);
    contents.set(file, readFileSync(join(root, file)));
  };
  const agent = statOf(join(root, 'agent.json'));
  if (!agent?.isFile()) return contents;
  take('agent.json', agent.size);
  // Folder by folder: beside an export there may be anything, and much of it.
  for (const folder of FOLDERS.filter((name) => statOf(join(root, name))?.isDirectory())) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const full = join(entry.parentPath, entry.name);
      take(full.slice(join(root, '/').length).replaceAll('\\', '/'), statSync(full).size);
    }
  }
  return contents;
}

function fromArchive(path: string, stats: Stats, limits: ExportLimits): Map<string, Uint8Array> {
  if (stats.size > limits.bytes) throw tooBig(path, limits);
  const bytes = readFileSync(path);
  if (bytes.toString('latin1', 0, 2) !== 'PK' /* what every zip begins with */) {
    throw new AgentError(`${path} is neither a folder nor a .zip. ${EXPECTED}`);
  }
  const meter = createMeter(path, limits);
  const unpacked = unpack(path, bytes, meter);
  const root = rootOf(Object.keys(unpacked));
  return new Map(
    Object.entries(unpacked)
      .filter(([file]) => file.startsWith(root) && isPart(file.slice(root.length)))
      .map(([file, content]) => [file.slice(root.length), content]),
  );
}

function unpack(path: string, bytes: Uint8Array, meter: (size: number) => void): { [file: string]: Uint8Array } {
  try {
    // The size that an entry states is the size of the buffer it is unpacked to: more than that never comes out.
    const unpacked = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        const isJson = name.endsWith('.json');
        meter(isJson ? originalSize : 0);
        return isJson;
      },
    });
    return Object.fromEntries(Object.entries(unpacked).map(([name, content]) => [name.replaceAll('\\', '/'), content]));
  } catch (error) {
    if (error instanceof AgentError) throw error;
    throw new AgentError(`${path} cannot be unpacked (${(error as Error).message}). ${EXPECTED}`, { cause: error });
  }
}

/** '' or the one folder that holds the agent: archives made by hand have that. */
function rootOf(files: readonly string[]): string {
  if (files.includes('agent.json')) return '';
  const roots = files.filter((file) => /^[^/]+\/agent\.json$/.test(file) && !file.startsWith('__MACOSX/'));
  return roots.length === 1 ? roots[0]!.slice(0, -'agent.json'.length) : '';
}

function isPart(file: string): boolean {
  if (file === 'agent.json') return true;
  // macOS leaves `._name.json` beside a file.
  return file.endsWith('.json') && FOLDERS.includes(file.split('/')[0]!) && !/(^|\/)\._/.test(file);
}

/** Counts entries and their bytes; throws once it is too much. */
function createMeter(path: string, limits: ExportLimits): (size: number) => void {
  let entries = 0;
  let bytes = 0;
  return (size) => {
    entries += 1;
    bytes += size;
    if (entries > limits.entries || bytes > limits.bytes) throw tooBig(path, limits);
  };
}

function tooBig(path: string, { entries, bytes }: ExportLimits): AgentError {
  const most = `${entries.toLocaleString('en')} files and ${Math.floor(bytes / 1024 / 1024)} MiB unpacked`;
  return new AgentError(`${path} is bigger than any agent: at most ${most} are read.`);
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
