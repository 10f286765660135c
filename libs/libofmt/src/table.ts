import { type CellText, type Column, UNKNOWN } from './column.ts';

/** How a table is printed. */
export interface TableOptions {
  /**
   * Lines of the window that the table is read in: the header is printed again
   * at the top of every window. Without it there is one header, as a pipe or a
   * file wants (libofmt repeats it every 24 lines there too).
   */
  readonly windowLines?: number | undefined;
}

const shown = (text: CellText): string => {
  if (text === UNKNOWN) {
    return '?';
  }
  return text === '' ? '--' : text;
};

/**
 * Lays out one line. A cell that is too long pushes the next ones to the right
 * only until a short one gives the room back; the last is never padded.
 */
function line(widths: readonly number[], cells: readonly string[]): string {
  let overflow = 0;
  let text = '';
  cells.forEach((cell, i) => {
    if (i === cells.length - 1) {
      text += cell;
      return;
    }
    const width = widths[i] ?? 0;
    if (cell.length + overflow >= width) {
      text += `${cell} `;
      overflow += cell.length - width + 1;
      return;
    }
    text += cell.padEnd(width - overflow);
    overflow = 0;
  });
  return `${text}\n`;
}

/** Prints rows for people: a header, columns, `--` where there is no value. */
export class Table<Row> {
  readonly #columns: readonly Column<Row>[];
  readonly #widths: readonly number[];
  readonly #windowLines: number;
  #line = 0;

  constructor(columns: readonly Column<Row>[], { windowLines }: TableOptions = {}) {
    this.#columns = columns;
    this.#widths = columns.map((column) => column.width);
    this.#windowLines = Math.max(2, windowLines ?? Number.POSITIVE_INFINITY);
  }

  /** Returns the line of column names. */
  header(): string {
    return line(
      this.#widths,
      this.#columns.map((column) => column.name),
    );
  }

  /** Returns the line for a row, after a header when one is due. */
  row(row: Row): string {
    const head = this.#line % this.#windowLines === 0 ? this.header() : '';
    this.#line += head === '' ? 1 : 2;
    return head + this.line(row);
  }

  /** Returns the line for a row alone, for those who know when a header is due. */
  line(row: Row): string {
    const cells = this.#columns.map((column) => shown(column.text(row)));
    return line(this.#widths, cells);
  }

  /** Returns the whole table; of no rows it is the header alone. */
  all(rows: Iterable<Row>): string {
    let text = '';
    for (const row of rows) {
      text += this.row(row);
    }
    return text === '' ? this.header() : text;
  }
}
