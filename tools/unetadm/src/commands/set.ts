import { DladmError } from 'libdladm-ts';
import { getopt, UsageError } from 'libofmt';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import { parseProperties, splitProperties } from '../property-text.ts';
import { report, withDladm } from '../session.ts';

export const set: Command = {
  synopsis: ['[-t] [-R root] link prop=value...'],
  summary: 'Set properties of a link, all of them or none; with -t not in its record.',

  async run(args, terminal) {
    const { options, operands } = getopt(args, {
      temporary: { letter: 't', word: 'temporary' },
      root: { letter: 'R', word: 'root-dir', argument: true },
    });
    const [link, ...properties] = operands;
    if (link === undefined || properties.length === 0) {
      throw new UsageError('missing arguments to set');
    }
    const texts = splitProperties(properties);
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
        const how = { temporary: options.temporary !== undefined, signal: terminal.signal };
        await dladm.setProps(link, values, how);
        return EXIT.done;
      } catch (error) {
        return report(terminal, `set ${link}`, error);
      }
    });
  },
};
