import { formatJson } from 'libofmt';
import { ANY_LINKS, type Command, EXIT, type Form, parse } from '../command.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';

const FORM = {
  options: { json: { word: 'json', about: 'print JSON' } },
  operands: [ANY_LINKS],
} satisfies Form;

const STATUS_WIDTH = 8;

function line({ status, about, text, next }: Finding): string {
  const head = `${status.padEnd(STATUS_WIDTH)}${about}: ${text}\n`;
  return next === undefined ? head : `${head}${' '.repeat(STATUS_WIDTH)}next: ${next}\n`;
}

export const doctor: Command = {
  forms: [FORM],
  summary: 'Say what is wrong, and which command to type next.',

  async run(args, terminal) {
    const { options, operands } = parse(FORM, args);
    const found = await examine(operands);
    terminal.out(
      options.json === undefined
        ? found.map(line).join('')
        : `${formatJson(found.map(({ next = null, ...rest }) => ({ ...rest, next })))}\n`,
    );
    return found.some(({ status }) => status === 'fault') ? EXIT.failed : EXIT.done;
  },
};
