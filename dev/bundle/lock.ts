/** npm's lock file, as far as it is read here (docs.npmjs.com/cli/configuring-npm/package-lock-json). */
export interface Lock {
  readonly packages: { readonly [path: string]: LockedPackage };
}

interface LockedPackage {
  readonly version: string;
  readonly dependencies?: Dependencies;
  readonly optionalDependencies?: Dependencies;
}

type Dependencies = { readonly [name: string]: string };

/** The package.json that a lock file is for. */
export interface Described {
  readonly name: string;
  readonly version: string;
  readonly engines: Dependencies;
  readonly dependencies: Dependencies;
}

/** The exact version that is locked. */
export function lockedVersion({ packages }: Lock, name: string): string {
  return packages[find(packages, '', name)]!.version;
}

/** The part of a lock file that another package.json needs: what `npm ci` installs in the cloud is what was tested here. */
export function lockFor({ name, version, dependencies, engines }: Described, { packages }: Lock) {
  const kept = new Set<string>();
  const open = Object.keys(dependencies).map((each) => find(packages, '', each));
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (kept.has(path)) continue;
    kept.add(path);
    const { dependencies: needs, optionalDependencies: uses } = packages[path]!;
    for (const each of Object.keys({ ...needs, ...uses })) open.push(find(packages, path, each));
  }
  const locked = Object.fromEntries([...kept].sort().map((path) => [path, packages[path]]));
  return {
    name,
    version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name, version, dependencies, engines }, ...locked },
  };
}

/** As Node looks for it: beside the package that needs it, then further out. */
function find(packages: Lock['packages'], from: string, name: string): string {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder && `${folder}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (!folder) throw new Error(`package-lock.json has no ${name}.`);
  }
}
