import { getopt, UsageError } from 'libofmt';
import type { Command } from '../command.ts';
import { forEach, withDladm } from '../session.ts';

export const destroy: Command = {
  synopsis: ['[-f] [-R root] link...'],
  summary: 'Destroy links, also their records. One that a process holds is left alone without -f.',

  async run(args, terminal) {
    const { options, operands } = getopt(args, {
      force: { letter: 'f', word: 'force' },
      root: { letter: 'R', word: 'root-dir', argument: true },
    });
    if (operands.length === 0) {
      throw new UsageError('missing required link name');
    }
    const how = { force: options.force !== undefined, signal: terminal.signal };
    return await withDladm(terminal, options.root?.at(-1), (dladm) =>
      forEach(terminal, 'destroy', operands, (link) => dladm.destroy(link, how)),
    );
  },
};
