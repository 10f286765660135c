export { type CellText, type Column, type JsonValue, UNKNOWN } from './column.js';
export { OfmtError, type OfmtErrorCode } from './errors.js';
export { formatJson, formatJsonRows, jsonRow } from './json.js';
export { formatParsable, parseParsable } from './parsable.js';
export { type Selection, type SelectOptions, selectColumns } from './select.js';
export { Table, type TableOptions } from './table.js';
