/** What the driver has counted for one link, at one moment. */
export interface Sample {
  readonly link: string;
  readonly zone: string;
  /** Number of the link's kstat, which no other link has. */
  readonly kid: number;
  readonly instance: number;
  /** When the link was made (ns): one that was made anew has another. */
  readonly crtime: bigint;
  /** When this was read (ns): rates are differences over differences of this. */
  readonly snaptime: bigint;
  /** The same moment for people: ms since 1970. */
  readonly time: number;
  /** When the link was made, in ms since 1970; the same in every sample of a link. */
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

/** Orders by zone, then name, `vpn2` before `vpn10`. */
export function compareLinks(
  a: { readonly link: string; readonly zone: string },
  b: { readonly link: string; readonly zone: string },
): number {
  const order = (x: string, y: string): number => (x < y ? -1 : Number(x > y));
  const split = (name: string): [string, number] => {
    const [digits = ''] = /[0-9]*$/.exec(name) ?? [];
    return [name.slice(0, name.length - digits.length), Number(digits)];
  };
  const [stemA, numberA] = split(a.link);
  const [stemB, numberB] = split(b.link);
  return order(a.zone, b.zone) || order(stemA, stemB) || numberA - numberB;
}
