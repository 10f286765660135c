import { UsageError } from 'libofmt';
import { type Command, EXIT, type Form, LINK, parse, ROOT, ZONE } from '../command.ts';
import { report, withDladm } from '../session.ts';

const FORM = {
  options: { zone: ZONE, root: ROOT },
  operands: [LINK, { text: 'newname' }],
} satisfies Form;

export const rename: Command = {
  forms: [FORM],
  summary: 'Give a link another name, also in its record.',

  async run(args, terminal) {
    const { options, operands } = parse(FORM, args);
    const [link, name, ...more] = operands;
    if (link === undefined || name === undefined) {
      throw new UsageError('missing required link names');
    }
    if (more.length > 0) {
      throw new UsageError('too many arguments');
    }
    return await withDladm(terminal, options.root?.at(-1), async (dladm) => {
      try {
        await dladm.rename(link, name, { zone: options.zone?.at(-1), signal: terminal.signal });
        return EXIT.done;
      } catch (error) {
        return report(terminal, `rename ${link}`, error);
      }
    });
  },
};
