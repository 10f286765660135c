import { type Command, EXIT, parse, ROOT } from '../command.ts';
import { report, withDladm } from '../session.ts';

const FORM = {
  options: { root: ROOT },
  operands: [{ text: '[link...]', complete: 'recorded-link', repeat: true }],
} as const;

export const up: Command = {
  forms: [FORM],
  summary: 'Make the recorded links that do not exist now: all of them, or those named.',

  async run(args, terminal) {
    const { options, operands } = parse(FORM, args);
    return await withDladm(terminal, options.root?.at(-1), async (dladm) => {
      try {
        const names = operands.length === 0 ? undefined : operands;
        const failures = (await dladm.up(names, terminal.signal)).filter(
          ({ error }) => error !== undefined,
        );
        for (const { name, error } of failures) {
          report(terminal, `bring up ${name}`, error);
        }
        return failures.length === 0 ? EXIT.done : EXIT.failed;
      } catch (error) {
        return report(terminal, `bring up ${operands.join(' ') || 'links'}`, error);
      }
    });
  },
};
