import { DladmError, type Link, type LinkInfo } from 'libdladm-ts';
import { type Column, getopt, type JsonValue } from 'libofmt';
import type { Command } from '../command.ts';
import { chooseOutput, OUTPUT_OPTIONS } from '../output.ts';
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

const from =
  (value: (info: LinkInfo) => Value) =>
  ({ link: { info } }: Row): Value =>
    info && value(info);

const COLUMNS: readonly Column<Row>[] = [
  column('LINK', 12, ({ link }) => link.name),
  column(
    'STATE',
    7,
    from(({ state }) => state),
  ),
  column('MTU', 6, ({ link }) => link.info?.mtu ?? link.saved?.properties.mtu),
  column('MACADDRESS', 18, ({ link }) => link.info?.mac ?? link.saved?.properties.mac),
  column(
    'HOLDER',
    8,
    from(({ holder }) => holder),
  ),
  column(
    'IOMODE',
    11,
    from(({ iomode }) => iomode),
  ),
  column('ZONE', 9, ({ zone }) => zone),
  column('LIFETIME', 12, ({ link }) => link.info?.lifetime ?? 'persistent'),
  column('RXBUF', 8, ({ link }) => link.info?.rxbuf ?? link.saved?.properties.rxbuf),
  column('TXBUF', 8, ({ link }) => link.info?.txbuf ?? link.saved?.properties.txbuf),
  column('STACK', 8, ({ link }) => link.stack, 'hidden'),
  column(
    'LINKSTATE',
    10,
    from(({ linkstate }) => linkstate),
    'hidden',
  ),
  column(
    'LINGER',
    8,
    from(({ linger }) => linger),
    'hidden',
  ),
  column(
    'OWNER',
    8,
    from(({ owner }) => owner),
    'hidden',
  ),
  column(
    'GROUP',
    8,
    from(({ group }) => group),
    'hidden',
  ),
  column(
    'LINKID',
    7,
    from(({ linkId }) => linkId),
    'hidden',
  ),
  column(
    'RXQUEUE',
    8,
    from(({ rxQueue }) => rxQueue.frames),
    'hidden',
  ),
  column(
    'TXQUEUE',
    8,
    from(({ txQueue }) => txQueue.frames),
    'hidden',
  ),
];

export const list: Command = {
  synopsis: ['[-P] [-R root] [-p] [--json] [-o field,...] [link...]'],
  summary: 'Show the links there are; with -P those recorded, also when they are not up.',

  async run(args, terminal) {
    const { options, operands } = getopt(args, {
      ...OUTPUT_OPTIONS,
      persistent: { letter: 'P', word: 'persistent' },
      root: { letter: 'R', word: 'root-dir', argument: true },
    });
    const output = chooseOutput(terminal, COLUMNS, options);
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
