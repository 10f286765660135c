import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The oldest Node.js that everything here runs on. */
const NODE_MINIMUM = [20, 19];

/** The first system package manager there is, as the start of a command. */
const PACKAGE_MANAGERS = [
  ['apt-get', 'apt-get install -y'],
  ['dnf', 'dnf install -y'],
  ['apk', 'apk add'],
  ['pacman', 'pacman -S'],
  ['zypper', 'zypper install -y'],
  ['pkgin', 'pkgin install'],
  ['pkg', 'pkg install'],
];

/** Where a program is, or undefined. */
export function findProgram(name, path = process.env.PATH ?? '') {
  if (name.includes('/')) return existsSync(name) ? name : undefined;
  // Not everybody has the administrator's directories in PATH, but `ip` may live there.
  return [...path.split(delimiter), '/usr/sbin', '/sbin']
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

/** The command that installs the first of these packages that this system would have. */
export function installCommand(packages) {
  const [manager, command] =
    PACKAGE_MANAGERS.find(([name]) => findProgram(name) !== undefined) ?? PACKAGE_MANAGERS[0];
  const name = packages[manager] ?? packages['apt-get'];
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return `${sudo}${command} ${name}`;
}

/** The C compiler that `make` uses: $CC, or cc. */
export function compiler(env = process.env) {
  return env.CC === undefined || env.CC.trim() === '' ? 'cc' : env.CC;
}

function nodeIsOldEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  const [wantMajor, wantMinor] = NODE_MINIMUM;
  return major > wantMajor || (major === wantMajor && minor >= wantMinor);
}

function works(command) {
  return spawnSync('sh', ['-c', `${command} --version`], { stdio: 'ignore' }).status === 0;
}

/**
 * What this machine lacks for a build: a sentence, or undefined when nothing is missing. One
 * sentence at a time: the first thing to do.
 */
export function missingRequirement({
  nodeVersion = process.versions.node,
  env = process.env,
  runs = works,
} = {}) {
  if (!nodeIsOldEnough(nodeVersion)) {
    return (
      `unet needs Node.js ${NODE_MINIMUM.join('.')} or later and this is ${nodeVersion}: ` +
      'install a newer one with `nvm install 22` (https://github.com/nvm-sh/nvm) or from https://nodejs.org.'
    );
  }
  const cc = compiler(env);
  if (!runs(cc)) {
    const command = installCommand({
      'apt-get': 'build-essential',
      dnf: 'gcc make glibc-devel',
      apk: 'build-base',
      pacman: 'base-devel',
      zypper: 'gcc make',
      pkgin: 'gcc13 gmake',
      pkg: 'developer/gcc-13 developer/build/gnu-make',
    });
    return `unet needs a C compiler and \`${cc}\` does not run: install one with \`${command}\`, or name yours in CC.`;
  }
  if (!runs('make')) {
    const command = installCommand({ 'apt-get': 'make', pkgin: 'gmake' });
    return `unet needs GNU make and \`make\` does not run: install it with \`${command}\`.`;
  }
  return undefined;
}

/** Ends the process with the sentence when something is missing. */
export function requireMachine() {
  const sentence = missingRequirement();
  if (sentence !== undefined) {
    process.stderr.write(`${sentence}\n`);
    process.exit(1);
  }
}
