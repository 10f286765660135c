import { DladmError } from 'libdladm-ts';
import { UsageError } from 'libofmt';
import { type Command, EXIT, type Form, LINK, parse, ROOT, ZONE } from '../command.ts';
import { parseProperties, splitLists, splitProperties } from '../property-text.ts';
import { report, withDladm } from '../session.ts';

const FORM = {
  options: {
    temporary: { letter: 't', word: 'temporary', about: 'leave the record of the link as it is' },
    zone: ZONE,
    root: ROOT,
  },
  operands: [LINK, { text: 'prop=value...', complete: { list: 'assignment' }, repeat: true }],
} satisfies Form;

export const set: Command = {
  forms: [FORM],
  summary: 'Set properties of a link, all of them or none; with -t not in its record.',

  async run(args, terminal) {
    const { options, operands } = parse(FORM, args);
    const [link, ...properties] = operands;
    if (link === undefined || properties.length === 0) {
      throw new UsageError('missing arguments to set');
    }
    const texts = splitProperties(splitLists(properties));
    let values: Record<string, unknown>;
    try {
      if (texts.has('stack')) {
        throw new DladmError({
          status: 'PROPRDONLY',
          op: 'parse',
          property: 'stack',
          reason: 'property is read-only: stack (it is given at create)',
        });
      }
      values = parseProperties(texts);
    } catch (error) {
      return report(terminal, `set ${link}`, error);
    }
    return await withDladm(terminal, options.root?.at(-1), async (dladm) => {
      try {
        await dladm.setProps(link, values, {
          temporary: options.temporary !== undefined,
          zone: options.zone?.at(-1),
          signal: terminal.signal,
        });
        return EXIT.done;
      } catch (error) {
        return report(terminal, `set ${link}`, error);
      }
    });
  },
};
