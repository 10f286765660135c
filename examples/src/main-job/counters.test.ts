import { describe, expect, it } from 'vitest';
import { balance, counterFaults } from './counters.ts';

const sound: Record<string, bigint> = {
  rx_in_frames: 105n,
  rx_frames: 100n,
  rx_drops: 4n,
  rx_drop_noholder: 4n,
  rxq_frames: 1n,
  tx_in_frames: 100n,
  tx_frames: 100n,
  tx_drops: 0n,
  txq_frames: 0n,
};
const counters = (changes: Record<string, bigint> = {}) =>
  new Map(Object.entries({ ...sound, ...changes }));

describe('counters', () => {
  it('balance', () => {
    expect(balance(counters(), 'rx')).toEqual({
      text: 'rx: 105 in = 100 to the holder + 4 dropped + 1 queued',
      holds: true,
    });
    expect(counterFaults(counters(), 100n)).toEqual([]);
  });

  it.each([
    ['a frame that came from nowhere', { rx_frames: 101n }],
    ['a frame that went nowhere', { rx_in_frames: 106n }],
    ['a frame of the holder that went nowhere', { tx_in_frames: 101n }],
    ['a dropped frame', { rx_drops: 5n, rxq_frames: 0n }],
    ['a refused frame', { tx_drops: 1n, tx_in_frames: 101n }],
    ['too few frames', { rx_in_frames: 104n, rx_frames: 99n }],
  ])('show %s', (_, changes) => {
    expect(counterFaults(counters(changes), 100n)).toHaveLength(1);
  });

  it('must be there', () => {
    expect(() => counterFaults(new Map(), 1n)).toThrow(/no counter/);
  });
});
