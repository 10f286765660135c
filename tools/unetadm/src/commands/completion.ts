import { UsageError } from 'libofmt';
import { type Command, EXIT, type Form, parse } from '../command.ts';
import { bashScript } from '../completion/bash.ts';
import { fishScript } from '../completion/fish.ts';
import { type Place, placesOf } from '../completion/place.ts';
import { zshScript } from '../completion/zsh.ts';

const SCRIPTS: Readonly<Record<string, (places: readonly Place[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const SHELLS = Object.keys(SCRIPTS);

const FORM = {
  options: {},
  operands: [{ text: SHELLS.join('|'), complete: SHELLS }],
} satisfies Form;

/** The subcommand that prints completion scripts for all of `commands`, itself too. */
export function completionOf(
  commands: () => Promise<ReadonlyMap<readonly string[], Command>>,
): Command {
  return {
    forms: [FORM],
    summary: 'Print a script that completes command lines of unetadm in a shell.',

    async run(args, terminal) {
      const [shell, ...more] = parse(FORM, args).operands;
      if (shell === undefined) {
        throw new UsageError(`missing argument: ${SHELLS.join(', ')}`);
      }
      const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
      if (script === undefined) {
        throw new UsageError(`unknown shell '${shell}'`);
      }
      if (more.length > 0) {
        throw new UsageError('too many arguments');
      }
      terminal.out(script(placesOf(await commands())));
      return EXIT.done;
    },
  };
}
