import type { Workbench } from './workbench.ts';

/** Characters of a number that differs from run to run, such as a process id. */
interface Unstable {
  readonly text: string;
  readonly as: string;
}

/**
 * What a user sees: commands, what they print, and how they end if not with 0. Lines of standard
 * error begin with `! `. What differs from run to run is replaced, and takes the same room.
 */
export class Transcript {
  readonly #bench: Workbench;
  readonly #unstable: Unstable[];
  #text = '';

  constructor(bench: Workbench) {
    this.#bench = bench;
    this.#unstable = [{ text: bench.dir, as: '/DIR' }];
  }

  /** Shows `as` wherever `text` would be. */
  replace(text: string | number | undefined, as: string): void {
    this.#unstable.push({ text: `${text}`, as });
  }

  /** Runs commands, each a line; blank lines and comments are taken over. */
  async play(commands: string): Promise<void> {
    for (const line of commands.trim().split('\n')) {
      const command = line.trim();
      if (command === '' || command.startsWith('#')) {
        this.#text += `${command}\n`;
        continue;
      }
      const { exit, out, err } = await this.#bench.shell(command, { cwd: this.#bench.dir });
      const errors = err.replace(/^/gm, '! ').replace(/! $/, '');
      this.#text += `$ ${command}\n${out}${errors}${exit === 0 ? '' : `[exit ${exit}]\n`}`;
    }
  }

  toString(): string {
    let text = this.#text;
    for (const { text: unstable, as } of this.#unstable) {
      // The spaces behind it fill its column.
      text = text.replace(new RegExp(`${unstable}( *)`, 'g'), (found: string, room: string) =>
        room === '' ? as : as.padEnd(found.length),
      );
    }
    return text;
  }
}
