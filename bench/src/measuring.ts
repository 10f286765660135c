import { type Cell, cellsOf, LANGS, type Lang, type Result, resultOf, type Via } from './cell.ts';
import type { Worker } from './worker.ts';

/** How thoroughly to measure. */
export interface Effort {
  /** Samples of a cell in each language. */
  readonly rounds: number;
  /** How long one sample takes, about. */
  readonly sampleMs: number;
  /** The most frames in a sample that reads: making them costs more than reading them. */
  readonly readFrames: number;
}

export const QUICK: Effort = { rounds: 9, sampleMs: 8, readFrames: 13_056 };
export const FULL: Effort = { rounds: 25, sampleMs: 20, readFrames: 39_168 };

/** Frames are moved, untimed, before the first sample: caches and compilers get warm. */
const FIRST_FRAMES = 512;
const WARM_FRAMES = 8192;
const WARM_MS = 20;
const FRAMES_UNIT = 128;

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

/** How many frames make a sample: the same for both languages, by the slower one. */
async function framesFor(
  cell: Cell,
  workers: Readonly<Record<Lang, Worker>>,
  effort: Effort,
): Promise<number> {
  let slowest = 0;
  for (const lang of LANGS) {
    const { op, bytes, batch } = cell;
    const first = await workers[lang].measure(op, bytes, batch, FIRST_FRAMES);
    const warm = Math.min(WARM_FRAMES, whole((WARM_MS * 1e6) / first));
    slowest = Math.max(slowest, await workers[lang].measure(op, bytes, batch, warm));
  }
  const most = cell.op === 'read' ? effort.readFrames : Number.POSITIVE_INFINITY;
  return whole(Math.min((effort.sampleMs * 1e6) / slowest, most));
}

/** A number of frames that every batch divides. */
function whole(frames: number): number {
  return Math.max(1, Math.round(frames / FRAMES_UNIT)) * FRAMES_UNIT;
}
