import {
  type Column,
  formatJsonLine,
  formatJsonRows,
  formatParsable,
  jsonRow,
  OfmtError,
  type Selection,
  selectColumns,
  Table,
  type Terminal,
  UsageError,
} from 'libofmt';
import type { Option } from './command.ts';

type OutputOption = 'parsable' | 'delimiter' | 'fields' | 'json';

/** The options of everything that prints rows of these columns. */
export function outputOptions<Row>(
  columns: readonly Column<Row>[],
): Readonly<Record<OutputOption, Option>> {
  return {
    parsable: { letter: 'p', word: 'parsable', about: 'print lines for programs' },
    delimiter: {
      letter: 'd',
      word: 'delimiter',
      argument: 'delim',
      about: 'with -p: what stands between fields instead of ":"',
      complete: [],
    },
    fields: {
      letter: 'o',
      word: 'output',
      argument: 'field,...',
      about: 'fields to show, or "all"',
      complete: { list: columns.map(({ name }) => name.toLowerCase()) },
    },
    json: { word: 'json', about: 'print JSON' },
  };
}

/** Their values, as getopt gives them, and the fields that -p shows when it is not told. */
export type OutputChoice = Partial<Record<OutputOption, readonly string[]>> & {
  readonly parsableFields?: string;
};

/** How rows will be printed. */
export interface Output<Row> {
  print(rows: readonly Row[]): void;
  /** Prints rows that come one by one; as JSON each is an object on a line of its own. */
  each(): (row: Row) => void;
}

/**
 * Decides how rows will be printed: a table, lines for programs (`-p`), or JSON, which has every
 * column unless `-o` names some. Fields that do not exist are told of at once.
 *
 * @throws {UsageError} the options contradict each other, or no field is left.
 */
export function chooseOutput<Row>(
  terminal: Terminal,
  columns: readonly Column<Row>[],
  { parsable, delimiter, fields, json, parsableFields }: OutputChoice,
): Output<Row> {
  if (parsable !== undefined && json !== undefined) {
    throw new UsageError('-p and --json exclude each other');
  }
  if (delimiter !== undefined && parsable === undefined) {
    throw new UsageError('-d cannot be used without -p');
  }
  const named = fields?.at(-1) ?? (parsable === undefined ? undefined : parsableFields);
  const { columns: chosen, warnings } = select(
    columns,
    json !== undefined ? (named ?? 'all') : named,
    parsable !== undefined,
  );
  for (const warning of warnings) {
    terminal.err(`unetadm: warning: ${warning}\n`);
  }
  return {
    each() {
      const table = new Table(chosen, { windowLines: terminal.windowLines });
      const how = { delimiter: delimiter?.at(-1) };
      if (json !== undefined) {
        return (row) => terminal.out(`${formatJsonLine(jsonRow(chosen, row))}\n`);
      }
      return (row) =>
        terminal.out(parsable === undefined ? table.row(row) : formatParsable(chosen, row, how));
    },
    print(rows) {
      if (json !== undefined) {
        terminal.out(formatJsonRows(chosen, rows));
      } else if (parsable !== undefined) {
        const how = { delimiter: delimiter?.at(-1) };
        terminal.out(rows.map((row) => formatParsable(chosen, row, how)).join(''));
      } else {
        terminal.out(new Table(chosen, { windowLines: terminal.windowLines }).all(rows));
      }
    },
  };
}

function select<Row>(
  columns: readonly Column<Row>[],
  fields: string | undefined,
  parsable: boolean,
): Selection<Row> {
  try {
    return selectColumns(columns, { fields, parsable });
  } catch (error) {
    if (error instanceof OfmtError) {
      throw new UsageError(error.message);
    }
    throw error;
  }
}
