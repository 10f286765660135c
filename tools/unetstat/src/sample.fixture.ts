import { orderOf, type Sample } from './sample.ts';

/** Counters by the names of the driver; the rest of what a sample is has a value of its own. */
type Over = Partial<Omit<Sample, 'data' | 'link' | 'order'>> & {
  readonly data?: Readonly<Record<string, bigint | string>>;
};

/** A sample of a link that was made 1 ns after the system started, in the year 2023. */
export function sampleOf(link: string, { data = {}, ...over }: Over = {}): Sample {
  return {
    link,
    zone: 'global',
    order: orderOf(link, over.zone ?? 'global'),
    kid: [...link].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7),
    instance: 1,
    crtime: 1n,
    snaptime: 0n,
    time: 1_700_000_000_000,
    created: 1_600_000_000_123,
    data: new Map<string, bigint | string>([
      ['linkname', link],
      ['zonename', over.zone ?? 'global'],
      ['iomode', 'none'],
      ...Object.entries(data),
    ]),
    ...over,
  };
}
