import { type Column, UNKNOWN } from './column.ts';

/** How lines for programs are written. */
export interface ParsableOptions {
  /** What stands between values; `:` by default. May be empty: then nothing can be escaped. */
  readonly delimiter?: string | undefined;
}

function escaped(text: string, delimiter: string): string {
  if (delimiter === '') {
    return text;
  }
  const slashes = text.replaceAll('\\', '\\\\');
  return delimiter === '\\' ? slashes : slashes.replaceAll(delimiter, `\\${delimiter}`);
}

/**
 * Formats a row for programs (`-p`): values with `:` between, and `:` and `\` in
 * them after a `\`. A single field is printed as it is, with nothing escaped.
 */
export function formatParsable<Row>(
  columns: readonly Column<Row>[],
  row: Row,
  { delimiter = ':' }: ParsableOptions = {},
): string {
  const cells = columns.map((column) => {
    const text = column.text(row);
    return text === UNKNOWN ? '?' : text;
  });
  const text =
    cells.length === 1 ? cells[0] : cells.map((cell) => escaped(cell, delimiter)).join(delimiter);
  return `${text}\n`;
}

/**
 * Reads a line that `-p` printed back into its values.
 *
 * @param fields how many were asked for: the rules for one and for several differ.
 * @throws {RangeError} the line does not hold that many values.
 */
export function parseParsable(line: string, fields: number): string[] {
  const text = line.endsWith('\n') ? line.slice(0, -1) : line;
  if (fields === 1) {
    return [text];
  }
  const values = [''];
  for (let i = 0; i < text.length; i++) {
    let char = text.charAt(i);
    if (char === ':') {
      values.push('');
      continue;
    }
    if (char === '\\' && i + 1 < text.length) {
      i += 1;
      char = text.charAt(i);
    }
    values[values.length - 1] += char;
  }
  if (values.length !== fields) {
    throw new RangeError(`line: ${fields} values expected, ${values.length} found`);
  }
  return values;
}
