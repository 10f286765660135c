import type { Kstat, KstatData, KstatReader } from 'libkstat-ts';
import { isSysError } from 'libsys';
import type { Sample } from './report.ts';

/** The driver's statistics of its links. @see kernel/unet/unet_stat.c */
const FILTER = { module: 'unet', class: 'net' } as const;

/** MAC's own statistics of the same links, which show them from the other side, have this name. */
const MAC_NAME = 'mac';

function toSample({ crtime, snaptime, data }: KstatData): Sample {
  const number = (name: string): bigint => {
    const value = data.get(name);
    if (typeof value !== 'bigint') {
      throw new Error(`the driver has no statistic ${name}`);
    }
    return value;
  };
  const text = (name: string): string => `${data.get(name) ?? ''}`;
  return {
    name: text('linkname'),
    zone: text('zonename'),
    crtime,
    snaptime,
    rxBytes: number('rx_bytes'),
    txBytes: number('tx_bytes'),
    drops: number('rx_drops') + number('tx_drops'),
    flowControl: number('fc_events'),
  };
}

/**
 * Takes one sample of every link, or of those named. A link that goes away meanwhile is left out.
 *
 * @throws {SysError} the statistics cannot be read.
 */
export function takeSamples(kstats: KstatReader, links: readonly string[]): Sample[] {
  const read = (kstat: Kstat): Sample[] => {
    try {
      return [toSample(kstats.read(kstat))];
    } catch (error) {
      if (isSysError(error, 'ENXIO')) {
        return [];
      }
      throw error;
    }
  };
  return kstats
    .list(FILTER)
    .filter(({ name }) => name !== MAC_NAME)
    .flatMap(read)
    .filter(({ name }) => links.length === 0 || links.includes(name));
}
