import {
  type Cell,
  cellsOf,
  LANGS,
  type Lang,
  OPS,
  type Result,
  resultOf,
  type Via,
} from './cell.ts';
import { BATCH_MAX, QUEUE_FRAMES } from './way.ts';
import type { Worker } from './worker.ts';

/** How thoroughly to measure. */
export interface Effort {
  /** How many times the programs are started anew. */
  readonly lives: number;
  /** Samples of a cell in each language and life. */
  readonly rounds: number;
  /** How long one sample takes, about: short, so that most are not interrupted. */
  readonly sampleMs: number;
}

export const QUICK: Effort = { lives: 1, rounds: 25, sampleMs: 2 };
export const FULL: Effort = { lives: 7, rounds: 25, sampleMs: 2 };

/**
 * So many calls of each kind come before everything: the compiler of JavaScript goes by calls, and
 * the cells of large batches make few.
 */
const WARM_CALLS = 20_480;
/** Frames are moved, untimed, before the first sample of a cell: caches get warm. */
const TRIAL_FRAMES = 512;
const WARM_FRAMES = 8192;
const WARM_MS = 20;
/** The most queues that are filled and emptied in a sample. */
const MOST_QUEUES = 4;

/**
 * Measures every cell of a way, in turns: C, TypeScript, C, TypeScript …, so that whatever else
 * the machine does meanwhile meets both alike.
 */
export async function measureVia(
  via: Via,
  workers: Readonly<Record<Lang, Worker>>,
  effort: Effort,
): Promise<Result[]> {
  const results: Result[] = [];
  await warmUp(workers);
  for (const cell of cellsOf(via)) {
    const frames = await framesFor(cell, workers, effort);
    const samples: Record<Lang, number[]> = { c: [], ts: [] };
    for (let round = 0; round < effort.rounds; round++) {
      for (const lang of LANGS) {
        samples[lang].push(await workers[lang].measure(cell.op, cell.bytes, cell.batch, frames));
      }
    }
    for (const lang of LANGS) results.push(resultOf(cell, lang, samples[lang]));
  }
  return results;
}

async function warmUp(workers: Readonly<Record<Lang, Worker>>): Promise<void> {
  for (const lang of LANGS) {
    for (const op of OPS) await workers[lang].measure(op, 64, 1, WARM_CALLS);
  }
}

/** How many frames make a sample: the same for both languages, by the slower one. */
async function framesFor(
  cell: Cell,
  workers: Readonly<Record<Lang, Worker>>,
  effort: Effort,
): Promise<number> {
  let slowest = 0;
  for (const lang of LANGS) {
    const { op, bytes, batch } = cell;
    const first = await workers[lang].measure(op, bytes, batch, TRIAL_FRAMES);
    const warm = Math.min(WARM_FRAMES, whole((WARM_MS * 1e6) / first, BATCH_MAX));
    slowest = Math.max(slowest, await workers[lang].measure(op, bytes, batch, warm));
  }
  const frames = (effort.sampleMs * 1e6) / slowest;
  // A queue of the same depth each time, since a deep one is colder; making frames costs more than
  // reading them.
  if (cell.op === 'read') return Math.min(whole(frames, QUEUE_FRAMES), MOST_QUEUES * QUEUE_FRAMES);
  return whole(frames, BATCH_MAX);
}

/** About so many frames, in whole units. */
function whole(frames: number, unit: number): number {
  return Math.max(1, Math.round(frames / unit)) * unit;
}
