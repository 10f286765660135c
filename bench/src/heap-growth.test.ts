import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { heapReport, measureHeap } from './heap-growth.ts';

const PROGRAM = fileURLToPath(new URL('../dist/heap.js', import.meta.url));

const CALLS = 200_000;
/** There is no smaller object; a number that is boxed on its way to C has 16 bytes. */
const SMALLEST = 24;
/**
 * A word that stays for each call is three times that; what the compiler and the collector keep for
 * themselves is not so much.
 */
const GROWTH_MAX = 512 * 1024;

describe('the heap', () => {
  it.each([
    ['read', 0],
    ['read', 8],
    ['write', 0],
    ['write', 8],
  ] as const)('stays as it is: %s, batch %d', { timeout: 60_000 }, (op, batch) => {
    const frames = CALLS * Math.max(1, batch);
    const cost = measureHeap(PROGRAM, op, batch, frames);
    expect(cost.frames).toBeGreaterThanOrEqual(frames);
    expect(cost.perCall).toBeLessThan(SMALLEST);
    expect(cost.growth).toBeLessThan(GROWTH_MAX);
    expect(heapReport([cost])).toMatch(new RegExp(`^ {2}${op} .* ${cost.frames} `, 'm'));
  });

  it('is not measured where it cannot be', () => {
    expect(() => measureHeap(PROGRAM, 'read', 999, 1)).toThrow(/frames must be/);
  });
});
