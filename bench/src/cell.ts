import type { Op } from './way.ts';

/** How frames travel: a kernel in this process, a served one, or a TAP interface of Linux. */
export type Via = 'inproc' | 'server' | 'tap';
export type Lang = 'c' | 'ts';

/** One thing to measure; it is measured in every language. */
export interface Cell {
  readonly op: Op;
  readonly via: Via;
  readonly bytes: number;
  readonly batch: number;
}

/** What came of a cell in one language: a row of `--json`. */
export interface Result extends Cell {
  readonly lang: Lang;
  readonly nsPerFrame: number;
  readonly framesPerSecond: number;
}

export const SIZES: readonly number[] = [64, 1514];
export const BATCHES: readonly number[] = [1, 8, 32, 128];
export const OPS: readonly Op[] = ['read', 'write'];
export const LANGS: readonly Lang[] = ['c', 'ts'];

/** The cells of one way. A TAP interface moves one frame a call and has no batches. */
export function cellsOf(via: Via): Cell[] {
  const batches = via === 'tap' ? [1] : BATCHES;
  return SIZES.flatMap((bytes) =>
    OPS.flatMap((op) => batches.map((batch) => ({ op, via, bytes, batch }))),
  );
}

/** The result of a cell from its samples, in ns a frame. @throws {RangeError} there are none */
export function resultOf(cell: Cell, lang: Lang, samples: readonly number[]): Result {
  const nsPerFrame = Math.round(median(samples) * 10) / 10;
  const { op, via, bytes, batch } = cell;
  return {
    op,
    via,
    lang,
    bytes,
    batch,
    nsPerFrame,
    framesPerSecond: Math.round(1e9 / nsPerFrame),
  };
}

/** The middle one, or the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new RangeError('no samples');
  return (upper + lower) / 2;
}
