import type { Kstat, KstatData, KstatReader } from 'libkstat-ts';
import { compareLinks, type Sample } from './sample.ts';

/** The driver's statistics of its links. @see kernel/unet/unet_stat.c */
const FILTER = { module: 'unet', class: 'net' } as const;

/** MAC's own statistics of the same links, which show them from the other side, have this name. */
const MAC_NAME = 'mac';

/** Which links. */
export interface LinkChoice {
  /** By name; none: all. */
  readonly links: readonly string[];
  readonly zone: string | undefined;
}

interface Known {
  readonly link: string;
  readonly created: number;
}

function toSample(
  { kid, instance }: Kstat,
  { crtime, snaptime, data }: KstatData,
  time: number,
  known: Known | undefined,
): Sample {
  const text = (name: string): string => {
    const value = data.get(name);
    if (typeof value !== 'string') {
      throw new Error(`the driver has no statistic ${name}`);
    }
    return value;
  };
  return {
    link: text('linkname'),
    zone: text('zonename'),
    kid,
    instance,
    crtime,
    snaptime,
    time,
    created: known?.created ?? time - Number(snaptime - crtime) / 1e6,
    data,
  };
}

/** Reads the counters of links, again and again. */
export class Sampler {
  readonly #kstats: KstatReader;
  readonly #choice: LinkChoice;
  /** What is known of each kstat since it was read last. */
  readonly #known = new Map<number, Known>();

  /** @param kstats borrowed */
  constructor(kstats: KstatReader, choice: LinkChoice) {
    this.#kstats = kstats;
    this.#choice = choice;
  }

  /**
   * Takes one sample of every link, or of those chosen, and reads no others. One that goes away
   * meanwhile is left out. In order: by zone, then name.
   *
   * @throws {SysError} the statistics cannot be read.
   */
  take(): Sample[] {
    const { links, zone } = this.#choice;
    const sets = this.#kstats.list(FILTER).filter(({ name }) => name !== MAC_NAME);
    this.#forget(sets);
    const time = Date.now();
    const wanted = links.length === 0 ? sets : sets.filter((set) => this.#mayBe(set));
    return this.#kstats
      .readAll(wanted)
      .flatMap((data, i) => {
        const set = wanted[i];
        if (set === undefined || data === undefined) return [];
        const sample = toSample(set, data, time, this.#known.get(set.kid));
        const { link, created } = sample;
        this.#known.set(set.kid, { link, created });
        return sample;
      })
      .filter((sample) => links.length === 0 || links.includes(sample.link))
      .filter((sample) => zone === undefined || sample.zone === zone)
      .sort(compareLinks);
  }

  /** Whether a kstat may be of a link that is wanted: what it is called itself may be cut off. */
  #mayBe({ kid, name }: Kstat): boolean {
    const known = this.#known.get(kid)?.link;
    const { links } = this.#choice;
    return known === undefined
      ? links.some((link) => link === name || link.startsWith(name))
      : links.includes(known);
  }

  #forget(sets: readonly Kstat[]): void {
    if (this.#known.size <= sets.length) return;
    const there = new Set(sets.map(({ kid }) => kid));
    for (const kid of this.#known.keys()) {
      if (!there.has(kid)) this.#known.delete(kid);
    }
  }
}
