import { type Column, formatJsonLine, formatParsable, jsonRow, Table } from 'libofmt';
import { describe, expect, it } from 'vitest';
import { fieldsOf } from './field.ts';
import { type Row, rateRows, totalRows } from './round.ts';
import { sampleOf } from './sample.fixture.ts';

const S = 1_000_000_000n;

const data = { rx_bytes: 18446744073709551615n, rxq_bytes: 4096n, tx_drops: 3n, new_thing: 4n };
const before = sampleOf('a0', { data: { rx_bytes: 0n, rxq_bytes: 9000n } });
const now = sampleOf('a0', { snaptime: 2n * S, data });
const total = totalRows([now])[0] as Row;
const rate = rateRows([before], [now])[0] as Row;

const exact = fieldsOf([now], { exact: true });
const shown = (row: Row, ...names: string[]): string =>
  formatParsable(
    names.map((name) => exact.find((field) => field.name === name.toUpperCase()) as Column<Row>),
    row,
  ).trimEnd();

describe('fieldsOf', () => {
  it('shows counters as they are, with all their digits, or per second', () => {
    expect(shown(total, 'rx_bytes')).toBe('18446744073709551615');
    expect(shown(rate, 'rx_bytes')).toBe('9223372036854775808');
    expect(shown(rate, 'drops', 'tx_drops', 'rx_drops')).toBe('2:2:0');
  });

  it('shows what is measured as it is', () => {
    expect(shown(rate, 'rxq_bytes', 'interval')).toBe('4096:2000000000');
    expect(shown(total, 'interval', 'iomode')).toBe(':none');
  });

  it('has a field for what only a newer driver counts', () => {
    expect(shown(total, 'new_thing')).toBe('4');
    expect(shown(rate, 'new_thing')).toBe('2');
  });

  it('keeps every digit in JSON', () => {
    const some = exact.filter(({ name }) => ['RX_BYTES', 'RXQ_BYTES', 'LINK'].includes(name));
    expect(formatJsonLine(jsonRow(some, total))).toBe(
      '{"link":"a0","rx_bytes":18446744073709551615,"rxq_bytes":4096}',
    );
  });

  it('shortens bytes for people', () => {
    const fields = fieldsOf([now], { exact: false });
    const some = fields.filter(({ name }) => ['RX_BYTES', 'RXQ_BYTES', 'LINK'].includes(name));
    expect(new Table(some).all([total])).toBe(
      'LINK        RX_BYTES  RXQ_BYTES\na0          16.0E     4K\n',
    );
  });
});
