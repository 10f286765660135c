import { type Dladm, type LinkInfo, PROPERTY_NAMES } from 'libdladm-ts';
import { type Column, getopt, type JsonValue, UsageError } from 'libofmt';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import { chooseOutput, OUTPUT_OPTIONS } from '../output.ts';
import { report, withDladm } from '../session.ts';

/** A property of a link, as `get` shows it. */
interface Row {
  readonly link: string;
  readonly property: string;
  readonly perm: string;
  readonly value: string | number | null;
  readonly possible: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { name: 'LINK', width: 13, text: ({ link }) => link },
  { name: 'PROPERTY', width: 16, text: ({ property }) => property },
  { name: 'PERM', width: 5, text: ({ perm }) => perm },
  {
    name: 'VALUE',
    width: 18,
    text: ({ value }) => `${value ?? ''}`,
    json: ({ value }): JsonValue => value,
  },
  { name: 'POSSIBLE', width: 20, text: ({ possible }) => possible },
];

/** What the hosted kernel puts behind the link: shown besides, cannot be set. */
const STACK = 'stack';

/** Says which values a property can have, as dladm does: a list, or a range. */
function possible(property: string, info: LinkInfo): string {
  switch (property) {
    case 'rxbuf':
    case 'txbuf':
      return `${info.minBuf}-${info.maxBuf}`;
    case 'mtu':
      return '68-9000';
    case 'linkstate':
      return 'auto,up,down';
    case 'linger':
      return '0-3600000';
    case '_rx_ipv4_cksum':
    case '_tx_ipv4_cksum':
    case '_lso':
      return 'off,on';
    case '_tx_ulp_cksum':
      return 'none,fullv4,partial';
    default:
      return '';
  }
}

async function rowsOf(dladm: Dladm, name: string, wanted: readonly string[]): Promise<Row[]> {
  const { info, stack } = await dladm.find(name);
  const all = [...PROPERTY_NAMES, ...(stack === undefined ? [] : [STACK])];
  const names = wanted.length === 0 ? all : [...new Set(wanted)];
  const fromDriver = names.filter((property) => property !== STACK || stack === undefined);
  const values = new Map(
    (await dladm.getProps(name, fromDriver)).map((property) => [property.name as string, property]),
  );
  return names.map((property) => {
    const { value = null, perm = 'r-' } = values.get(property) ?? { value: stack ?? null };
    return {
      link: name,
      property,
      perm,
      value: property === 'zone' ? (dladm.zoneName(Number(value)) ?? value) : value,
      possible: info === undefined ? '' : possible(property, info),
    };
  });
}

export const get: Command = {
  synopsis: ['[-p] [--json] [-o field,...] link [prop...]'],
  summary: 'Show properties of a link.',

  async run(args, terminal) {
    const { options, operands } = getopt(args, OUTPUT_OPTIONS);
    const [link, ...names] = operands;
    if (link === undefined) {
      throw new UsageError('missing required link name');
    }
    const output = chooseOutput(terminal, COLUMNS, options);
    return await withDladm(terminal, undefined, async (dladm) => {
      try {
        output.print(
          await rowsOf(
            dladm,
            link,
            names.map((name) => name.toLowerCase()),
          ),
        );
        return EXIT.done;
      } catch (error) {
        return report(terminal, `get ${link}`, error);
      }
    });
  },
};
