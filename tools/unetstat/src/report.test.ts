import { describe, expect, it } from 'vitest';
import { formatRow, Reporter, type Row, rates, type Sample } from './report.ts';

const S = 1_000_000_000n;
const sample = (name: string, over: Partial<Sample> = {}): Sample => ({
  name,
  zone: 'global',
  crtime: 1n,
  snaptime: 0n,
  rxBytes: 0n,
  txBytes: 0n,
  drops: 0n,
  flowControl: 0n,
  ...over,
});
const row = (name: string, over: Partial<Row> = {}): Row => ({
  name,
  zone: 'global',
  rxBytes: 0n,
  txBytes: 0n,
  drops: 0n,
  flowControl: 0n,
  ...over,
});

describe('rates', () => {
  it('gives every number per second of the time between the samples', () => {
    const after = { snaptime: 2n * S, rxBytes: 200n, txBytes: 400n, drops: 6n, flowControl: 8n };
    expect(rates([sample('vpn0')], [sample('vpn0', after)])).toEqual([
      row('vpn0', { rxBytes: 100n, txBytes: 200n, drops: 3n, flowControl: 4n }),
    ]);
  });

  it('shows a link from its second sample on, and not after it is gone', () => {
    const later = (name: string): Sample => sample(name, { snaptime: S });
    expect(rates([sample('a0')], [later('a0'), later('b0')])).toEqual([row('a0')]);
    expect(rates([sample('a0'), sample('b0')], [later('b0')])).toEqual([row('b0')]);
  });

  it('takes a link of an old name for the new one that it is', () => {
    const made = sample('a0', { crtime: 2n, snaptime: S });
    expect(rates([sample('a0', { rxBytes: 900n })], [made])).toEqual([]);
  });

  it('orders by zone, then by name with numbers as numbers', () => {
    const names = [
      ['a10', 'global'],
      ['b0', 'alpha'],
      ['a2', 'global'],
      ['a2', 'alpha'],
    ] as const;
    const round = (snaptime: bigint): Sample[] =>
      names.map(([name, zone]) => sample(name, { zone, snaptime }));
    expect(rates(round(0n), round(S)).map(({ name, zone }) => `${zone} ${name}`)).toEqual([
      'alpha a2',
      'alpha b0',
      'global a2',
      'global a10',
    ]);
  });
});

describe('formatRow', () => {
  it('keeps the columns of vndstat, the zone at the left of its own', () => {
    const net0 = row('net0', { rxBytes: 1520435n, txBytes: 14438n, drops: 1n });
    expect(formatRow(net0)).toBe('  net0 | 1.45MB/s | 14.1KB/s |     1    0 | global\n');
    const long = row('longname0', { rxBytes: 10239n, txBytes: 3221225472n, flowControl: 2n });
    expect(formatRow(long)).toBe('longname0 | 10.0KB/s |    3GB/s |     0    2 | global\n');
  });
});

describe('Reporter', () => {
  const headers = (reports: readonly (readonly Row[])[]): string => {
    const reporter = new Reporter();
    return reports.map((rows) => (reporter.next(rows).startsWith('  name |') ? 'H' : '.')).join('');
  };
  const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

  it('prints a header every 20 rows of a single link', () => {
    expect(headers(times(41, [row('a0')]))).toBe(`H${'.'.repeat(19)}H${'.'.repeat(19)}H`);
  });

  it('prints a header with every report of several links', () => {
    expect(headers(times(3, [row('a0'), row('b0')]))).toBe('HHH');
  });

  it('never leaves rows without the header they belong to', () => {
    const two = [row('a0'), row('b0')];
    expect(headers([two, [row('a0')], [row('a0')], [row('c0')], two])).toBe('HH.HH');
  });

  it('does not fill the screen with headers when there is no link', () => {
    expect(headers([...times(3, []), [row('a0')], []])).toBe('H..HH');
  });
});
