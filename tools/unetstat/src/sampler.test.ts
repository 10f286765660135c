import type { Kstat, KstatData, KstatReader } from 'libkstat-ts';
import { SysError } from 'libsys';
import { describe, expect, it } from 'vitest';
import { takeSamples } from './sampler.ts';

const kstat = (name: string, kid: number): Kstat => ({
  module: 'unet',
  instance: 0,
  name,
  class: 'net',
  kid,
  crtime: 1n,
});
const data = (linkname: string): KstatData => ({
  crtime: 1n,
  snaptime: 5n,
  data: new Map<string, bigint | string>([
    ['linkname', linkname],
    ['zonename', 'global'],
    ['rx_bytes', 10n],
    ['tx_bytes', 20n],
    ['rx_drops', 3n],
    ['tx_drops', 4n],
    ['fc_events', 5n],
  ]),
});

/** Statistics as they would be in a kernel: `undefined` for a set that goes away before it is read. */
function reader(sets: readonly (readonly [string, KstatData | undefined])[]): KstatReader {
  return {
    list: () => sets.map(([name], kid) => kstat(name, kid)),
    read: ({ kid }) => {
      const found = sets[kid]?.[1];
      if (found === undefined) {
        throw new SysError({ code: 'ENXIO', syscall: 'kstat_read' });
      }
      return found;
    },
    readAll: (kstats) => kstats.map(({ kid }) => sets[kid]?.[1]),
    close: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
}

describe('takeSamples', () => {
  it('reads what the driver counts, drops of both directions together', () => {
    expect(takeSamples(reader([['vpn0', data('vpn0')]]), [])).toEqual([
      {
        name: 'vpn0',
        zone: 'global',
        crtime: 1n,
        snaptime: 5n,
        rxBytes: 10n,
        txBytes: 20n,
        drops: 7n,
        flowControl: 5n,
      },
    ]);
  });

  it("leaves out what is not the driver's, is gone, or was not asked for", () => {
    const sets = reader([
      ['mac', data('mac')],
      ['a0', undefined],
      ['b0', data('b0')],
      ['c0', data('c0')],
    ]);
    expect(takeSamples(sets, []).map(({ name }) => name)).toEqual(['b0', 'c0']);
    expect(takeSamples(sets, ['c0']).map(({ name }) => name)).toEqual(['c0']);
  });

  it('does not make up a counter that is missing', () => {
    const empty = { crtime: 1n, snaptime: 1n, data: new Map() };
    expect(() => takeSamples(reader([['a0', empty]]), [])).toThrow('no statistic rx_bytes');
  });
});
