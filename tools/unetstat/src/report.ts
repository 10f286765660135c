import { formatRate, formatScaled, formatScaledRate } from './rate.ts';
import { type Amount, amountOf, type Row } from './round.ts';
import { counterOf, dropsOf } from './sample.ts';

/** Rows after which a single link gets a new header. */
const ROWS_PER_HEADER = 20;

const HEADERS = {
  rates: '  name |   rx B/s |   tx B/s | drops txfc | zone\n',
  totals: '  name |     rx B |     tx B | drops txfc | zone\n',
} as const;

const bytes = (amount: Amount): string =>
  ('rate' in amount
    ? `${formatScaledRate(amount.rate)}B/s`
    : `${formatScaled(amount.total)}B`
  ).padStart(8);

const count = (amount: Amount, width: number): string =>
  ('rate' in amount ? formatRate(amount.rate) : `${amount.total}`).padStart(width);

/** The columns of vndstat: how each report starts, and the line of one link. */
export const COLUMNS = {
  header: (totals: boolean): string => HEADERS[totals ? 'totals' : 'rates'],

  line(row: Row): string {
    const cells = [
      row.link.padStart(6),
      '|',
      bytes(amountOf(row, (sample) => counterOf(sample, 'rx_bytes'))),
      '|',
      bytes(amountOf(row, (sample) => counterOf(sample, 'tx_bytes'))),
      '|',
      count(amountOf(row, dropsOf), 5),
      count(
        amountOf(row, (sample) => counterOf(sample, 'fc_events')),
        4,
      ),
      '|',
      row.zone,
    ];
    return `${cells.join(' ')}\n`;
  },
} as const;

/**
 * Lays out one report after the other. Several links get a header every time, which also parts the
 * reports; a single one, or none, every 20 lines and whenever it is another one than before.
 */
export class Reporter {
  readonly #header: string;
  readonly #line: (row: Row) => string;
  #lines = Number.POSITIVE_INFINITY;
  #links: string | undefined;

  constructor(header: string, line: (row: Row) => string) {
    this.#header = header;
    this.#line = line;
  }

  /** Returns the text of the next report. */
  next(rows: readonly Row[]): string {
    const links = rows.map((row) => `${row.zone}/${row.link}`).join(' ');
    const due = rows.length > 1 || links !== this.#links || this.#lines >= ROWS_PER_HEADER;
    this.#links = links;
    this.#lines = (due ? 0 : this.#lines) + Math.max(rows.length, 1);
    return (due ? this.#header : '') + rows.map(this.#line).join('');
  }
}
