import { DladmError, type Link, type LinkInfo, LinkRecords } from 'libdladm-ts';
import type { Column, JsonValue } from 'libofmt';
import { ANY_LINKS, type Command, EXIT, type Form, parse, ROOT, ZONE } from '../command.ts';
import { chooseOutput, outputOptions } from '../output.ts';
import { forEach, report, withDladm } from '../session.ts';

type Value = string | number | null | undefined;

/** A column whose text and JSON are one value. */
function column(
  name: string,
  width: number,
  value: (row: Link) => Value,
  shown?: 'hidden',
): Column<Link> {
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
): Column<Link> => column(name, width, ({ info: known }) => known && value(known), shown);

/** The columns that are shown without -o fit into 80 characters. */
const COLUMNS: readonly Column<Link>[] = [
  column('LINK', 12, ({ name }) => name),
  info('STATE', 6, ({ state }) => state),
  column('MTU', 5, ({ info, saved }) => info?.mtu ?? saved?.properties.mtu),
  column('MACADDRESS', 18, ({ info, saved }) => info?.mac ?? saved?.properties.mac),
  info('HOLDER', 8, ({ holder }) => holder),
  info('IOMODE', 11, ({ iomode }) => iomode),
  column('ZONE', 9, ({ zone }) => zone),
  column('LIFETIME', 12, ({ info }) => info?.lifetime ?? 'persistent'),
  column('RXBUF', 8, ({ info, saved }) => info?.rxbuf ?? saved?.properties.rxbuf, 'hidden'),
  column('TXBUF', 8, ({ info, saved }) => info?.txbuf ?? saved?.properties.txbuf, 'hidden'),
  column('STACK', 8, ({ stack }) => stack, 'hidden'),
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
    zone: { ...ZONE, about: 'only links of this zone' },
    root: ROOT,
    ...outputOptions(COLUMNS),
  },
  operands: [ANY_LINKS],
} satisfies Form;

/** Hands a link back that is there in the way that is asked for. @throws {DladmError} NOTFOUND */
function mustBe(link: Link, way: 'recorded' | 'up'): Link {
  const { name, fault } = link;
  if ((way === 'recorded' ? link.saved : link.info) !== undefined) {
    return link;
  }
  throw way === 'recorded' && fault !== undefined
    ? fault
    : new DladmError({
        status: 'NOTFOUND',
        op: 'list',
        link: name,
        reason:
          way === 'recorded'
            ? 'link is not persistent'
            : `link is not up (try: unetadm up ${name})`,
      });
}

export const list: Command = {
  forms: [FORM],
  summary: 'Show the links there are; with -P those recorded, also when they are not up.',

  async run(args, terminal) {
    const { options, operands } = parse(FORM, args);
    const output = chooseOutput(terminal, COLUMNS, {
      ...options,
      ...(options.fields !== undefined && { fields: options.fields.map(withoutSynonyms) }),
    });
    const zone = options.zone?.at(-1);
    return await withDladm(terminal, options.root?.at(-1), async (dladm) => {
      const recorded = options.persistent !== undefined || dladm instanceof LinkRecords;
      const links: Link[] = [];
      let exit = await forEach(terminal, 'list', operands, async (name) => {
        links.push(mustBe(await dladm.find(name, { zone }), recorded ? 'recorded' : 'up'));
      });
      if (operands.length === 0) {
        const faults: Link[] = [];
        exit = await forEach(terminal, 'list', ['links'], async () => {
          for await (const link of dladm.list({ zone })) {
            if (recorded && link.fault !== undefined) {
              faults.push(link);
            } else if ((recorded ? link.saved : link.info) !== undefined) {
              links.push(link);
            }
          }
        });
        for (const { name, fault } of faults) {
          exit = report(terminal, `list ${name}`, fault);
        }
      }
      if (links.length > 0 || (operands.length === 0 && exit === EXIT.done)) {
        output.print(links);
      }
      return exit;
    });
  },
};
