import type { CellText, Column } from 'libofmt';
import { formatRate, formatScaled, formatScaledRate, rateNumber } from './rate.ts';
import { amountOf, type Row } from './round.ts';
import { counterOf, dropsOf, type Sample } from './sample.ts';

/** What a statistic of the driver is. */
export interface Statistic {
  /** What it counts only grows; what it measures goes up and down; what it is called is text. */
  readonly kind: 'counter' | 'gauge' | 'text';
  /** Whether it is in bytes. */
  readonly bytes?: boolean;
}

const COUNTER: Statistic = { kind: 'counter' };
const BYTES: Statistic = { kind: 'counter', bytes: true };
const GAUGE: Statistic = { kind: 'gauge' };
const GAUGE_BYTES: Statistic = { kind: 'gauge', bytes: true };

/** Statistics that are no counters of events; every other name is one. */
const SPECIAL: Readonly<Record<string, Statistic>> = {
  rx_bytes: BYTES,
  tx_bytes: BYTES,
  rx_in_bytes: BYTES,
  tx_in_bytes: BYTES,
  rxq_frames: GAUGE,
  rxq_bytes: GAUGE_BYTES,
  rxq_peak: GAUGE_BYTES,
  txq_frames: GAUGE,
  txq_bytes: GAUGE_BYTES,
  txq_peak: GAUGE_BYTES,
  fc_blocked: GAUGE,
};

/** What a statistic is, by its name. */
export function statisticOf(name: string, value: bigint | string | undefined): Statistic {
  if (typeof value === 'string') return { kind: 'text' };
  return (Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined) ?? COUNTER;
}

/** The driver's statistics that are fields under another name. */
const RENAMED: readonly string[] = ['linkname', 'zonename'];

/** How cells are written: shortened for people, or with all digits for programs. */
export interface FieldOptions {
  readonly exact: boolean;
}

/** A field that is a number, by the rule of its statistic. */
function numberField(
  name: string,
  { kind, bytes }: Statistic,
  value: (sample: Sample) => bigint,
  { exact }: FieldOptions,
): Column<Row> {
  const amount = (row: Row): ReturnType<typeof amountOf> =>
    kind === 'counter' ? amountOf(row, value) : { total: value(row.now) };
  const scaled = !exact && bytes === true;
  return {
    name: name.toUpperCase(),
    width: Math.max(name.length, 9) + 1,
    text(row) {
      const found = amount(row);
      if ('rate' in found) return (scaled ? formatScaledRate : formatRate)(found.rate);
      return scaled ? formatScaled(found.total) : `${found.total}`;
    },
    json(row) {
      const found = amount(row);
      if ('total' in found) return found.total;
      return 'whole' in found.rate ? found.rate.whole : rateNumber(found.rate);
    },
  };
}

const textField = (name: string, width: number, text: (row: Row) => CellText): Column<Row> => ({
  name,
  width,
  text,
});

/** A field whose text is a number, as it is in JSON, too. */
const plainField = (
  name: string,
  width: number,
  value: (row: Row) => number | bigint | undefined,
): Column<Row> => ({
  name,
  width,
  text: (row) => `${value(row) ?? ''}`,
  json: (row) => value(row) ?? null,
});

/** What is known of a link besides what the driver counts. */
const OWN_FIELDS: readonly Column<Row>[] = [
  textField('LINK', 12, ({ link }) => link),
  textField('ZONE', 12, ({ zone }) => zone),
  plainField('INSTANCE', 10, ({ now }) => now.instance),
  {
    name: 'TIME',
    width: 15,
    text: ({ now }) => (now.time / 1000).toFixed(3),
    json: ({ now }) => now.time / 1000,
  },
  plainField('CRTIME', 20, ({ now }) => now.crtime),
  plainField('SNAPTIME', 20, ({ now }) => now.snaptime),
  plainField('INTERVAL', 12, ({ now, before }) => before && now.snaptime - before.snaptime),
];

/** The driver's statistics of a link, in its order. @see kernel/unet/unet_stat.c */
export const STATISTICS: readonly string[] = [
  'rx_frames',
  'rx_bytes',
  'tx_frames',
  'tx_bytes',
  'rx_in_frames',
  'rx_in_bytes',
  'tx_in_frames',
  'tx_in_bytes',
  'rxq_frames',
  'rxq_bytes',
  'rxq_peak',
  'txq_frames',
  'txq_bytes',
  'txq_peak',
  'rx_drops',
  'tx_drops',
  'read_calls',
  'write_calls',
  'fioread_calls',
  'fiowrite_calls',
  'poll_calls',
  'rx_eagain',
  'tx_eagain',
  'rx_waits',
  'tx_waits',
  'fc_events',
  'fc_time',
  'fc_blocked',
  'fc_1ms',
  'fc_10ms',
  'fc_100ms',
  'fc_1s',
  'fc_10s',
  'rx_drop_noholder',
  'rx_drop_runt',
  'rx_drop_toobig',
  'rx_drop_nomem',
  'rx_drop_offload',
  'rx_drop_flush',
  'rx_drop_dying',
  'tx_drop_filter',
  'tx_drop_nostack',
  'tx_drop_dying',
  'iomode',
];

/**
 * Every field: those of a link, the sum of its drops, and each statistic of the driver under its
 * name there; also one that only a newer driver has, if a sample shows it.
 */
export function fieldsOf(samples: readonly Sample[], options: FieldOptions): Column<Row>[] {
  const seen = new Set([...STATISTICS, ...samples.flatMap(({ data }) => [...data.keys()])]);
  const [sample] = samples;
  const statistics = [...seen]
    .filter((name) => !RENAMED.includes(name))
    .map((name): Column<Row> => {
      const value = name === 'iomode' ? '' : sample?.data.get(name);
      const statistic = statisticOf(name, value);
      return statistic.kind === 'text'
        ? textField(name.toUpperCase(), 12, ({ now }) => `${now.data.get(name) ?? ''}`)
        : numberField(name, statistic, (from) => counterOf(from, name), options);
    });
  return [...OWN_FIELDS, numberField('drops', COUNTER, dropsOf, options), ...statistics];
}
