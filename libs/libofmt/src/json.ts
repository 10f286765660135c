import { type Column, type JsonValue, UNKNOWN } from './column.ts';

/** Turns a row into an object with a key, in lower case, for every column. */
export function jsonRow<Row>(
  columns: readonly Column<Row>[],
  row: Row,
): { [key: string]: JsonValue } {
  const object: { [key: string]: JsonValue } = {};
  for (const column of columns) {
    const text = column.json === undefined ? column.text(row) : undefined;
    object[column.name.toLowerCase()] =
      column.json?.(row) ?? (text === undefined || text === '' || text === UNKNOWN ? null : text);
  }
  return object;
}

/**
 * Writes a value as JSON. `JSON.stringify` refuses `bigint`; here it is a number
 * with all its digits, which JSON allows and exact readers keep.
 */
export function formatJson(value: JsonValue, indent = ''): string {
  const inner = `${indent}  `;
  if (typeof value === 'bigint') {
    return value.toString();
  }
  if (value === null || typeof value !== 'object') {
    return JSON.stringify(value);
  }
  const array = Array.isArray(value);
  const items = array
    ? value.map((item: JsonValue) => formatJson(item, inner))
    : Object.entries(value).map(
        ([key, item]: [string, JsonValue]) => `${JSON.stringify(key)}: ${formatJson(item, inner)}`,
      );
  const [open, close] = array ? '[]' : '{}';
  return items.length === 0
    ? `${open}${close}`
    : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
}

/** Writes a value as JSON on one line, as {@link formatJson} would, for a stream of such lines. */
export function formatJsonLine(value: JsonValue): string {
  if (value === null || typeof value !== 'object') {
    return formatJson(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(formatJsonLine).join(',')}]`;
  }
  const items = Object.entries(value).map(
    ([key, item]: [string, JsonValue]) => `${JSON.stringify(key)}:${formatJsonLine(item)}`,
  );
  return `{${items.join(',')}}`;
}

/** Formats rows as one JSON array of objects. */
export function formatJsonRows<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>): string {
  return `${formatJson(Array.from(rows, (row) => jsonRow(columns, row)))}\n`;
}
