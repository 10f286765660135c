/**
 * {@include ../README.md}
 *
 * @module libofmt
 */

export { type CellText, type Column, type JsonValue, UNKNOWN } from './column.ts';
export { OfmtError, type OfmtErrorCode } from './errors.ts';
export { type CommandLine, formatOptions, getopt, type OptionSpec, UsageError } from './getopt.ts';
export { formatJson, formatJsonLine, formatJsonRows, jsonRow } from './json.ts';
export { formatParsable, type ParsableOptions, parseParsable } from './parsable.ts';
export { type ProgramProcess, runProgram, type Terminal } from './program.ts';
export { type Selection, type SelectOptions, selectColumns } from './select.ts';
export { Table, type TableOptions } from './table.ts';
