import {
  type Column,
  formatJsonRows,
  formatParsable,
  OfmtError,
  type OptionSpec,
  type Selection,
  selectColumns,
  Table,
  type Terminal,
  UsageError,
} from 'libofmt';

/** The options of everything that prints rows. */
export const OUTPUT_OPTIONS: Readonly<Record<'parsable' | 'fields' | 'json', OptionSpec>> = {
  parsable: { letter: 'p', word: 'parsable' },
  fields: { letter: 'o', word: 'output', argument: true },
  json: { word: 'json' },
};

/** Their values, as getopt gives them. */
export type OutputChoice = Partial<Record<keyof typeof OUTPUT_OPTIONS, readonly string[]>>;

/** How rows will be printed. */
export interface Output<Row> {
  print(rows: readonly Row[]): void;
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
  { parsable, fields, json }: OutputChoice,
): Output<Row> {
  if (parsable !== undefined && json !== undefined) {
    throw new UsageError('-p and --json exclude each other');
  }
  const named = fields?.at(-1);
  const { columns: chosen, warnings } = select(
    columns,
    json !== undefined ? (named ?? 'all') : named,
    parsable !== undefined,
  );
  for (const warning of warnings) {
    terminal.err(`unetadm: warning: ${warning}\n`);
  }
  return {
    print(rows) {
      if (json !== undefined) {
        terminal.out(formatJsonRows(chosen, rows));
      } else if (parsable !== undefined) {
        terminal.out(rows.map((row) => formatParsable(chosen, row)).join(''));
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
