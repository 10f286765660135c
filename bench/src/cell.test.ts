import { describe, expect, it } from 'vitest';
import { cellsOf, median, resultOf } from './cell.ts';

describe('median', () => {
  it.each([
    [[3], 3],
    [[3, 1], 2],
    [[9, 1, 5], 5],
    [[10, 9, 1, 100], 9.5],
  ])('of %j is %d', (samples, expected) => expect(median(samples)).toBe(expected));

  it('of nothing is an error', () => expect(() => median([])).toThrow(RangeError));
});

describe('cells', () => {
  it('are every size, direction and batch of a link', () => {
    const cells = cellsOf('inproc');
    expect(cells).toHaveLength(16);
    expect(new Set(cells.map((cell) => JSON.stringify(cell))).size).toBe(16);
  });

  it('of a TAP interface have no batches', () => {
    expect(cellsOf('tap').map(({ batch }) => batch)).toEqual([1, 1, 1, 1]);
  });

  it('give nanoseconds and a rate', () => {
    const cell = { op: 'read', via: 'tap', bytes: 64, batch: 1 } as const;
    expect(resultOf(cell, 'c', [400, 500, 600])).toEqual({
      ...cell,
      lang: 'c',
      nsPerFrame: 500,
      framesPerSecond: 2_000_000,
    });
  });
});
