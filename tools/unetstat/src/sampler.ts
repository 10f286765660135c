import type { Kstat, KstatData, KstatReader } from 'libkstat-ts';
import type { DriverLook } from './driver-look.ts';
import { compareOrder, orderOf, type Sample } from './sample.ts';

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

/** Who knows the links' names. @see DriverLook */
type Driver = Pick<DriverLook, 'look'>;

type Known = Pick<Sample, 'link' | 'zone' | 'order' | 'created'>;

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
  const link = text('linkname');
  const zone = text('zonename');
  const same = known?.link === link && known.zone === zone;
  return {
    link,
    zone,
    order: same ? known.order : orderOf(link, zone),
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
  readonly #driver: Driver | undefined;
  /** What is known of each kstat since it was read last. */
  readonly #known = new Map<number, Known>();

  /** @param kstats borrowed. @param driver borrowed; without it, names may be those of the past. */
  constructor(kstats: KstatReader, choice: LinkChoice, driver?: Driver) {
    this.#kstats = kstats;
    this.#choice = choice;
    this.#driver = driver;
  }

  /**
   * Takes one sample of every link, or of those chosen, and reads no others. One that goes away
   * meanwhile is left out. In order: by zone, then name.
   *
   * @throws {SysError} the statistics cannot be read.
   */
  take(): Sample[] {
    const { links, zone: only } = this.#choice;
    this.#driver?.look();
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
        const { link, zone, order, created } = sample;
        this.#known.set(set.kid, { link, zone, order, created });
        return sample;
      })
      .filter((sample) => links.length === 0 || links.includes(sample.link))
      .filter((sample) => only === undefined || sample.zone === only)
      .sort(compareOrder);
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
