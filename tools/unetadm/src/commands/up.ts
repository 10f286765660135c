import { type Command, parse, ROOT } from '../command.ts';
import { doMany, withDladm } from '../session.ts';

const FORM = {
  options: { root: ROOT },
  operands: [{ text: '[link...]', complete: 'recorded-link', repeat: true }],
} as const;

export const up: Command = {
  forms: [FORM],
  summary: 'Make the recorded links that do not exist now: all of them, or those named.',

  async run(args, terminal) {
    const { options, operands } = parse(FORM, args);
    const names = operands.length === 0 ? undefined : operands;
    return await withDladm(terminal, options.root?.at(-1), (dladm) =>
      doMany(terminal, 'bring up', names ?? ['links'], () =>
        dladm.up(names, { signal: terminal.signal }),
      ),
    );
  },
};
