import { type CommandLine, getopt, UsageError } from 'libofmt';
import { type ListenAddress, parseListen } from './listen-address.ts';
import { OPTIONS, type OptionName } from './options.ts';

/** What the user asked for. */
export type Show =
  | 'help'
  | 'version'
  /** The columns of vndstat. */
  | 'columns'
  /** The fields named, as a table. */
  | 'table'
  | 'parsable'
  | 'json'
  | 'live'
  | 'openmetrics'
  | 'listen';

/** A command line that makes sense. */
export interface Request {
  readonly show: Show;
  /** Links to watch; none: all. */
  readonly links: readonly string[];
  /** Only links of this zone. */
  readonly zone: string | undefined;
  /** Counters since the links were made, instead of rates. */
  readonly totals: boolean;
  /** Whether each report starts with the time, and how it is written: Unix time or a date. */
  readonly time: 'u' | 'd' | undefined;
  readonly fields: string | undefined;
  readonly delimiter: string | undefined;
  /** Seconds from one report to the next. */
  readonly interval: number;
  /** How many reports. */
  readonly count: number;
  readonly listen: ListenAddress | undefined;
}

type Options = CommandLine<OptionName>['options'];

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

/** An option as messages call it. */
function called(name: OptionName): string {
  const { letter, word } = OPTIONS[name];
  return letter === undefined ? `--${word}` : `-${letter}`;
}

/** The options that choose what is shown; each excludes the others. */
const SHOWS = ['parsable', 'json', 'live', 'openmetrics', 'listen'] as const;

function showOf(options: Options): Show {
  if (options.help !== undefined) return 'help';
  if (options.version !== undefined) return 'version';
  const [first, second] = SHOWS.filter((name) => options[name] !== undefined);
  if (first !== undefined && second !== undefined) {
    throw new UsageError(`${called(first)} and ${called(second)} exclude each other`);
  }
  return first ?? (options.fields !== undefined ? 'table' : 'columns');
}

/** With which of these each of the other options goes. */
const GOES_WITH = {
  totals: ['columns', 'table', 'parsable', 'json'],
  time: ['columns', 'table'],
  fields: ['table', 'parsable', 'json'],
  delimiter: ['parsable'],
  public: ['listen'],
} as const satisfies Partial<Record<OptionName, readonly Show[]>>;

/** What takes an interval, and a count besides. */
const WITH_INTERVAL: readonly Show[] = ['columns', 'table', 'parsable', 'json', 'live'];

function checkTogether(show: Show, options: Options): void {
  for (const [key, shows] of Object.entries(GOES_WITH)) {
    const name = key as keyof typeof GOES_WITH;
    if (options[name] === undefined || (shows as readonly Show[]).includes(show)) continue;
    if (name === 'delimiter') throw new UsageError('-d cannot be used without -p');
    if (name === 'public') throw new UsageError('--public cannot be used without --listen');
    const other = SHOWS.find((shown) => shown === show) ?? 'live';
    const hint = name === 'time' ? '; there is a field: time' : '';
    throw new UsageError(
      `${called(name)} and ${called(other)} exclude each other${show === 'parsable' || show === 'json' ? hint : ''}`,
    );
  }
}

function timeOf(text: string | undefined): 'u' | 'd' | undefined {
  if (text === undefined || text === 'u' || text === 'd') return text;
  throw new UsageError(`invalid argument of -T: ${text}; it is u or d`);
}

/**
 * Understands `[options] [link...] [interval [count]]`: links start with a letter, numbers do not.
 * Totals are shown once unless there is an interval, rates every second.
 *
 * @throws {UsageError} options, or numbers that are none.
 */
export function parseCommandLine(args: readonly string[]): Request {
  const { options, operands } = getopt(args, OPTIONS);
  const show = showOf(options);
  if (show !== 'help' && show !== 'version') checkTogether(show, options);

  const first = operands.findIndex(isNumber);
  const links = first < 0 ? operands : operands.slice(0, first);
  const [interval, count, ...more] = first < 0 ? [] : operands.slice(first);
  const most = WITH_INTERVAL.includes(show) ? (show === 'live' ? 1 : 2) : 0;
  if (more.length > 0 || [interval, count].filter(isNumber).length > most) {
    throw new UsageError('too many arguments');
  }
  const listen = options.listen?.at(-1);
  const endless = options.totals !== undefined && interval === undefined ? 1 : undefined;
  return {
    show,
    links,
    zone: options.zone?.at(-1),
    totals: options.totals !== undefined,
    time: timeOf(options.time?.at(-1)),
    fields: options.fields?.at(-1),
    delimiter: options.delimiter?.at(-1),
    interval: interval === undefined ? 1 : whole('interval', interval, INTERVAL_MAX),
    count:
      count === undefined
        ? (endless ?? Number.POSITIVE_INFINITY)
        : whole('count', count, 2 ** 31 - 1),
    listen:
      listen === undefined
        ? undefined
        : parseListen(listen, { anyAddress: options.public !== undefined }),
  };
}
