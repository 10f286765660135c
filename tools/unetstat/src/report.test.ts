import { describe, expect, it } from 'vitest';
import { COLUMNS, Reporter } from './report.ts';
import { type Row, rateRows, totalRows } from './round.ts';
import { sampleOf } from './sample.fixture.ts';
import { compareOrder, orderOf } from './sample.ts';

const S = 1_000_000_000n;

type Data = Readonly<Record<string, bigint>>;

/** The row of a link whose counters grew like this in a second. */
function row(link: string, data: Data = {}): Row {
  const [only] = rateRows([sampleOf(link)], [sampleOf(link, { snaptime: S, data })]);
  if (only === undefined) throw new Error('no row');
  return only;
}

const line = (link: string, data?: Data): string => COLUMNS.line(row(link, data));

describe('rateRows', () => {
  const names = (rows: readonly Row[]): string[] => rows.map(({ link }) => link);

  it('shows a link from its second sample on, and not after it is gone', () => {
    const later = (name: string) => sampleOf(name, { snaptime: S });
    expect(names(rateRows([sampleOf('a0')], [later('a0'), later('b0')]))).toEqual(['a0']);
    expect(names(rateRows([sampleOf('a0'), sampleOf('b0')], [later('b0')]))).toEqual(['b0']);
  });

  it('takes a link of an old name for the new one that it is', () => {
    const was = sampleOf('a0', { kid: 1, data: { rx_bytes: 900n } });
    expect(rateRows([was], [sampleOf('a0', { kid: 2, snaptime: S })])).toEqual([]);
    expect(rateRows([was], [sampleOf('a0', { kid: 1, crtime: 9n, snaptime: S })])).toEqual([]);
  });

  it('goes on with a link that was renamed', () => {
    const renamed = sampleOf('b0', { kid: 1, snaptime: S });
    expect(names(rateRows([sampleOf('a0', { kid: 1 })], [renamed]))).toEqual(['b0']);
  });
});

it('links are in order by zone, then by name with numbers as numbers', () => {
  const links = ['global a10', 'alpha b0', 'global a2', 'alpha a2'].map((text) => {
    const [zone = '', link = ''] = text.split(' ');
    return { zone, link, order: orderOf(link, zone) };
  });
  expect(links.sort(compareOrder).map(({ zone, link }) => `${zone} ${link}`)).toEqual([
    'alpha a2',
    'alpha b0',
    'global a2',
    'global a10',
  ]);
});

describe('the columns of vndstat', () => {
  it('have the zone at the left of its own', () => {
    const data = { rx_bytes: 1520435n, tx_bytes: 14438n, tx_drops: 1n };
    expect(line('net0', data)).toBe('  net0 | 1.45MB/s | 14.1KB/s |     1    0 | global\n');
    const long = { rx_bytes: 10239n, tx_bytes: 3221225472n, fc_events: 2n };
    expect(line('longname0', long)).toBe('longname0 | 10.0KB/s |    3GB/s |     0    2 | global\n');
  });

  it('add the drops of both directions', () => {
    expect(line('a0', { rx_drops: 2n, tx_drops: 3n })).toContain('|     5    0 |');
  });

  it('have totals, too', () => {
    const [total] = totalRows([sampleOf('a0', { data: { rx_bytes: 2048n, tx_drops: 7n } })]);
    expect(total && COLUMNS.line(total)).toBe(
      '    a0 |      2KB |       0B |     7    0 | global\n',
    );
    expect(COLUMNS.header(true).length).toBe(COLUMNS.header(false).length);
  });
});

describe('Reporter', () => {
  const headers = (reports: readonly (readonly Row[])[]): string => {
    const reporter = new Reporter(COLUMNS.header(false), COLUMNS.line);
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
