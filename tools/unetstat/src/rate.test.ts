import { describe, expect, it } from 'vitest';
import { formatRate, formatScaled, perSecond } from './rate.ts';

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
  const rate = (from: bigint, to: bigint, ns: bigint): string | undefined => {
    const found = perSecond({ value: from, snaptime: 5n }, { value: to, snaptime: 5n + ns });
    return found && formatRate(found);
  };

  it('divides by the time that really went by, rounded half up', () => {
    expect(rate(100n, 300n, S)).toBe('200');
    expect(rate(0n, 3n, 2n * S)).toBe('2');
    expect(rate(0n, 100n, S / 10n)).toBe('1000');
  });

  it('is 0 only if nothing happened', () => {
    expect(rate(7n, 7n, S)).toBe('0');
    expect(rate(0n, 1n, 2n * S)).toBe('0.5');
    expect(rate(0n, 1n, 3n * S)).toBe('0.333');
    expect(rate(0n, 1n, 1_000_000n * S)).toBe('0.001');
    expect(rate(0n, 1n, S + 1n)).toBe('1');
  });

  it('is exact where 64-bit arithmetic would overflow', () => {
    expect(rate(0n, 1n << 63n, S)).toBe('9223372036854775808');
  });

  it('follows a counter that went round', () => {
    expect(rate((1n << 64n) - 10n, 5n, S)).toBe('15');
  });

  it('has no answer when no time went by', () => {
    expect(rate(0n, 5n, 0n)).toBeUndefined();
    expect(rate(0n, 5n, -1n)).toBeUndefined();
  });
});
