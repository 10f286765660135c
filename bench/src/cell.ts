import { NO_BATCH, type Op } from './way.ts';

/** How frames travel: a kernel in this process, a served one, or a TAP interface of Linux. */
export type Via = 'inproc' | 'server' | 'tap';
export type Lang = 'c' | 'ts';

/** One thing to measure; it is measured in every language. */
export interface Cell {
  readonly op: Op;
  readonly via: Via;
  readonly bytes: number;
  /** Frames a call; {@link NO_BATCH}: one, by read(2) and write(2). */
  readonly batch: number;
}

/** What came of a cell in one language: a row of `--json`. */
export interface Result extends Cell {
  readonly lang: Lang;
  readonly nsPerFrame: number;
  readonly framesPerSecond: number;
}

export const SIZES: readonly number[] = [64, 1514];
export const BATCHES: readonly number[] = [NO_BATCH, 1, 8, 32, 128];
export const OPS: readonly Op[] = ['read', 'write'];
export const LANGS: readonly Lang[] = ['c', 'ts'];

/** The cells of one way. A TAP interface has no batches. */
export function cellsOf(via: Via): Cell[] {
  const batches = via === 'tap' ? [NO_BATCH] : BATCHES;
  return SIZES.flatMap((bytes) =>
    OPS.flatMap((op) => batches.map((batch) => ({ op, via, bytes, batch }))),
  );
}

/** The result of a cell from its samples, in ns a frame. @throws {RangeError} there are none */
export function resultOf(cell: Cell, lang: Lang, samples: readonly number[]): Result {
  return result(cell, lang, lowerQuartile(samples));
}

/**
 * The middle of what programs came to that were started one after the other: where in memory a
 * program's pages happen to be moves its numbers by a tenth. The same cells in the same order each.
 *
 * @throws {RangeError} there are none
 */
export function middleOf(lives: readonly (readonly Result[])[]): Result[] {
  const [first = []] = lives;
  return first.map((cell, i) => {
    const times = lives.map((life) => (life[i] as Result).nsPerFrame).toSorted((a, b) => a - b);
    return result(cell, cell.lang, times[times.length >> 1] as number);
  });
}

function result(cell: Cell, lang: Lang, time: number): Result {
  const nsPerFrame = Math.round(time * 10) / 10;
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

/**
 * The sample that a quarter of them are not above. On a machine with other things to do the slower
 * samples tell of those; the fastest is luck.
 */
export function lowerQuartile(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const quartile = sorted[(sorted.length - 1) >> 2];
  if (quartile === undefined) throw new RangeError('no samples');
  return quartile;
}
