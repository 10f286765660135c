import { type CreateOptions, parseStackEnd } from 'libdladm-ts';
import { getopt, UsageError } from 'libofmt';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import { parseProperties, splitProperties } from '../property-text.ts';
import { report, withDladm } from '../session.ts';

/** `stack` is no property of the link but of what the hosted kernel puts behind it. */
const STACK = 'stack';

/** Reads the arguments of `-p` and `-m`. @throws {DladmError} */
function parseOptions(
  texts: ReadonlyMap<string, string>,
  mac: string | undefined,
): Omit<CreateOptions, 'lifetime' | 'signal'> {
  const stack = texts.get(STACK);
  const properties = parseProperties(new Map([...texts].filter(([name]) => name !== STACK)));
  return {
    ...properties,
    ...(mac !== undefined && { mac }),
    ...(stack !== undefined && { stack: parseStackEnd(stack) }),
  };
}

export const create: Command = {
  synopsis: ['[-t] [-s] [-m mac] [-R root] [-p prop=value,...] link'],
  summary:
    'Make a link. It is recorded and made again by "up", unless it is temporary (-t) or gone when its holder closes it (-s).',

  async run(args, terminal) {
    const { options, operands } = getopt(args, {
      temporary: { letter: 't', word: 'temporary' },
      singleShot: { letter: 's', word: 'single-shot' },
      mac: { letter: 'm', word: 'mac', argument: true },
      root: { letter: 'R', word: 'root-dir', argument: true },
      properties: { letter: 'p', word: 'prop', argument: true },
    });
    const [link, ...more] = operands;
    if (link === undefined) {
      throw new UsageError('missing required link name');
    }
    if (more.length > 0) {
      throw new UsageError('too many arguments for link name, pick one');
    }
    const texts = splitProperties(options.properties?.flatMap((list) => list.split(',')) ?? []);
    const mac = options.mac?.at(-1);
    if (mac !== undefined && texts.has('mac')) {
      throw new UsageError('-m and the property mac exclude each other');
    }
    const lifetime =
      options.singleShot !== undefined
        ? 'single-shot'
        : options.temporary !== undefined
          ? 'temporary'
          : 'persistent';
    let wanted: ReturnType<typeof parseOptions>;
    try {
      wanted = parseOptions(texts, mac);
    } catch (error) {
      return report(terminal, `create ${link}`, error);
    }
    return await withDladm(terminal, options.root?.at(-1), async (dladm) => {
      try {
        await dladm.create(link, { ...wanted, lifetime, signal: terminal.signal });
        return EXIT.done;
      } catch (error) {
        return report(terminal, `create ${link}`, error);
      }
    });
  },
};
