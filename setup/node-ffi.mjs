import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** What brings a Node.js that has node:ffi: not needed to run anything, so only tests install it. */
const folder = join(root, 'setup', 'node-ffi');
const name = `node-${process.platform}-${process.arch}`;

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

function ownHasFfi() {
  return process.getBuiltinModule('node:ffi')?.getCurrentEventLoop !== undefined;
}

/** The version that `setup/node-ffi` installs here, or null when there is none for this system. */
function wantedVersion() {
  return readJson(join(folder, 'package.json')).optionalDependencies[name] ?? null;
}

function installedVersion() {
  const manifest = join(folder, 'node_modules', name, 'package.json');
  return existsSync(manifest) ? readJson(manifest).version : null;
}

/**
 * A Node.js that has all of node:ffi: the one that runs this, or the installed one.
 *
 * @returns {{ path: string, version: string } | { reason: string }} `reason`: why there is none
 */
export function findNodeWithFfi({
  own = ownHasFfi(),
  wanted = wantedVersion(),
  installed = installedVersion(),
} = {}) {
  if (own) return { path: process.execPath, version: process.versions.node };
  if (wanted !== null && installed === wanted) {
    return { path: join(folder, 'node_modules', name, 'bin', 'node'), version: wanted };
  }
  const lacks = `Node.js ${process.versions.node} has no node:ffi`;
  return {
    reason:
      wanted === null
        ? `${lacks}, and there is no ${name} to install`
        : `${lacks}; \`npm ci --prefix setup/node-ffi\` installs one that does`,
  };
}

/** Installs one where that is possible and needed. Without a network there is none, and tests say so. */
export function installNodeWithFfi() {
  const wanted = wantedVersion();
  if (ownHasFfi() || wanted === null || installedVersion() === wanted) return;
  process.stderr.write(`installing Node.js ${wanted}, for the tests of node:ffi …\n`);
  const npm = ['ci', '--no-progress', '--loglevel=error'];
  const run = spawnSync('npm', npm, { cwd: folder, stdio: ['ignore', 2, 2] });
  if (run.status !== 0) process.stderr.write('it could not be installed.\n');
}
