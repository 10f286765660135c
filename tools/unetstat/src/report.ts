import { formatScaled, perSecond } from './rate.ts';

/** What is known of one link at one moment. */
export interface Sample {
  readonly name: string;
  readonly zone: string;
  /** Changes when a link of the same name is a new one (ns). */
  readonly crtime: bigint;
  readonly snaptime: bigint;
  /** Bytes the holder received. */
  readonly rxBytes: bigint;
  /** Bytes the holder sent. */
  readonly txBytes: bigint;
  readonly drops: bigint;
  /** How often the stack was blocked by a full read queue. */
  readonly flowControl: bigint;
}

/** Rates of one link, per second. */
export interface Row {
  readonly name: string;
  readonly zone: string;
  readonly rxBytes: bigint;
  readonly txBytes: bigint;
  readonly drops: bigint;
  readonly flowControl: bigint;
}

/** Rows after which a single link gets a new header. */
const ROWS_PER_HEADER = 20;

const HEADER = '  name |   rx B/s |   tx B/s | drops txfc | zone\n';

const key = (sample: Sample): string => `${sample.zone}/${sample.name}/${sample.crtime}`;

/** Orders by zone, then name, `vpn2` before `vpn10`. */
function compare(a: Row, b: Row): number {
  const order = (x: string, y: string): number => (x < y ? -1 : Number(x > y));
  const split = (name: string): [string, number] => {
    const [digits = ''] = /[0-9]*$/.exec(name) ?? [];
    return [name.slice(0, name.length - digits.length), Number(digits)];
  };
  const [stemA, numberA] = split(a.name);
  const [stemB, numberB] = split(b.name);
  return order(a.zone, b.zone) || order(stemA, stemB) || numberA - numberB;
}

/**
 * Turns two rounds of samples into rates. A link that is in one of them only, or was made anew in
 * between, has none yet.
 */
export function rates(before: readonly Sample[], after: readonly Sample[]): Row[] {
  const old = new Map(before.map((sample) => [key(sample), sample]));
  return after
    .flatMap((sample) => {
      const was = old.get(key(sample));
      if (was === undefined) {
        return [];
      }
      const rate = (of: (sample: Sample) => bigint): bigint | undefined =>
        perSecond(
          { value: of(was), snaptime: was.snaptime },
          { value: of(sample), snaptime: sample.snaptime },
        );
      const rxBytes = rate((from) => from.rxBytes);
      const txBytes = rate((from) => from.txBytes);
      const drops = rate((from) => from.drops);
      const flowControl = rate((from) => from.flowControl);
      if (
        rxBytes === undefined ||
        txBytes === undefined ||
        drops === undefined ||
        flowControl === undefined
      ) {
        return [];
      }
      return [{ name: sample.name, zone: sample.zone, rxBytes, txBytes, drops, flowControl }];
    })
    .sort(compare);
}

const bytes = (value: bigint): string => `${formatScaled(value)}B/s`.padStart(8);

/** Formats the line of one link. */
export function formatRow(row: Row): string {
  const cells = [
    row.name.padStart(6),
    '|',
    bytes(row.rxBytes),
    '|',
    bytes(row.txBytes),
    '|',
    `${row.drops}`.padStart(5),
    `${row.flowControl}`.padStart(4),
    '|',
    row.zone,
  ];
  return `${cells.join(' ')}\n`;
}

/**
 * Lays out one report after the other. Several links get a header every time, which also parts the
 * reports; a single one, or none, every 20 lines and whenever it is another one than before.
 */
export class Reporter {
  #lines = Number.POSITIVE_INFINITY;
  #links: string | undefined;

  /** Returns the text of the next report. */
  next(rows: readonly Row[]): string {
    const links = rows.map((row) => `${row.zone}/${row.name}`).join(' ');
    const due = rows.length > 1 || links !== this.#links || this.#lines >= ROWS_PER_HEADER;
    this.#links = links;
    this.#lines = (due ? 0 : this.#lines) + Math.max(rows.length, 1);
    return (due ? HEADER : '') + rows.map(formatRow).join('');
  }
}
