/**
 * The main job, `npm start`: a link is made, a program answers on it, the system pings that program,
 * the traffic is watched, and everything is taken down.
 *
 * This program puts itself into a network namespace (where that is possible), where it does the job,
 * and looks afterwards whether anything was left.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type InsideOptions, inside as performJob } from './main-job/inside.ts';
import { lacksForTap, namespacePrefix } from './main-job/lack.ts';
import { waitForNone } from './main-job/leftovers.ts';

const USAGE = 'usage: npm start -- [--keep] [--way tap|bus] [--lose n]\n';
const FORWARDED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PATIENCE_MS = 5000;

interface Arguments {
  readonly keep: boolean;
  readonly way: 'tap' | 'bus' | undefined;
  readonly lose: string | undefined;
  readonly inside: string | undefined;
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      keep: { type: 'boolean', default: false },
      way: { type: 'string' },
      lose: { type: 'string' },
      inside: { type: 'string' }, // of this program to itself
    },
  });
  const { keep, way, lose, inside } = values;
  if (way !== undefined && way !== 'tap' && way !== 'bus') {
    throw new RangeError(`--way must be tap or bus, not ${way}`);
  }
  return { keep, way, lose, inside };
}

/** How frames reach the link here: chosen, or found out and said. */
async function chooseWay(wanted: 'tap' | 'bus' | undefined): Promise<'tap' | 'bus'> {
  if (wanted === 'bus') return 'bus';
  const lacks = await lacksForTap(namespacePrefix(process.getuid?.() ?? 0));
  if (lacks.length === 0) return 'tap';
  for (const { what, remedy } of lacks) {
    process.stdout.write(
      `main job: ${what}${remedy === undefined ? '' : `; \`${remedy}\` would change that`}\n`,
    );
  }
  if (wanted === 'tap') throw new Error('no interface of this system can be used');
  process.stdout.write(
    'main job: so the link is on a segment in memory, and a second program pings in place of the system\n',
  );
  return 'bus';
}

/** Runs this program once more, inside; returns its exit code. */
async function performInside(options: InsideOptions): Promise<number> {
  const self = fileURLToPath(import.meta.url);
  const command = [...options.prefix, process.execPath, self, '--inside', JSON.stringify(options)];
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    env: {
      ...process.env,
      PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
      UNET_RUNTIME_DIR: options.directory,
      UNET_KERNEL: `unix:${join(options.directory, 'unethostd.sock')}`,
    },
    // A group of its own: Ctrl-C reaches this program only, which passes it on.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const forwards = FORWARDED.map((signal) => {
    const forward = () => void child.kill(signal);
    process.on(signal, forward);
    return { signal, forward };
  });
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        if (signal !== null) process.stdout.write(`main job: ended by ${signal}\n`);
        resolve(code ?? 1);
      });
    });
  } finally {
    for (const { signal, forward } of forwards) process.off(signal, forward);
  }
}

/** Looks whether anything was left, removes it, and says so. */
async function removeLeftovers(directory: string): Promise<number> {
  const left = await waitForNone(directory, PATIENCE_MS);
  for (const { pid, command } of left) {
    process.stdout.write(`main job: LEFT BEHIND: process ${pid}, ${command}\n`);
    process.kill(pid, 'SIGKILL');
  }
  rmSync(directory, { recursive: true, force: true });
  return left.length + (existsSync(directory) ? 1 : 0);
}

/** In a word; what a signal ended is no failure of the job. */
function ending(code: number): string {
  if (code === 0) return 'done';
  return code > 128 ? 'stopped' : 'FAILED';
}

async function outside(args: Arguments): Promise<number> {
  const way = await chooseWay(args.way);
  const start = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'unet-main-job-'));
  const { keep, lose } = args;
  const prefix = way === 'tap' ? namespacePrefix(process.getuid?.() ?? 0) : [];
  let code = 1;
  try {
    code = await performInside({ way, directory, keep, lose, prefix });
  } finally {
    if (!(keep && code === 0)) {
      const left = await removeLeftovers(directory);
      if (left === 0) process.stdout.write('  nothing is left\n');
      else code = 1;
    }
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`\nmain job: ${ending(code)} after ${seconds} s\n`);
  return code;
}

// Who reads us may go; the job is taken down all the same.
process.stdout.on('error', () => undefined);

let args: Arguments;
try {
  args = readArguments();
} catch (error) {
  process.stderr.write(`main job: ${(error as Error).message}\n${USAGE}`);
  process.exit(2);
}
try {
  process.exitCode =
    args.inside === undefined
      ? await outside(args)
      : await performJob(JSON.parse(args.inside) as InsideOptions);
} catch (error) {
  process.stderr.write(`main job: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
// The channel to the program outside would keep this one alive.
if (process.connected) process.disconnect();
