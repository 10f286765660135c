import { describe, expect, it } from 'vitest';
import { formatScaled, perSecond } from './rate.ts';

const S = 1_000_000_000n;

describe('formatScaled', () => {
  it.each<[bigint, string]>([
    [0n, '0'],
    [1000n, '1000'],
    [1023n, '1023'],
    [1024n, '1K'],
    [1025n, '1.00K'],
    [10239n, '10.0K'],
    [10240n, '10K'],
    [14438n, '14.1K'],
    [102399n, '100K'],
    [1048575n, '1024K'],
    [1520435n, '1.45M'],
    [3221225472n, '3G'],
    [(1n << 64n) - 1n, '16.0E'],
    [1n << 60n, '1E'],
  ])('%s is %s', (value, text) => {
    expect(formatScaled(value)).toBe(text);
    expect(text.length).toBeLessThanOrEqual(5);
  });
});

describe('perSecond', () => {
  const rate = (from: bigint, to: bigint, ns: bigint): bigint | undefined =>
    perSecond({ value: from, snaptime: 5n }, { value: to, snaptime: 5n + ns });

  it('divides by the time that really went by, rounded half up', () => {
    expect(rate(100n, 300n, S)).toBe(200n);
    expect(rate(0n, 3n, 2n * S)).toBe(2n);
    expect(rate(0n, 1n, 2n * S + 1n)).toBe(0n);
    expect(rate(0n, 100n, S / 10n)).toBe(1000n);
  });

  it('is exact where 64-bit arithmetic would overflow', () => {
    expect(rate(0n, 1n << 63n, S)).toBe(1n << 63n);
  });

  it('follows a counter that went round', () => {
    expect(rate((1n << 64n) - 10n, 5n, S)).toBe(15n);
  });

  it('has no answer when no time went by', () => {
    expect(rate(0n, 5n, 0n)).toBeUndefined();
    expect(rate(0n, 5n, -1n)).toBeUndefined();
  });
});
