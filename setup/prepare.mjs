import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOutputs, fingerprintSources } from './fingerprint.mjs';
import { installPackages } from './install.mjs';
import { runNx } from './nx.mjs';
import { compiler, requireMachine } from './requirements.mjs';
import { root } from './root.mjs';

const stampFile = join(root, '.nx', 'unet-built');

const SOURCES = [
  'kernel',
  'libs',
  'tools',
  'examples',
  'bench',
  'nx.json',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'tsup.base.ts',
];

const PROGRAMS = ['examples', 'bench', 'tools/unetadm', 'tools/unetstat'];
const LIBRARIES = ['libsys', 'libframeio', 'libunet', 'libdladm-ts', 'libkstat-ts', 'libofmt'];
const OUTPUTS = [
  ...LIBRARIES.map((name) => `libs/${name}/dist`),
  ...PROGRAMS.map((folder) => `${folder}/dist`),
  'libs/libsys/native',
  'kernel/build/release/libunethk.so',
  'kernel/build/release/unethostd',
];

function toolchain() {
  const version = spawnSync('sh', ['-c', `${compiler()} --version`], { encoding: 'utf8' });
  return `${process.version} ${compiler()} ${version.stdout.split('\n', 1)[0]}`;
}

function built() {
  return existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined;
}

/**
 * Makes the repository ready to run: installs and builds what is missing. When no source and no
 * output has been touched since the last time, that is known from their times, without nx.
 */
export async function prepare() {
  requireMachine();
  installPackages();
  const before = `${toolchain()}\n${fingerprintSources(SOURCES)}\n`;
  if (built() === before + fingerprintOutputs(OUTPUTS)) return;
  process.stderr.write('building what is missing …\n');
  const code = await runNx(['run-many', '--targets=build', '--outputStyle=static']);
  if (code !== 0) {
    process.stderr.write('the build failed; its messages are above.\n');
    process.exit(code);
  }
  mkdirSync(join(root, '.nx'), { recursive: true });
  writeFileSync(stampFile, before + fingerprintOutputs(OUTPUTS));
}
