import { type Dladm, type LinkRecords, PROPERTY_DEFAULTS, PROPERTY_NAMES } from 'libdladm-ts';
import { type Column, type JsonValue, UsageError } from 'libofmt';
import { type Command, type Form, LINK, parse, ROOT, ZONE } from '../command.ts';
import { chooseOutput, outputOptions } from '../output.ts';
import { splitLists } from '../property-text.ts';
import { possibleValues, STACK } from '../property-values.ts';
import { forEach, withDladm } from '../session.ts';

/** A property of a link, as `get` shows it. */
interface Row {
  readonly link: string;
  readonly property: string;
  readonly perm: string;
  readonly value: string | number | null;
  readonly default: string | number | null;
  readonly possible: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { name: 'LINK', width: 12, text: ({ link }) => link },
  { name: 'PROPERTY', width: 15, text: ({ property }) => property },
  { name: 'PERM', width: 5, text: ({ perm }) => perm },
  {
    name: 'VALUE',
    width: 18,
    text: ({ value }) => `${value ?? ''}`,
    json: ({ value }): JsonValue => value,
  },
  {
    name: 'DEFAULT',
    width: 8,
    text: (row) => `${row.default ?? ''}`,
    json: (row): JsonValue => row.default,
  },
  { name: 'POSSIBLE', width: 20, text: ({ possible }) => possible },
];

/** What -p shows when it is not told: vndadm's fields, for ever these. */
const PARSABLE = 'link,property,perm,value';

const FORM = {
  options: {
    zone: ZONE,
    root: ROOT,
    ...outputOptions(COLUMNS),
    parsableToo: { letter: 'c', about: 'as -p, for those who know dladm show-linkprop' },
  },
  operands: [
    { ...LINK, text: 'link,...' },
    { text: '[prop...]', complete: { list: 'property' }, repeat: true },
  ],
} satisfies Form;

const DEFAULTS: Readonly<Record<string, string | number | null>> = PROPERTY_DEFAULTS;

async function rowsOf(
  dladm: Dladm | LinkRecords,
  name: string,
  wanted: readonly string[],
  zone: string | undefined,
): Promise<Row[]> {
  const { info, stack } = await dladm.find(name, { zone });
  const all = [...PROPERTY_NAMES, ...(stack === undefined ? [] : [STACK])];
  const names = wanted.length === 0 ? all : [...new Set(wanted)];
  const fromDriver = names.filter((property) => property !== STACK || stack === undefined);
  const values = new Map(
    (await dladm.getProps(name, fromDriver, { zone })).map((property) => [
      property.name as string,
      property,
    ]),
  );
  return names.map((property) => {
    const { value = null, perm = 'r-' } = values.get(property) ?? { value: stack ?? null };
    return {
      link: name,
      property,
      perm,
      value,
      default: DEFAULTS[property] ?? null,
      possible: info === undefined ? '' : possibleValues(property, info),
    };
  });
}

export const get: Command = {
  forms: [FORM],
  summary: 'Show properties of links, all of them or those named.',

  async run(args, terminal) {
    const { options, operands } = parse(FORM, args);
    const [links, ...names] = operands;
    if (links === undefined) {
      throw new UsageError('missing required link name');
    }
    const parsable = options.parsable ?? options.parsableToo;
    const output = chooseOutput(terminal, COLUMNS, {
      ...options,
      ...(parsable !== undefined && { parsable, parsableFields: PARSABLE }),
    });
    const wanted = splitLists(names).map((name) => name.toLowerCase());
    return await withDladm(terminal, options.root?.at(-1), async (dladm) => {
      const rows: Row[] = [];
      const exit = await forEach(terminal, 'get', links.split(','), async (link) => {
        rows.push(...(await rowsOf(dladm, link, wanted, options.zone?.at(-1))));
      });
      if (rows.length > 0) {
        output.print(rows);
      }
      return exit;
    });
  },
};
