import { getopt, UsageError } from 'libofmt';

/** What the user asked for. */
export interface Request {
  readonly show: 'rates' | 'help' | 'version';
  /** Links to watch; none: all. */
  readonly links: readonly string[];
  /** Seconds from one report to the next. */
  readonly interval: number;
  /** How many reports. */
  readonly count: number;
}

/** A timer of the event loop cannot wait longer, in seconds. */
const INTERVAL_MAX = 2_147_483;

const isNumber = (text: string | undefined): text is string =>
  text !== undefined && /^[-+.0-9]/.test(text);

function whole(what: string, text: string, highest: number): number {
  const number = /^[0-9]+$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > highest) {
    throw new UsageError(`invalid ${what}: ${text}`);
  }
  return number;
}

/**
 * Understands `[link...] [interval [count]]`: links start with a letter, numbers do not.
 *
 * @throws {UsageError} options, or numbers that are none.
 */
export function parseCommandLine(args: readonly string[]): Request {
  const { options, operands } = getopt(args, {
    help: { word: 'help' },
    version: { word: 'version' },
  });
  const first = operands.findIndex(isNumber);
  const links = first < 0 ? operands : operands.slice(0, first);
  const [interval, count, ...more] = first < 0 ? [] : operands.slice(first);
  if (more.length > 0) {
    throw new UsageError('too many arguments');
  }
  return {
    show: options.help !== undefined ? 'help' : options.version !== undefined ? 'version' : 'rates',
    links,
    interval: interval === undefined ? 1 : whole('interval', interval, INTERVAL_MAX),
    count: count === undefined ? Number.POSITIVE_INFINITY : whole('count', count, 2 ** 31 - 1),
  };
}
