import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfFile } from './conf-file.ts';
import type { DatalinkConf } from './datalink-conf.ts';
import { DladmError } from './errors.ts';

/**
 * A program: writers of a `datalink.conf` for which there is not room enough. Prints what it did, as
 * JSON, and `wrong`: what was not as it has to be.
 *
 *     unshare -m node full-disk.mjs pages|inodes      room for so many pages or files and no more
 *     node full-disk.mjs fsize                        RLIMIT_FSIZE of so many bytes
 */

const PAGE = 4096;
const PAGES = 12;
const INODES = 16;

const OLD = Array.from({ length: 300 }, (_, i) => `old${i}\tclass=int,1024;media=int,4;\n`).join(
  '',
);
const NEW = `${OLD}new0\tclass=int,1024;\n`;
/** Of these the new file is the only one not there yet. */
const NEW_PAGES = Math.ceil(NEW.length / PAGE);

const put = (conf: DatalinkConf): void => conf.set('new0', new Map([['class', 1024n]]));

const root = mkdtempSync(join(tmpdir(), 'unet-full-'));
const file = new ConfFile(root);
const filler = join(root, 'filler');
const wrong: string[] = [];
let refused = 0;
let written = 0;

function check(what: string, isRight: boolean): void {
  if (!isRight) {
    wrong.push(what);
  }
}

function run(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')}: ${stderr}`, { cause: error });
  }
}

function begin(): void {
  mkdirSync(dirname(file.path), { recursive: true });
  writeFileSync(file.path, OLD);
  writeFileSync(`${file.path}.lock`, '');
}

/** Tries to write: either it is done, or it is refused and everything is as it was. */
async function attempt(what: string, code: string, hasRoom: boolean): Promise<void> {
  try {
    (await file.prepare(put)).commit();
    written += 1;
    check(`${what}: was written`, hasRoom && readFileSync(file.path, 'latin1') === NEW);
  } catch (error) {
    refused += 1;
    const told = error instanceof DladmError && error.code === code && error.text.includes(root);
    check(`${what}: ${error}`, told && !hasRoom);
    check(`${what}: the file is another`, readFileSync(file.path, 'latin1') === OLD);
  }
  const left = readdirSync(dirname(file.path)).sort().join(' ');
  check(`${what}: left behind: ${left}`, left === 'datalink.conf datalink.conf.lock');
}

/** After room was made it has to work. */
async function after(what: string): Promise<void> {
  rmSync(filler, { recursive: true, force: true });
  await attempt(`${what}, then room`, '', true);
  rmSync(join(root, 'etc'), { recursive: true });
}

/** Fills the disk but for some pages. */
function fill(free: number): void {
  const page = Buffer.alloc(PAGE);
  writeFileSync(filler, '');
  let pages = 0;
  for (let full = false; !full; ) {
    try {
      appendFileSync(filler, page);
      pages += 1;
    } catch {
      full = true;
    }
  }
  truncateSync(filler, Math.max(pages - free, 0) * PAGE);
}

async function pages(): Promise<void> {
  run('mount', '-t', 'tmpfs', '-o', `size=${PAGES * PAGE}`, 'none', root);
  for (let free = 0; free <= NEW_PAGES + 1; free++) {
    begin();
    fill(free);
    await attempt(`${free} pages`, 'ENOSPC', free >= NEW_PAGES);
    await after(`${free} pages`);
  }
  run('umount', root);
}

async function inodes(): Promise<void> {
  run('mount', '-t', 'tmpfs', '-o', `nr_inodes=${INODES}`, 'none', root);
  for (const free of [0, 1, 2]) {
    begin();
    mkdirSync(filler);
    const made: string[] = [];
    for (let full = false; !full; ) {
      const path = join(filler, `${made.length}`);
      try {
        writeFileSync(path, '');
        made.push(path);
      } catch {
        full = true;
      }
    }
    for (const path of made.slice(made.length - free)) {
      rmSync(path);
    }
    if (free === 0 && made.length === 0) {
      throw new Error('the disk was full from the beginning');
    }
    // On a tmpfs a second name needs an inode too.
    await attempt(`${free} inodes`, 'ENOSPC', free >= 2);
    await after(`${free} inodes`);
  }
  run('umount', root);
}

async function fsize(): Promise<void> {
  const limit = (bytes: number | string): void =>
    run('prlimit', '--pid', `${process.pid}`, `--fsize=${bytes}:`);
  for (let bytes = 0; bytes <= NEW.length + 1; bytes += bytes < NEW.length - 2 ? 1500 : 1) {
    begin();
    limit(bytes);
    await attempt(`${bytes} bytes`, 'EFBIG', bytes >= NEW.length);
    limit('unlimited');
    await after(`${bytes} bytes`);
  }
}

const [, , how = ''] = process.argv;
try {
  const all: Readonly<Record<string, () => Promise<void>>> = { pages, inodes, fsize };
  await all[how]?.();
  console.log(JSON.stringify({ refused, written, wrong }));
} finally {
  rmSync(root, { recursive: true, force: true });
}
