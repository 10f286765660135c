import { describe, expect, it } from 'vitest';
import type { Column, JsonValue } from './column.ts';
import { formatJson, formatJsonLine, formatJsonRows } from './json.ts';

interface Row {
  link: string;
  mtu: number;
  bytes: bigint;
  over?: string;
}
const columns: Column<Row>[] = [
  { name: 'LINK', width: 5, text: (row) => row.link },
  { name: 'MTU', width: 5, text: (row) => `${row.mtu}`, json: (row) => row.mtu },
  { name: 'BYTES', width: 5, text: (row) => `${row.bytes}`, json: (row) => row.bytes },
  { name: 'OVER', width: 5, text: (row) => row.over ?? '' },
];

describe('formatJsonRows', () => {
  it('prints one array of objects with lower-case keys', () => {
    const text = formatJsonRows(columns, [{ link: 'u0', mtu: 1500, bytes: 0n }]);
    expect(JSON.parse(text)).toEqual([{ link: 'u0', mtu: 1500, bytes: 0, over: null }]);
    expect(text.endsWith(']\n')).toBe(true);
  });

  it('keeps every digit of a 64-bit counter', () => {
    expect(
      formatJsonRows(columns, [{ link: 'u0', mtu: 1, bytes: 18446744073709551615n }]),
    ).toContain('"bytes": 18446744073709551615');
  });

  it('prints an empty array for no rows', () => {
    expect(formatJsonRows(columns, [])).toBe('[]\n');
  });
});

describe('formatJson', () => {
  it.each<[JsonValue]>([
    [null],
    [true],
    ['a "quoted" \\ \u0000 text'],
    [[]],
    [{}],
    [[1, ['x', { a: [] }], { b: { c: null } }]],
  ])('writes what JSON.parse reads back: %j', (value) => {
    expect(JSON.parse(formatJson(value))).toEqual(value);
    expect(formatJson(value)).toBe(JSON.stringify(value, null, 2));
  });
});

describe('formatJsonLine', () => {
  it('writes what formatJson does on a line', () => {
    const value = { a: [1n, 'x\ny', null], b: {}, c: { d: true } };
    expect(formatJsonLine(value)).toBe('{"a":[1,"x\\ny",null],"b":{},"c":{"d":true}}');
    expect(JSON.parse(formatJsonLine(value))).toEqual(JSON.parse(formatJson(value)));
  });
});
