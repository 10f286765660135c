/** What the driver has counted for one link, at one moment. */
export interface Sample {
  readonly link: string;
  readonly zone: string;
  /** @see orderOf */
  readonly order: string;
  /** Number of the link's kstat, which no other link has. */
  readonly kid: number;
  readonly instance: number;
  /** When the link was made (ns): one that was made anew, renamed or moved has another. */
  readonly crtime: bigint;
  /** When this was read (ns): rates are differences over differences of this. */
  readonly snaptime: bigint;
  /** The same moment for people: ms since 1970. */
  readonly time: number;
  /** The same moment in ms since 1970; it stays what it is when the clock is set. */
  readonly created: number;
  /** By the names of the driver. */
  readonly data: ReadonlyMap<string, bigint | string>;
}

/** A counter; 0 if the driver does not have it. */
export function counterOf({ data }: Sample, name: string): bigint {
  const value = data.get(name);
  return typeof value === 'bigint' ? value : 0n;
}

/** Frames dropped, both ways. */
export function dropsOf(sample: Sample): bigint {
  return counterOf(sample, 'rx_drops') + counterOf(sample, 'tx_drops');
}

/** What samples are sorted by: zone, then name, `vpn2` before `vpn10`. */
export function orderOf(link: string, zone: string): string {
  const [digits = ''] = /[0-9]*$/.exec(link) ?? [];
  const stem = link.slice(0, link.length - digits.length);
  return `${zone}\0${stem}\0${digits.padStart(31, '0')}`;
}

/** Compares by {@link Sample.order}. */
export function compareOrder(a: { readonly order: string }, b: { readonly order: string }): number {
  return a.order < b.order ? -1 : Number(a.order > b.order);
}
