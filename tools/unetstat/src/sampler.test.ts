import type { Kstat, KstatData, KstatReader } from 'libkstat-ts';
import { SysError } from 'libsys';
import { describe, expect, it } from 'vitest';
import { type LinkChoice, Sampler } from './sampler.ts';

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

const all: LinkChoice = { links: [], zone: undefined };
const names = (kstats: KstatReader, choice: Partial<LinkChoice> = {}): string[] =>
  new Sampler(kstats, { ...all, ...choice }).take().map(({ link }) => link);

describe('Sampler', () => {
  it('reads what the driver counts', () => {
    const [sample] = new Sampler(reader([['vpn0', data('vpn0')]]), all).take();
    expect(sample).toMatchObject({ link: 'vpn0', zone: 'global', crtime: 1n, snaptime: 5n });
    expect(sample?.data.get('rx_bytes')).toBe(10n);
  });

  it("leaves out what is not the driver's, is gone, or was not asked for", () => {
    const sets = reader([
      ['mac', data('mac')],
      ['a0', undefined],
      ['b0', data('b0')],
      ['c0', data('c0')],
    ]);
    expect(names(sets)).toEqual(['b0', 'c0']);
    expect(names(sets, { links: ['c0'] })).toEqual(['c0']);
    expect(names(sets, { zone: 'blue' })).toEqual([]);
  });

  it('reads no others than those asked for, also when their names are longer than a kstat has', () => {
    const long = `long_${'x'.repeat(25)}7`;
    const sets = reader([
      ['a0', data('a0')],
      [long.slice(0, 30), data(long)],
      ['long_x0', data('long_x0')],
    ]);
    const asked: string[] = [];
    const watched: KstatReader = {
      ...sets,
      readAll: (kstats) => {
        asked.push(...kstats.map(({ name }) => name));
        return sets.readAll(kstats);
      },
    };
    expect(names(watched, { links: [long] })).toEqual([long]);
    expect(asked).toEqual([long.slice(0, 30)]);
  });

  it('says when a link was made, and the same again', () => {
    const sampler = new Sampler(reader([['a0', data('a0')]]), all);
    const [first] = sampler.take();
    const [second] = sampler.take();
    expect(first?.created).toBeLessThanOrEqual(Date.now());
    expect(second?.created).toBe(first?.created);
  });

  it('does not make up a statistic that is missing', () => {
    const empty = { crtime: 1n, snaptime: 1n, data: new Map() };
    expect(() => names(reader([['a0', empty]]))).toThrow('no statistic linkname');
  });
});
