import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whose instructions they are. */
export type Layer = 'driver' | 'kernel' | 'copy' | 'program';
export const LAYERS: readonly Layer[] = ['driver', 'kernel', 'copy', 'program'];

/** Instructions, by whose they are. */
export type Counts = Readonly<Record<Layer, number>>;

/**
 * Whose a function is: the driver's (kernel/unet, kernel/frameio), that of the copy between user
 * and kernel, the measuring program's, or the hosted kernel's, which also has what it calls of the C library.
 */
function layerOf(file: string, name: string): Layer {
  if (name.startsWith('host_copy_')) return 'copy';
  if (/\/kernel\/(unet|frameio)\//.test(file)) return 'driver';
  if (/\/bench\/c\//.test(file)) return 'program';
  return 'kernel';
}

/** What each layer itself did in a file that callgrind left (uncompressed). */
export function countLayers(text: string): Counts {
  const counts = { driver: 0, kernel: 0, copy: 0, program: 0 };
  let file = '';
  let layer: Layer = 'kernel';
  let isCall = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('fl=')) file = line.slice(3);
    else if (line.startsWith('fn=')) layer = layerOf(file, line.slice(3));
    else if (line.startsWith('calls=')) isCall = true;
    else {
      const cost = /^\d+ (\d+)$/.exec(line)?.[1];
      if (cost === undefined) continue;
      // The line after calls= is what the functions called did, and they say so themselves.
      if (!isCall) counts[layer] += Number(cost);
      isCall = false;
    }
  }
  return counts;
}

export function total(counts: Counts): number {
  return LAYERS.reduce((sum, layer) => sum + counts[layer], 0);
}

/** What a program was counted to do. */
export interface Counted {
  /** One for each call of `measure_end`, or one for all. */
  readonly parts: readonly Counts[];
  readonly stdout: string;
}

/**
 * Runs a program in callgrind. With `functions`, only what runs in one of these counts, in parts
 * that end where `measure_end` is called; without, everything does.
 *
 * @throws {Error} valgrind is not there, or the program failed
 */
export function count(command: readonly string[], functions: readonly string[] = []): Counted {
  const folder = mkdtempSync(join(tmpdir(), 'unet-bench-count-'));
  try {
    const out = join(folder, 'out');
    const ran = spawnSync(
      'valgrind',
      [
        '--quiet',
        '--tool=callgrind',
        '--max-threads=3000',
        `--callgrind-out-file=${out}`,
        '--compress-strings=no',
        '--compress-pos=no',
        ...functions.map((name) => `--toggle-collect=${name}`),
        ...(functions.length > 0 ? ['--dump-after=measure_end'] : []),
        ...command,
      ],
      { encoding: 'utf8', maxBuffer: 1 << 26 },
    );
    if (ran.error !== undefined) throw new Error(`cannot run valgrind: ${ran.error.message}`);
    if (ran.status !== 0) throw new Error(`valgrind ${command.join(' ')}: ${ran.stderr.trim()}`);
    return { parts: readParts(folder, functions.length > 0), stdout: ran.stdout };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Parts are numbered; what came after the last of them has no number. */
function readParts(folder: string, inParts: boolean): Counts[] {
  const number = (name: string): number => Number(/^out\.(\d+)$/.exec(name)?.[1] ?? 0);
  return readdirSync(folder)
    .filter((name) => (inParts ? number(name) > 0 : name === 'out'))
    .sort((a, b) => number(a) - number(b))
    .map((name) => countLayers(readFileSync(join(folder, name), 'utf8')));
}
