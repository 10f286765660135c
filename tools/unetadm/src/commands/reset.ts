import { UsageError } from 'libofmt';
import { type Command, EXIT, type Form, LINK, parse, ROOT, ZONE } from '../command.ts';
import { splitLists } from '../property-text.ts';
import { report, withDladm } from '../session.ts';

const FORM = {
  options: {
    temporary: { letter: 't', word: 'temporary', about: 'leave the record of the link as it is' },
    zone: ZONE,
    root: ROOT,
  },
  operands: [LINK, { text: '[prop...]', complete: { list: 'property' }, repeat: true }],
} satisfies Form;

export const reset: Command = {
  forms: [FORM],
  summary:
    'Give properties of a link their defaults, all of them or none; without names, every one.',

  async run(args, terminal) {
    const { options, operands } = parse(FORM, args);
    const [link, ...names] = operands;
    if (link === undefined) {
      throw new UsageError('missing required link name');
    }
    const wanted = names.length === 0 ? undefined : splitLists(names);
    return await withDladm(terminal, options.root?.at(-1), async (dladm) => {
      try {
        await dladm.resetProps(
          link,
          wanted?.map((name) => name.toLowerCase()),
          {
            temporary: options.temporary !== undefined,
            zone: options.zone?.at(-1),
            signal: terminal.signal,
          },
        );
        return EXIT.done;
      } catch (error) {
        return report(terminal, `reset ${link}`, error);
      }
    });
  },
};
