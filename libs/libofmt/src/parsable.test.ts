import { describe, expect, it } from 'vitest';
import { type Column, UNKNOWN } from './column.ts';
import { formatParsable, parseParsable } from './parsable.ts';

type Row = readonly string[];
const columns = (n: number): Column<Row>[] =>
  Array.from({ length: n }, (_, i) => ({ name: `F${i}`, width: 3, text: (row) => row[i] ?? '' }));
const print = (...row: string[]): string => formatParsable(columns(row.length), row);

describe('formatParsable', () => {
  it('escapes : and \\ when there is more than one field', () => {
    expect(print('u0', '2:8:20:1:2:3')).toBe('u0:2\\:8\\:20\\:1\\:2\\:3\n');
    expect(print('a\\b', 'c')).toBe('a\\\\b:c\n');
  });

  it('prints a single field as it is', () => {
    expect(print('2:8:20:1:2:3')).toBe('2:8:20:1:2:3\n');
    expect(print('a\\b')).toBe('a\\b\n');
    expect(print('')).toBe('\n');
  });

  it('leaves no value empty', () => {
    expect(print('u0', 'up', '')).toBe('u0:up:\n');
    expect(print('', '', '')).toBe('::\n');
  });

  it('takes another delimiter, and escapes that', () => {
    const line = (delimiter: string, ...row: string[]): string =>
      formatParsable(columns(row.length), row, { delimiter });
    expect(line(' ', 'u0', '2:8', 'a b\\')).toBe('u0 2:8 a\\ b\\\\\n');
    expect(line('--', 'a--b', '')).toBe('a\\--b--\n');
    expect(line('', 'a', 'b\\')).toBe('ab\\\n');
    expect(line(' ', 'a b')).toBe('a b\n');
  });

  it('shows ? for a value that cannot be told', () => {
    const unknown: Column<Row>[] = [...columns(1), { name: 'U', width: 1, text: () => UNKNOWN }];
    expect(formatParsable(unknown, ['a'])).toBe('a:?\n');
  });
});

describe('parseParsable', () => {
  it.each([
    [['u0', '2:8:20:1:2:3']],
    [['2:8:20:1:2:3']],
    [['\\', ':', '\\:', ':\\']],
    [['', '', '']],
    [['a\\']],
    [['']],
  ])('reads %j back', (values) => {
    expect(parseParsable(print(...values), values.length)).toEqual(values);
  });

  it('refuses a line with another number of values', () => {
    expect(() => parseParsable('a:b\n', 3)).toThrow(RangeError);
    expect(() => parseParsable('a:b:c\n', 2)).toThrow('2 values expected, 3 found');
  });
});
