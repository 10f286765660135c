import { type CreateOptions, LinkRecords, parseStackEnd } from 'libdladm-ts';
import { UsageError } from 'libofmt';
import { type Command, type Form, LINKS, parse, ROOT, ZONE } from '../command.ts';
import {
  type PropertyTexts,
  parseProperties,
  splitLists,
  splitOwner,
  splitProperties,
} from '../property-text.ts';
import { doMany, forEach, report, withDladm } from '../session.ts';

const FORM = {
  options: {
    temporary: { letter: 't', word: 'temporary', about: 'do not record the link' },
    singleShot: {
      letter: 's',
      word: 'single-shot',
      about: 'the link is gone when its holder closes it',
    },
    mac: { letter: 'm', word: 'mac', argument: 'mac', about: 'MAC address', complete: [] },
    owner: {
      letter: 'u',
      word: 'owner',
      argument: 'user[:group]',
      about: 'who may open it without privilege',
      complete: 'user',
    },
    zone: { ...ZONE, about: 'lend the link to this zone: it is temporary then' },
    datalink: {
      letter: 'l',
      word: 'datalink',
      argument: 'link',
      about: 'as vndadm has it; a unet link is its own datalink',
      complete: [],
    },
    root: ROOT,
    properties: {
      letter: 'p',
      word: 'prop',
      argument: 'prop=value,...',
      about: 'properties',
      complete: { list: 'assignment' },
    },
  },
  operands: [{ ...LINKS, complete: [] }],
} satisfies Form;

/** `stack` is no property of the link but of what the hosted kernel puts behind it. */
const STACK = 'stack';

/** Adds what has an option of its own to the properties of `-p`. @throws {UsageError} */
function withShorthands(
  texts: PropertyTexts,
  mac: string | undefined,
  owner: string | undefined,
  zone: string | undefined,
): PropertyTexts {
  const all = new Map(texts);
  const add = (option: string, name: string, text: string): void => {
    if (all.has(name)) {
      throw new UsageError(`${option} and the property ${name} exclude each other`);
    }
    all.set(name, text);
  };
  if (mac !== undefined) {
    add('-m', 'mac', mac);
  }
  if (owner !== undefined) {
    const { user, group } = splitOwner(owner);
    add('-u', 'owner', user);
    if (group !== undefined) {
      add('-u', 'group', group);
    }
  }
  if (zone !== undefined) {
    add('-z', 'zone', zone);
  }
  return all;
}

/** Turns the texts into what libdladm-ts takes. @throws {DladmError} */
function parseOptions(texts: PropertyTexts): Omit<CreateOptions, 'lifetime' | 'signal'> {
  const stack = texts.get(STACK);
  const properties = parseProperties(new Map([...texts].filter(([name]) => name !== STACK)));
  return { ...properties, ...(stack !== undefined && { stack: parseStackEnd(stack) }) };
}

export const create: Command = {
  forms: [FORM],
  summary:
    'Make links. They are recorded and made again by "up", unless they are temporary (-t) or gone when their holder closes them (-s).',

  async run(args, terminal) {
    const { options, operands } = parse(FORM, args);
    if (operands.length === 0) {
      throw new UsageError('missing required link name');
    }
    const datalink = options.datalink?.at(-1);
    if (datalink !== undefined && operands.some((link) => link !== datalink)) {
      throw new UsageError(`a unet link lies over no other datalink: ${datalink}`);
    }
    const zone = options.zone?.at(-1);
    const given = splitProperties(splitLists(options.properties ?? []));
    const texts = withShorthands(given, options.mac?.at(-1), options.owner?.at(-1), zone);
    if (texts.has('mac') && operands.length > 1) {
      throw new UsageError('several links cannot have one MAC address');
    }
    const lifetime =
      options.singleShot !== undefined
        ? 'single-shot'
        : options.temporary !== undefined || zone !== undefined
          ? 'temporary'
          : 'persistent';
    let wanted: ReturnType<typeof parseOptions>;
    try {
      wanted = parseOptions(texts);
    } catch (error) {
      return report(terminal, `create ${operands.join(' ')}`, error);
    }
    return await withDladm(terminal, options.root?.at(-1), (dladm) =>
      dladm instanceof LinkRecords
        ? forEach(terminal, 'create', operands, async (link) => {
            await dladm.create(link, { ...wanted, lifetime, signal: terminal.signal });
          })
        : doMany(terminal, 'create', operands, () =>
            dladm.createMany(
              operands.map((name) => ({ ...wanted, lifetime, name })),
              { signal: terminal.signal },
            ),
          ),
    );
  },
};
