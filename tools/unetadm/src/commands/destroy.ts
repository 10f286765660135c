import { LinkRecords } from 'libdladm-ts';
import { UsageError } from 'libofmt';
import { type Command, type Form, LINKS, parse, ROOT, ZONE } from '../command.ts';
import { doMany, forEach, withDladm } from '../session.ts';

const FORM = {
  options: {
    force: { letter: 'f', word: 'force', about: 'also a link that a process holds' },
    zone: ZONE,
    root: ROOT,
  },
  operands: [LINKS],
} satisfies Form;

export const destroy: Command = {
  forms: [FORM],
  summary: 'Destroy links, also their records. One that a process holds is left alone without -f.',

  async run(args, terminal) {
    const { options, operands } = parse(FORM, args);
    if (operands.length === 0) {
      throw new UsageError('missing required link name');
    }
    const how = {
      force: options.force !== undefined,
      zone: options.zone?.at(-1),
      signal: terminal.signal,
    };
    return await withDladm(terminal, options.root?.at(-1), (dladm) =>
      dladm instanceof LinkRecords
        ? forEach(terminal, 'destroy', operands, (link) => dladm.destroy(link, how))
        : doMany(terminal, 'destroy', operands, () => dladm.destroyMany(operands, how)),
    );
  },
};
