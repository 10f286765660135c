import type { Column } from './column.ts';
import { OfmtError } from './errors.ts';

/** The columns that will be printed, in order. */
export interface Selection<Row> {
  readonly columns: readonly Column<Row>[];
  /** What to tell the user besides (fields that do not exist), without a final newline. */
  readonly warnings: readonly string[];
}

/** What the user asked for. */
export interface SelectOptions {
  /** The argument of `-o`: names with commas between, or `all`. */
  readonly fields?: string | undefined;
  /** Whether the output is parsable (`-p`): then fields must be named, and exist. */
  readonly parsable?: boolean;
}

const quoted = (names: readonly string[]): string => names.map((name) => ` \`${name}'`).join('');

const unknownFields = (names: readonly string[], start: string): string =>
  `${start} output field${names.length > 1 ? 's' : ''}:${quoted(names)}`;

/**
 * Chooses columns by the rules of `-o` and `-p`.
 *
 * As libofmt does: names in any case, the order as asked, repeats allowed, empty
 * names skipped; `-p` wants every field named, so that new columns never change
 * what scripts read. Where libofmt says "Not enough space" (an empty list, or
 * more names than there are columns) this says what is wrong, or just does it.
 *
 * @throws {OfmtError} no field is left, or a parsable selection is not exact.
 */
export function selectColumns<Row>(
  columns: readonly Column<Row>[],
  { fields, parsable = false }: SelectOptions = {},
): Selection<Row> {
  if (parsable && (fields === undefined || fields === '')) {
    throw new OfmtError('OFMT_EPARSENONE', 'output fields must be specified in parsable mode');
  }
  if (fields === undefined) {
    return { columns: columns.filter((column) => column.shown !== false), warnings: [] };
  }
  if (fields.toLowerCase() === 'all') {
    if (parsable) {
      throw new OfmtError('OFMT_EPARSEALL', "output field `all' invalid in parsable mode");
    }
    return { columns, warnings: [] };
  }

  const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  const chosen: Column<Row>[] = [];
  const unknown: string[] = [];
  for (const name of fields.split(',')) {
    if (name === '') {
      continue;
    }
    const column = byName.get(name.toLowerCase());
    if (column === undefined) {
      unknown.push(name);
    } else {
      chosen.push(column);
    }
  }
  if (chosen.length === 0) {
    throw new OfmtError('OFMT_ENOFIELDS', 'no valid output fields');
  }
  if (unknown.length > 0 && parsable) {
    throw new OfmtError('OFMT_EBADFIELDS', unknownFields(unknown, 'unknown'));
  }
  return {
    columns: chosen,
    warnings: unknown.length > 0 ? [unknownFields(unknown, 'ignoring unknown')] : [],
  };
}
