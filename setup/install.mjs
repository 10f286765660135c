import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const stampFile = join(root, 'node_modules', '.unet-installed');

/**
 * What an installation depends on: the lock file, who the packages are, and the platform, for which
 * some of them have a binary.
 */
function wanted() {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', 'package.json', '.npmrc']) {
    hash.update(readFileSync(join(root, file)));
  }
  return `${hash.digest('hex')} ${process.platform}-${process.arch}\n`;
}

function installed() {
  return existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined;
}

/** Installs what the lock file says, when that is not what is there. */
export function installPackages() {
  const stamp = wanted();
  if (installed() === stamp) return;
  process.stderr.write('installing the packages of package-lock.json …\n');
  // Two packages with binaries bring them as packages of their own, so no install script has to
  // run; where koffi has none ready (illumos), its script builds it, or node:ffi takes its place.
  const scripts = process.platform === 'sunos' ? [] : ['--ignore-scripts'];
  const args = ['ci', ...scripts, '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  // stdout belongs to the program that is started afterwards.
  const run = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (run.status !== 0) {
    process.stderr.write('`npm ci` failed; what it says is above.\n');
    process.exit(1);
  }
  writeFileSync(stampFile, stamp);
}
