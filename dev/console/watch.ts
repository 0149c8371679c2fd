import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Milliseconds without a change after which what has changed is told: editors write a file in several steps. */
const SETTLED = 100;
/** Milliseconds between looks for a folder that is gone: an export takes the place of the old one. */
const RETRY = 500;

/**
 * Tells which files below a folder have changed, come or gone, by their paths in it; of a file, such as a .zip, its name. An
 * empty name stands for the folder itself. Returns what ends it.
 */
export function watchPath(path: string, changed: (files: ReadonlySet<string>) => void): () => void {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder
    ? watchFolder(path, changed)
    : watchFolder(
        dirname(path),
        (files) => {
          if (files.has(basename(path))) changed(new Set([basename(path)]));
        },
        false,
      );
}

function watchFolder(folder: string, changed: (files: ReadonlySet<string>) => void, recursive = true): () => void {
  let watcher: FSWatcher | null = null;
  let inode: number | null = null;
  let files = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** Watches the folder that is there now; false: there is none. */
  function open(): boolean {
    inode = inodeOf(folder);
    if (inode === null) return false;
    try {
      watcher = watch(folder, { recursive, persistent: false }, (_, file) => {
        files.add(file ?? '');
        later(SETTLED, tell);
      }).on('error', () => later(RETRY, tell));
      return true;
    } catch {
      return false; // gone between the two
    }
  }

  function later(ms: number, work: () => void): void {
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(work, ms).unref();
  }

  function tell(): void {
    if (inodeOf(folder) !== inode) reopen();
    else pass();
  }

  function pass(): void {
    const told = files;
    files = new Set();
    changed(told);
  }

  /** Told when it is there again, and once that it is gone: not for the moment in which another takes its place. */
  function reopen(looks = 1): void {
    watcher?.close();
    watcher = null;
    inode = null;
    const isThere = open();
    if (isThere || looks === 2) {
      files.add('');
      pass();
    }
    if (!isThere) later(RETRY, () => reopen(looks + 1));
  }

  if (!open()) later(RETRY, reopen);
  return () => {
    isClosed = true;
    clearTimeout(timer);
    watcher?.close();
  };
}

function inodeOf(folder: string): number | null {
  return statSync(folder, { throwIfNoEntry: false })?.ino ?? null;
}
