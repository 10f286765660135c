import { describe, expect, it } from 'vitest';
import type { Column } from './column.ts';
import { OfmtError } from './errors.ts';
import { selectColumns } from './select.ts';

type Row = Record<string, string>;
const column = (name: string, shown = true): Column<Row> => ({
  name,
  width: 10,
  shown,
  text: (row) => row[name] ?? '',
});
const columns = [column('LINK'), column('STATE'), column('RXBUF', false)];
const names = (fields?: string, parsable = false): string[] =>
  selectColumns(columns, { fields, parsable }).columns.map(({ name }) => name);

const refusal = (fields: string | undefined, parsable: boolean): [string, string] => {
  try {
    selectColumns(columns, { fields, parsable });
  } catch (error) {
    if (error instanceof OfmtError) {
      return [error.code, error.message];
    }
    throw error;
  }
  return ['', 'accepted'];
};

describe('selectColumns', () => {
  it('shows the default columns when nothing is asked for', () => {
    expect(names()).toEqual(['LINK', 'STATE']);
  });

  it('shows every column for all, in any case', () => {
    expect(names('all')).toEqual(['LINK', 'STATE', 'RXBUF']);
    expect(names('ALL')).toEqual(['LINK', 'STATE', 'RXBUF']);
  });

  it('matches names in any case and keeps the order asked for', () => {
    expect(names('state,Link')).toEqual(['STATE', 'LINK']);
  });

  it('allows repeats, also more of them than there are columns', () => {
    expect(names('link,link,link,link,link')).toEqual(Array(5).fill('LINK'));
  });

  it('skips empty names', () => {
    expect(names(',link,,state,')).toEqual(['LINK', 'STATE']);
  });

  it('warns of unknown fields for people, and goes on', () => {
    const one = selectColumns(columns, { fields: 'link,bogus' });
    expect(one.columns.map(({ name }) => name)).toEqual(['LINK']);
    expect(one.warnings).toEqual(["ignoring unknown output field: `bogus'"]);
    expect(selectColumns(columns, { fields: 'x,link,Y' }).warnings).toEqual([
      "ignoring unknown output fields: `x' `Y'",
    ]);
  });

  it.each([
    [undefined, true, 'OFMT_EPARSENONE', 'output fields must be specified in parsable mode'],
    ['', true, 'OFMT_EPARSENONE', 'output fields must be specified in parsable mode'],
    ['all', true, 'OFMT_EPARSEALL', "output field `all' invalid in parsable mode"],
    ['link,x', true, 'OFMT_EBADFIELDS', "unknown output field: `x'"],
    ['x,link,y', true, 'OFMT_EBADFIELDS', "unknown output fields: `x' `y'"],
    ['x', true, 'OFMT_ENOFIELDS', 'no valid output fields'],
    ['x,y', false, 'OFMT_ENOFIELDS', 'no valid output fields'],
    ['', false, 'OFMT_ENOFIELDS', 'no valid output fields'],
    [',,', false, 'OFMT_ENOFIELDS', 'no valid output fields'],
    ['link,all', true, 'OFMT_EBADFIELDS', "unknown output field: `all'"],
  ])('refuses %j (parsable %j): %s', (fields, parsable, code, message) => {
    expect(refusal(fields, parsable)).toEqual([code, message]);
  });
});
