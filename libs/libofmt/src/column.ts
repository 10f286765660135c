/** What a cell can be in JSON. A `bigint` is written with all its digits. */
export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Marks a cell whose value exists but could not be found out; it is shown as `?`. */
export const UNKNOWN: unique symbol = Symbol('unknown value');

/** What a cell is as text: `''` for no value (`--` in a table), {@link UNKNOWN} for `?`. */
export type CellText = string | typeof UNKNOWN;

/**
 * One output field, as data: what `-o` calls it, how wide its column is in a
 * table, and how a row fills it in.
 */
export interface Column<Row> {
  /** Name in the header; `-o` takes it in any case, JSON has it in lower case. */
  readonly name: string;
  /** Width in a table, in characters, the space to the next column included. */
  readonly width: number;
  /** `false`: shown only when `-o` names it, or `-o all`. */
  readonly shown?: boolean;
  readonly text: (row: Row) => CellText;
  /** Value in JSON; without it the text, and `null` for none. */
  readonly json?: (row: Row) => JsonValue;
}
