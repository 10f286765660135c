import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the repository is. */
export const root: string = fileURLToPath(new URL('../../../', import.meta.url));

/** What is read here of a `package.json`. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A package on disk. */
export interface Package {
  readonly folder: string;
  readonly manifest: Manifest;
}

function readPackage(folder: string): Package {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  return { folder, manifest: JSON.parse(text) as Manifest };
}

/** The packages that are published, by name. */
export function publishedPackages(): Package[] {
  return ['libs', 'tools']
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(root, parent, name)))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map(readPackage);
}

/** Where `from` would find a package; `undefined`: it is not installed. */
function find(name: string, from: Package): string | undefined {
  const places = createRequire(join(from.folder, 'package.json')).resolve.paths(name) ?? [];
  return places
    .map((place) => join(place, name))
    .find((folder) => existsSync(join(folder, 'package.json')));
}

/** What the packages depend on, from elsewhere, directly or not: as it is installed here. */
export function foreignPackages(packages: readonly Package[]): Package[] {
  const known = new Map(packages.map((one) => [one.manifest.name, one]));
  const todo = [...packages];
  for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
    const { dependencies = {}, optionalDependencies = {} } = one.manifest;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (known.has(name)) continue;
      const folder = find(name, one);
      if (folder !== undefined) {
        const found = readPackage(folder);
        known.set(name, found);
        todo.push(found);
      } else if (optionalDependencies[name] === undefined) {
        throw new Error(`${one.manifest.name} depends on ${name}, which is not installed`);
      }
    }
  }
  return [...known.values()].filter((one) => !packages.includes(one));
}
