import { DladmError, type Link, type LinkInfo } from 'libdladm-ts';
import type { Column, JsonValue } from 'libofmt';
import { ANY_LINKS, type Command, type Form, parse, ROOT } from '../command.ts';
import { chooseOutput, outputOptions } from '../output.ts';
import { forEach, withDladm } from '../session.ts';

/** A link, as `list` shows it. */
interface Row {
  readonly link: Link;
  readonly zone: string;
}

type Value = string | number | null | undefined;

/** A column whose text and JSON are one value. */
function column(
  name: string,
  width: number,
  value: (row: Row) => Value,
  shown?: 'hidden',
): Column<Row> {
  return {
    name,
    width,
    shown: shown === undefined,
    text: (row) => `${value(row) ?? ''}`,
    json: (row): JsonValue => value(row) ?? null,
  };
}

const info = (
  name: string,
  width: number,
  value: (info: LinkInfo) => Value,
  shown?: 'hidden',
): Column<Row> => column(name, width, ({ link }) => link.info && value(link.info), shown);

/** The columns that are shown without -o fit into 80 characters. */
const COLUMNS: readonly Column<Row>[] = [
  column('LINK', 12, ({ link }) => link.name),
  info('STATE', 6, ({ state }) => state),
  column('MTU', 5, ({ link }) => link.info?.mtu ?? link.saved?.properties.mtu),
  column('MACADDRESS', 18, ({ link }) => link.info?.mac ?? link.saved?.properties.mac),
  info('HOLDER', 8, ({ holder }) => holder),
  info('IOMODE', 11, ({ iomode }) => iomode),
  column('ZONE', 9, ({ zone }) => zone),
  column('LIFETIME', 12, ({ link }) => link.info?.lifetime ?? 'persistent'),
  column('RXBUF', 8, ({ link }) => link.info?.rxbuf ?? link.saved?.properties.rxbuf, 'hidden'),
  column('TXBUF', 8, ({ link }) => link.info?.txbuf ?? link.saved?.properties.txbuf, 'hidden'),
  column('STACK', 8, ({ link }) => link.stack, 'hidden'),
  info('LINKSTATE', 10, ({ linkstate }) => linkstate, 'hidden'),
  info('LINGER', 8, ({ linger }) => linger, 'hidden'),
  info('OWNER', 8, ({ owner }) => owner, 'hidden'),
  info('GROUP', 8, ({ group }) => group, 'hidden'),
  info('LINKID', 7, ({ linkId }) => linkId, 'hidden'),
  info('RXQUEUE', 8, ({ rxQueue }) => rxQueue.frames, 'hidden'),
  info('TXQUEUE', 8, ({ txQueue }) => txQueue.frames, 'hidden'),
];

/** Fields by the names that vndadm has for them. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['name', 'link'],
  ['datalink', 'link'],
]);

function withoutSynonyms(fields: string): string {
  return fields
    .split(',')
    .map((field) => SYNONYMS.get(field.toLowerCase()) ?? field)
    .join(',');
}

const FORM = {
  options: {
    persistent: {
      letter: 'P',
      word: 'persistent',
      about: 'links that are recorded, also when they are not up',
    },
    root: ROOT,
    ...outputOptions(COLUMNS),
  },
  operands: [ANY_LINKS],
} satisfies Form;

export const list: Command = {
  forms: [FORM],
  summary: 'Show the links there are; with -P those recorded, also when they are not up.',

  async run(args, terminal) {
    const { options, operands } = parse(FORM, args);
    const output = chooseOutput(terminal, COLUMNS, {
      ...options,
      ...(options.fields !== undefined && { fields: options.fields.map(withoutSynonyms) }),
    });
    const recorded = options.persistent !== undefined;
    const wanted = ({ info, saved }: Link): boolean =>
      recorded ? saved !== undefined : info !== undefined;

    return await withDladm(terminal, options.root?.at(-1), async (dladm) => {
      const rows: Row[] = [];
      const add = (link: Link): void => {
        const id = link.info?.zoneId;
        rows.push({ link, zone: id === undefined ? '' : (dladm.zoneName(id) ?? `${id}`) });
      };
      const exit = await forEach(terminal, 'list', operands, async (name) => {
        const link = await dladm.find(name);
        if (!wanted(link)) {
          throw new DladmError({
            status: 'NOTFOUND',
            op: 'list',
            link: name,
            reason: recorded
              ? 'link is not persistent'
              : `link is not up (try: unetadm up ${name})`,
          });
        }
        add(link);
      });
      if (operands.length === 0) {
        for await (const link of dladm.list()) {
          if (wanted(link)) {
            add(link);
          }
        }
      }
      if (rows.length > 0 || operands.length === 0) {
        output.print(rows);
      }
      return exit;
    });
  },
};
