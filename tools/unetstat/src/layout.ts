import {
  type Column,
  formatJsonLine,
  formatParsable,
  jsonRow,
  OfmtError,
  selectColumns,
  Table,
  UsageError,
} from 'libofmt';
import type { Request } from './command-line.ts';
import { fieldsOf } from './field.ts';
import { COLUMNS, Reporter } from './report.ts';
import type { Row } from './round.ts';
import type { Sample } from './sample.ts';

/** How reports are written. */
export interface Layout {
  /** The text of the next report. */
  next(rows: readonly Row[]): string;
  /** What to tell the user at once: fields that do not exist. */
  readonly warnings: readonly string[];
}

/**
 * The layout that the user asked for.
 *
 * @param samples the first ones: statistics of theirs are fields, too.
 * @throws {UsageError} no field is left, or one does not exist.
 */
export function chooseLayout(request: Request, samples: readonly Sample[]): Layout {
  const { show, totals } = request;
  if (show === 'columns') {
    const reporter = new Reporter(COLUMNS.header(totals), COLUMNS.line);
    return { next: (rows) => reporter.next(rows), warnings: [] };
  }
  const { columns, warnings } = select(request, fieldsOf(samples, { exact: show !== 'table' }));
  const next = (line: (row: Row) => string): Layout => ({
    next: (rows) => rows.map(line).join(''),
    warnings,
  });
  switch (show) {
    case 'parsable': {
      const { delimiter } = request;
      return next((row) => formatParsable(columns, row, { delimiter }));
    }
    case 'json':
      return next((row) => `${formatJsonLine(jsonRow(columns, row))}\n`);
    default: {
      const table = new Table(columns);
      const reporter = new Reporter(table.header(), (row) => table.line(row));
      return { next: (rows) => reporter.next(rows), warnings };
    }
  }
}

function select(
  { show, fields }: Request,
  columns: readonly Column<Row>[],
): ReturnType<typeof selectColumns<Row>> {
  try {
    const named = show === 'json' ? (fields ?? 'all') : fields;
    return selectColumns(columns, { fields: named, parsable: show === 'parsable' });
  } catch (error) {
    if (error instanceof OfmtError) {
      throw new UsageError(error.message);
    }
    throw error;
  }
}
