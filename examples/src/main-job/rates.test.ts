import { describe, expect, it } from 'vitest';
import { rateFaults, readRates } from './rates.ts';

const output = `  name |   rx B/s |   tx B/s | drops txfc | zone
 unet0 | 47.9KB/s | 47.8KB/s |     0    0 | global
 unet1 |    0B/s  |    0B/s  |     0    0 | global
 unet0 | 1.5MB/s  |  980B/s  |     7    0 | global
`;

describe('rates', () => {
  it('are read from what unetstat shows', () => {
    expect(readRates(output, 'unet0')).toEqual([
      { rx: 47.9 * 1024, tx: 47.8 * 1024, drops: 0 },
      { rx: 1.5 * 1024 * 1024, tx: 980, drops: 7 },
    ]);
  });

  it('that are none are an error', () => {
    expect(() => readRates(' unet0 | - | - | 0 0 | global', 'unet0')).toThrow(/rate/);
  });

  it('are plausible when they are what was sent', () => {
    const rate = { rx: 49_000, tx: 48_500, drops: 0 };
    expect(rateFaults([rate, rate], 2, 50_000)).toEqual([]);
  });

  it.each([
    ['far less', { rx: 20_000, tx: 20_000, drops: 0 }],
    ['half of it one way', { rx: 50_000, tx: 25_000, drops: 0 }],
    ['far more', { rx: 150_000, tx: 150_000, drops: 0 }],
    ['drops', { rx: 50_000, tx: 50_000, drops: 1 }],
  ])('are not when they show %s', (_, rate) => {
    expect(rateFaults([rate], 1, 50_000)).toHaveLength(1);
  });

  it('are not when a second had none', () => {
    const rate = { rx: 50_000, tx: 50_000, drops: 0 };
    expect(rateFaults([rate, { rx: 0, tx: 0, drops: 0 }], 2, 50_000)).toEqual([
      'line 2: no traffic',
    ]);
  });

  it('are not when lines are missing', () => {
    expect(rateFaults([], 5, 50_000)).toEqual(['0 lines, not 5']);
  });
});
