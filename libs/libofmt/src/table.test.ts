import { describe, expect, it } from 'vitest';
import { type Column, UNKNOWN } from './column.ts';
import { Table } from './table.ts';

type Row = readonly string[];
const columns: Column<Row>[] = ['A', 'B', 'C', 'D'].map((name, i) => ({
  name,
  width: 5,
  text: (row) => row[i] ?? '',
}));
const line = (...row: string[]): string => {
  const table = new Table(columns);
  return table.row(row).slice(table.header().length);
};

describe('Table', () => {
  it('pads every column but the last', () => {
    expect(new Table(columns).header()).toBe('A    B    C    D\n');
    expect(line('1', '22', '333', '4')).toBe('1    22   333  4\n');
  });

  it('shows -- for no value and ? for one that cannot be told', () => {
    expect(line('', 'x', '', '')).toBe('--   x    --   --\n');
    const unknown: Column<Row>[] = [{ name: 'A', width: 5, text: () => UNKNOWN }];
    expect(new Table(unknown).all([[]])).toBe('A\n?\n');
  });

  it('takes the room of a long value back from the columns after it', () => {
    // 'abcdefg ' is 8 wide in a column of 5: B gives back its 3.
    expect(line('abcdefg', 'b', 'c', 'd')).toBe('abcdefg b c    d\n');
    // One that fills its column exactly still has a space after it.
    expect(line('abcde', 'b', 'c', 'd')).toBe('abcde b   c    d\n');
    // Too little room in B: the rest is carried on to C.
    expect(line('abcdefg', 'bb', 'c', 'd')).toBe('abcdefg bb c   d\n');
    expect(line('abcdefghijk', 'bbbb', 'c', 'd')).toBe('abcdefghijk bbbb c d\n');
  });

  it('does not carry an overflow into the next row', () => {
    expect(new Table(columns).all([['abcdefghijklm'], ['1', '2', '3', '4']])).toBe(
      'A    B    C    D\nabcdefghijklm -- -- --\n1    2    3    4\n',
    );
  });

  it('prints the header alone for no rows', () => {
    expect(new Table(columns).all([])).toBe('A    B    C    D\n');
  });

  it('prints one header, however many rows there are', () => {
    const text = new Table(columns).all(Array.from({ length: 100 }, () => ['1']));
    expect(text.split('\n').filter((row) => row.startsWith('A'))).toHaveLength(1);
  });

  it('prints a header at the top of every window', () => {
    const text = new Table(columns, { windowLines: 4 }).all(
      Array.from({ length: 7 }, (_, i) => [`${i}`]),
    );
    expect(text.split('\n').map((row) => row.charAt(0))).toEqual([
      ...['A', '0', '1', '2'],
      ...['A', '3', '4', '5'],
      ...['A', '6', ''],
    ]);
  });
});
