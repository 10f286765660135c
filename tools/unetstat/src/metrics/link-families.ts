import { STATISTICS, statisticOf } from '../field.ts';
import { counterOf, type Sample } from '../sample.ts';
import type { Family, Labels, Point } from './family.ts';

const NS_DIGITS = 9;

/** ns as seconds, with all digits. */
function seconds(ns: bigint): string {
  const text = `${ns}`.padStart(NS_DIGITS + 1, '0');
  const fraction = text.slice(-NS_DIGITS).replace(/0+$/, '');
  return `${text.slice(0, -NS_DIGITS)}.${fraction === '' ? '0' : fraction}`;
}

/** When a link's statistics began, in seconds since 1970. */
function created(sample: Sample): string {
  return (sample.created / 1000).toFixed(3);
}

/** A sample, and the labels that every metric of its link has. */
interface Labelled {
  readonly sample: Sample;
  readonly labels: Labels;
}

type Counter = readonly [statistic: string, labels?: Labels];

/** A family of counters: for each link the statistics given, told apart by their labels. */
function counters(
  links: readonly Labelled[],
  name: string,
  help: string,
  of: readonly Counter[],
  unit?: 'bytes',
): Family {
  const points = links.flatMap(({ sample, labels }) =>
    of.map(
      ([statistic, more]): Point => ({
        suffix: '_total',
        labels: more === undefined ? labels : { ...labels, ...more },
        value: `${counterOf(sample, statistic)}`,
      }),
    ),
  );
  return { name, type: 'counter', help, points, ...(unit === undefined ? {} : { unit }) };
}

function gauge(
  links: readonly Labelled[],
  name: string,
  help: string,
  statistic: string,
  unit?: 'bytes',
): Family {
  const points = links.map(
    ({ sample, labels }): Point => ({
      suffix: '',
      labels,
      value: `${counterOf(sample, statistic)}`,
    }),
  );
  return { name, type: 'gauge', help, points, ...(unit === undefined ? {} : { unit }) };
}

/** Every statistic that this program or the driver knows; all links are of one driver. */
function namesOf([first]: readonly Labelled[]): ReadonlySet<string> {
  return new Set([...STATISTICS, ...(first?.sample.data.keys() ?? [])]);
}

const REASON = /^(rx|tx)_drop_(.+)$/;

/** The drops of one direction by reason, also by one that only a newer driver knows. */
function drops(links: readonly Labelled[], direction: 'rx' | 'tx', help: string): Family {
  const reasons = [...namesOf(links)].flatMap((name): Counter[] => {
    const [, of, reason = ''] = REASON.exec(name) ?? [];
    return of === direction ? [[name, { reason }]] : [];
  });
  return counters(links, `unet_${direction}_drops`, help, reasons);
}

/** The driver counts how often it was at least so long. */
const LIMITS = [
  ['fc_1ms', '0.001'],
  ['fc_10ms', '0.01'],
  ['fc_100ms', '0.1'],
  ['fc_1s', '1.0'],
  ['fc_10s', '10.0'],
] as const;

/**
 * How long the stack was held up each time. The driver counts a time when it begins, and how long it
 * was when it ends; one that goes on would sit in the first bucket and leave it again, so it is not
 * among these yet.
 */
function flowControl(links: readonly Labelled[]): Family {
  const points = links.flatMap(({ sample, labels }): Point[] => {
    const over = counterOf(sample, 'fc_events') - counterOf(sample, 'fc_blocked');
    const buckets = LIMITS.map(([statistic, le]): Point => {
      const value = `${over - counterOf(sample, statistic)}`;
      return { suffix: '_bucket', labels: { ...labels, le }, value };
    });
    return [
      ...buckets,
      { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: `${over}` },
      { suffix: '_count', labels, value: `${over}` },
      { suffix: '_sum', labels, value: seconds(counterOf(sample, 'fc_time')) },
    ];
  });
  return {
    name: 'unet_flow_control_seconds',
    type: 'histogram',
    unit: 'seconds',
    help: 'How long the stack was held up by a full read queue, each time that is over.',
    points,
  };
}

/** The statistics that the families below have under a name of their own. */
const NAMED: ReadonlySet<string> = new Set([...STATISTICS, 'linkname', 'zonename']);

/** What only a newer driver has. */
function others(links: readonly Labelled[]): Family {
  const names = [...namesOf(links)].filter((name) => !NAMED.has(name) && !REASON.test(name));
  const points = links.flatMap(({ sample: { data }, labels }) =>
    names.flatMap((statistic): Point[] => {
      const value = data.get(statistic);
      return value === undefined || statisticOf(statistic, value).kind === 'text'
        ? []
        : [{ suffix: '', labels: { ...labels, statistic }, value: `${value}` }];
    }),
  );
  const help = 'A statistic of the driver that this program does not know.';
  return { name: 'unet_statistic', type: 'unknown', help, points };
}

function info(links: readonly Labelled[]): Family {
  const points = links.map(({ sample, labels: { link = '', zone = '' } }): Point => {
    const iomode = `${sample.data.get('iomode') ?? ''}`;
    const labels = { link, zone, instance: `${sample.instance}`, iomode };
    return { suffix: '_info', labels, value: '1' };
  });
  const help = 'The links there are, and how their holders move frames.';
  return { name: 'unet_link', type: 'info', help, points };
}

/** When each link was made, or got its name or zone: a kstat is as old as these. */
function made(links: readonly Labelled[]): Family {
  const points = links.map(
    ({ sample, labels }): Point => ({ suffix: '', labels, value: created(sample) }),
  );
  const help = 'When the link was made, renamed or moved to its zone, in seconds since 1970.';
  return { name: 'unet_link_made_seconds', type: 'gauge', unit: 'seconds', help, points };
}

/** Everything that the driver counts of these links. */
export function linkFamilies(samples: readonly Sample[]): Family[] {
  const links = samples.map((sample): Labelled => {
    const { link, zone } = sample;
    return { sample, labels: { link, zone } };
  });
  const count = (name: string, help: string, ...of: readonly Counter[]): Family =>
    counters(links, name, help, of);
  const bytes = (name: string, help: string, statistic: string): Family =>
    counters(links, name, help, [[statistic]], 'bytes');
  const now = (name: string, help: string, statistic: string, unit?: 'bytes'): Family =>
    gauge(links, name, help, statistic, unit);
  return [
    info(links),
    made(links),
    count('unet_rx_frames', 'Frames that the holder read.', ['rx_frames']),
    bytes('unet_rx_bytes', 'Bytes of the frames that the holder read.', 'rx_bytes'),
    count('unet_tx_frames', 'Frames of the holder handed to the stack.', ['tx_frames']),
    bytes('unet_tx_bytes', 'Bytes of the frames handed to the stack.', 'tx_bytes'),
    count('unet_rx_in_frames', 'Frames that the stack sent.', ['rx_in_frames']),
    bytes('unet_rx_in_bytes', 'Bytes of the frames that the stack sent.', 'rx_in_bytes'),
    count('unet_tx_in_frames', 'Frames that the holder wrote.', ['tx_in_frames']),
    bytes('unet_tx_in_bytes', 'Bytes of the frames that the holder wrote.', 'tx_in_bytes'),
    drops(links, 'rx', 'Frames of the stack that did not reach the holder, by reason.'),
    drops(links, 'tx', 'Frames of the holder that did not reach the stack, by reason.'),
    now('unet_rx_queue_frames', 'Frames that wait for the holder.', 'rxq_frames'),
    now('unet_rx_queue_bytes', 'Bytes in the read queue, overhead included.', 'rxq_bytes', 'bytes'),
    now('unet_rx_queue_peak_bytes', 'The most there ever were.', 'rxq_peak', 'bytes'),
    now('unet_tx_queue_frames', 'Frames that wait for the stack.', 'txq_frames'),
    now(
      'unet_tx_queue_bytes',
      'Bytes in the write queue, overhead included.',
      'txq_bytes',
      'bytes',
    ),
    now('unet_tx_queue_peak_bytes', 'The most there ever were.', 'txq_peak', 'bytes'),
    count(
      'unet_calls',
      'Calls of the holder, by kind.',
      ['read_calls', { call: 'read' }],
      ['write_calls', { call: 'write' }],
      ['fioread_calls', { call: 'frameio_read' }],
      ['fiowrite_calls', { call: 'frameio_write' }],
      ['poll_calls', { call: 'poll' }],
    ),
    count(
      'unet_eagain',
      'Calls that failed because they may not wait.',
      ['rx_eagain', { direction: 'rx' }],
      ['tx_eagain', { direction: 'tx' }],
    ),
    count(
      'unet_waits',
      'Times that a call waited.',
      ['rx_waits', { direction: 'rx' }],
      ['tx_waits', { direction: 'tx' }],
    ),
    flowControl(links),
    now('unet_flow_control_blocked', 'Whether the stack is held up now.', 'fc_blocked'),
    others(links),
  ];
}
