/** One option of a command. */
export interface OptionSpec {
  /** Its letter, for `-x`. */
  readonly letter?: string;
  /** Its word, for `--word`. */
  readonly word?: string;
  /** Whether an argument follows; as text also what a usage calls it. */
  readonly argument?: boolean | string;
}

/** A command line that cannot be understood; the answer is the usage, and exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}

/** A command line, taken apart. */
export interface CommandLine<Name extends string> {
  /** For each option that was given its arguments, in order; `''` for one without. */
  readonly options: Partial<Record<Name, readonly string[]>>;
  readonly operands: readonly string[];
}

const takesArgument = (spec: OptionSpec | undefined): boolean =>
  spec?.argument !== undefined && spec.argument !== false;

/**
 * Writes options as a usage shows them, each by its letter if it has one: `[-f] [-m mac] [--json]`.
 */
export function formatOptions(specs: Iterable<OptionSpec>): string {
  return Array.from(specs, (spec) => {
    const flag = spec.letter === undefined ? `--${spec.word}` : `-${spec.letter}`;
    const argument = typeof spec.argument === 'string' ? spec.argument : 'argument';
    return takesArgument(spec) ? `[${flag} ${argument}]` : `[${flag}]`;
  }).join(' ');
}

/**
 * Takes a command line apart as getopt(3C) does: options come first, letters can
 * be bundled, an argument can follow its letter directly, `--` ends the options.
 * Words (`--json`, `--mac=2:8:20:0:0:1`) are taken besides, whole.
 *
 * @throws {UsageError} with the text that illumos programs show.
 */
export function getopt<Name extends string>(
  args: readonly string[],
  specs: Readonly<Record<Name, OptionSpec>>,
): CommandLine<Name> {
  const entries = Object.entries(specs) as [Name, OptionSpec][];
  const options: Partial<Record<Name, string[]>> = {};
  const add = (name: Name, value: string): void => {
    const values = options[name] ?? [];
    values.push(value);
    options[name] = values;
  };

  let at = 0;
  const argumentOf = (shown: string): string => {
    at += 1;
    const value = args[at];
    if (value === undefined) {
      throw new UsageError(`option requires an argument -- ${shown}`);
    }
    return value;
  };

  const takeWord = (text: string): void => {
    const equals = text.indexOf('=');
    const word = equals < 0 ? text : text.slice(0, equals);
    const [name, spec] = entries.find(([, { word: known }]) => known === word) ?? [];
    if (name === undefined) {
      throw new UsageError(`illegal option -- ${word}`);
    }
    if (takesArgument(spec)) {
      add(name, equals < 0 ? argumentOf(word) : text.slice(equals + 1));
    } else if (equals >= 0) {
      throw new UsageError(`option takes no argument -- ${word}`);
    } else {
      add(name, '');
    }
  };

  const takeLetters = (text: string): void => {
    for (let i = 0; i < text.length; i++) {
      const letter = text.charAt(i);
      const [name, spec] = entries.find(([, { letter: known }]) => known === letter) ?? [];
      if (name === undefined) {
        throw new UsageError(`illegal option -- ${letter}`);
      }
      if (takesArgument(spec)) {
        const rest = text.slice(i + 1);
        add(name, rest === '' ? argumentOf(letter) : rest);
        return;
      }
      add(name, '');
    }
  };

  for (; at < args.length; at++) {
    const text = args[at] ?? '';
    if (text === '--') {
      at += 1;
      break;
    }
    if (text.startsWith('--')) {
      takeWord(text.slice(2));
    } else if (text.startsWith('-') && text !== '-') {
      takeLetters(text.slice(1));
    } else {
      break;
    }
  }
  return { options, operands: args.slice(at) };
}
