import { describe, expect, it } from 'vitest';
import { cellsOf, lowerQuartile, middleOf, resultOf } from './cell.ts';
import { NO_BATCH } from './way.ts';

describe('the lower quartile', () => {
  it.each([
    [[3], 3],
    [[3, 1], 1],
    [[9, 1, 5, 7, 3], 3],
    [[10, 9, 1, 100], 1],
  ])('of %j is %d', (samples, expected) => expect(lowerQuartile(samples)).toBe(expected));

  it('of nothing is an error', () => expect(() => lowerQuartile([])).toThrow(RangeError));
});

describe('the middle of several lives', () => {
  const cell = { op: 'read', via: 'inproc', bytes: 64, batch: 32 } as const;
  const other = { ...cell, batch: 128 } as const;

  it('is that of each cell', () => {
    const lives = [
      [resultOf(cell, 'c', [30]), resultOf(other, 'ts', [9])],
      [resultOf(cell, 'c', [20]), resultOf(other, 'ts', [80])],
      [resultOf(cell, 'c', [10]), resultOf(other, 'ts', [8])],
    ];
    expect(middleOf(lives)).toEqual([resultOf(cell, 'c', [20]), resultOf(other, 'ts', [9])]);
  });
});

describe('cells', () => {
  it('are every size, direction and batch of a link', () => {
    const cells = cellsOf('inproc');
    expect(cells).toHaveLength(20);
    expect(new Set(cells.map((cell) => JSON.stringify(cell))).size).toBe(20);
  });

  it('of a TAP interface have no batches', () => {
    expect(cellsOf('tap').map(({ batch }) => batch)).toEqual([
      NO_BATCH,
      NO_BATCH,
      NO_BATCH,
      NO_BATCH,
    ]);
  });

  it('give nanoseconds and a rate', () => {
    const cell = { op: 'read', via: 'tap', bytes: 64, batch: NO_BATCH } as const;
    expect(resultOf(cell, 'c', [900, 500, 600])).toEqual({
      ...cell,
      lang: 'c',
      nsPerFrame: 500,
      framesPerSecond: 2_000_000,
    });
  });
});
