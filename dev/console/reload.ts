import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watchPath } from './watch.ts';

export interface Watched {
  /** The exported agent: a folder or a .zip. */
  readonly agent: string;
  /** One file per function; ends in a slash. */
  readonly functions: URL;
  /** What functions import and share, which only a new start takes in. */
  readonly shared: URL;
}

export interface Changes {
  /** The file of a function has other contents, is new, or gone. */
  readonly function: (name: string) => void;
  readonly agent: () => void;
  /** By its path from the functions' parent. */
  readonly restart: (file: string) => void;
}

const CODE = /\.([cm]?[jt]s|json)$/;

/** Tells what is saved while the server runs. A file that is written with the same contents has not changed. */
export function watchCode({ agent, functions, shared }: Watched, changes: Changes): () => void {
  const isOther = rememberContents(functions);
  const nameOf = (folder: URL, file: string) =>
    relative(fileURLToPath(new URL('../', folder)), join(fileURLToPath(folder), file));
  const close = [
    watchPath(agent, changes.agent),
    watchPath(fileURLToPath(functions), (files) => {
      for (const file of files) {
        const [, name] = /^([^/\\]+)\.ts$/.exec(file) ?? [];
        if (!CODE.test(file) || file.endsWith('.d.ts') || !isOther(file)) continue;
        if (name === undefined) changes.restart(nameOf(functions, file));
        else changes.function(name);
      }
    }),
    watchPath(fileURLToPath(shared), (files) => {
      for (const file of files) if (CODE.test(file)) changes.restart(nameOf(shared, file));
    }),
  ];
  return () => {
    for (const each of close) each();
  };
}

/** Says of a file in a folder whether its contents are others than when it was asked last, or at the beginning. */
function rememberContents(folder: URL): (file: string) => boolean {
  const known = new Map<string, string>();
  const look = (file: string) => {
    try {
      return createHash('sha256')
        .update(readFileSync(new URL(encodeURI(file), folder)))
        .digest('hex');
    } catch {
      return 'none';
    }
  };
  for (const file of readdirSync(folder)) if (CODE.test(file)) known.set(file, look(file));
  return (file) => {
    const is = look(file);
    const was = known.get(file) ?? 'none';
    known.set(file, is);
    return is !== was;
  };
}
