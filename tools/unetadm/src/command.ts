import {
  type CommandLine,
  formatOptions,
  getopt,
  type OptionSpec,
  type Terminal,
  UsageError,
} from 'libofmt';

/**
 * What completion offers for an operand or for the argument of an option: names of things, the words
 * of a fixed list, or several of such words with commas between.
 */
export type Completion =
  | 'link'
  | 'recorded-link'
  | 'zone'
  | 'directory'
  | 'file'
  | 'user'
  | 'property'
  | 'assignment'
  | 'subcommand'
  | readonly string[]
  | { readonly list: 'property' | 'assignment' | readonly string[] };

/** An option, for getopt, the usage, `help` and completion: this is the only list of them. */
export interface Option extends OptionSpec {
  /** What it does, in a few words. */
  readonly about: string;
  /** What a usage calls its argument, if it has one. */
  readonly argument?: string;
  readonly complete?: Completion;
}

/** What follows the options. */
export interface Operand {
  /** As a usage shows it: `[link...]`. */
  readonly text: string;
  readonly complete?: Completion;
  /** Whether all that follows is the same. */
  readonly repeat?: boolean;
}

/** One way to call a subcommand. */
export interface Form {
  /** Words between the subcommand and the options: `zone`, `create`. */
  readonly words?: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  readonly operands?: readonly Operand[];
  /** Whether operands may start with `-`: options of another command, or options after links. */
  readonly dashes?: true;
}

/** A subcommand of unetadm. */
export interface Command {
  readonly forms: readonly Form[];
  /** One sentence, for `help`. */
  readonly summary: string;
  /** Does it and answers the exit code. @throws {UsageError} the arguments make no sense. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** Exit codes. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Operands that are one link, or any number of them. */
export const LINK: Operand = { text: 'link', complete: 'link' };
export const LINKS: Operand = { text: 'link...', complete: 'link', repeat: true };
export const ANY_LINKS: Operand = { text: '[link...]', complete: 'link', repeat: true };

/** Where records are. */
export const ROOT: Option = {
  letter: 'R',
  word: 'root-dir',
  argument: 'root',
  about: 'directory below which links are recorded',
  complete: 'directory',
};

/** Which zone's links are meant. */
export const ZONE: Option = {
  letter: 'z',
  word: 'zone',
  argument: 'zone',
  about: 'only a link of this zone',
  complete: 'zone',
};

/**
 * Takes the command line of a form apart. An operand that starts with `-` was meant for an option:
 * that is told, unless it follows `--`. @throws {UsageError}
 */
export function parse<F extends Form>(
  form: F,
  args: readonly string[],
): CommandLine<keyof F['options'] & string> {
  const line = getopt(args, form.options as Record<keyof F['options'] & string, Option>);
  const late = line.operands.find((text) => /^-./.test(text));
  if (late !== undefined && form.dashes !== true && !args.includes('--')) {
    throw new UsageError(`options come before operands: ${late}`);
  }
  return line;
}

/** A form as a usage shows it. */
export function formatForm({ words = [], options, operands = [] }: Form): string {
  return [...words, formatOptions(Object.values(options)), ...operands.map(({ text }) => text)]
    .filter((part) => part !== '')
    .join(' ');
}
