import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../process.ts';
import { Refusal } from './call.ts';

/** What Cloud Build and the Node.js buildpack do with an upload, as far as it can be done without a network. */

const run = promisify(execFile);

/** The buildpack adds it where package.json does not have it. */
const FRAMEWORK = '@google-cloud/functions-framework';

/** Where the buildpack has the sources: what its log says instead of our folder. */
const WORKSPACE = '/workspace';

/**
 * Unpacks `archive` into `folder`, a new one, installs what its package.json names, and checks its main file. Throws with
 * what Cloud Build would have in its log.
 */
export async function build(archive: string, folder: string): Promise<void> {
  try {
    await steps(archive, folder);
  } catch (error) {
    throw new Error((error as Error).message.replaceAll(folder, WORKSPACE));
  }
}

async function steps(archive: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await logged(run('unzip', ['-q', archive, '-d', folder]));
  const manifestPath = join(folder, 'package.json');
  if (!existsSync(manifestPath)) throw new Error('package.json not found');
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
  checkLock(folder, manifest);
  install(folder, { [FRAMEWORK]: '*', ...manifest.dependencies });
  // The buildpack runs the first of these that there is.
  const script = manifest.scripts?.['gcp-build'] ?? manifest.scripts?.build;
  if (script) {
    const PATH = `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`;
    await logged(run('sh', ['-c', script], { cwd: folder, env: { PATH } }));
  }
  const main = manifest.main ?? ['function.js', 'index.js'].find((name) => existsSync(join(folder, name)));
  if (!main || !existsSync(join(folder, main))) {
    throw new Error('function.js does not exist; or specify the path in the "main" field of package.json');
  }
  await logged(run(process.execPath, ['--check', join(folder, main)]));
}

/** Links the repository's own packages: no registry is asked. A pinned version has to be the one that is there. */
function install(folder: string, dependencies: { readonly [name: string]: string }): void {
  for (const [name, version] of Object.entries(dependencies)) {
    const installed = join(ROOT, 'node_modules', name);
    if (!existsSync(installed))
      throw new Error(`npm error 404 Not Found - ${name} (the fake has the repository's only)`);
    const there: string = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')).version;
    if (/^\d/.test(version) && version !== there) {
      throw new Error(`npm error notarget No matching version found for ${name}@${version} (the fake has ${there}).`);
    }
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(installed, link);
  }
}

/** With a lock file the buildpack runs `npm ci`, which wants both files to say the same. */
function checkLock(folder: string, manifest: { dependencies?: unknown }): void {
  const path = join(folder, 'package-lock.json');
  if (!existsSync(path)) return;
  const locked = JSON.parse(readFileSync(path, 'utf8')).packages?.['']?.dependencies;
  if (JSON.stringify(locked ?? {}) !== JSON.stringify(manifest.dependencies ?? {})) {
    throw new Error(
      'npm error `npm ci` can only install packages when package.json and package-lock.json are in sync.',
    );
  }
}

async function logged(step: Promise<unknown>): Promise<void> {
  await step.catch((error: { stderr?: string; message: string }) => {
    throw new Error(error.stderr?.trim() || error.message);
  });
}

/** How Cloud Functions reports a failed build. */
export function buildFailure(log: string, { region, number }: { region: string; number: string }): Refusal {
  const page = `https://console.cloud.google.com/cloud-build/builds;region=${region}/00000000?project=${number}`;
  return new Refusal(
    400,
    `Build failed with status: FAILURE and message: ${log}. For more details see the logs at ${page}.`,
  );
}
