import { formatOptions, type OptionSpec } from 'libofmt';

/** The options by what they are for. */
export type OptionName =
  | 'totals'
  | 'time'
  | 'zone'
  | 'parsable'
  | 'delimiter'
  | 'fields'
  | 'json'
  | 'live'
  | 'openmetrics'
  | 'listen'
  | 'public'
  | 'help'
  | 'version';

/** The options, for getopt and the usage. */
export const OPTIONS: Readonly<Record<OptionName, OptionSpec>> = {
  totals: { letter: 'i', word: 'totals' },
  time: { letter: 'T', word: 'time', argument: 'u|d' },
  zone: { letter: 'z', word: 'zone', argument: 'zone' },
  parsable: { letter: 'p', word: 'parsable' },
  delimiter: { letter: 'd', word: 'delimiter', argument: 'delim' },
  fields: { letter: 'o', word: 'output', argument: 'field,...' },
  json: { word: 'json' },
  live: { letter: 'l', word: 'live' },
  openmetrics: { word: 'openmetrics' },
  listen: { word: 'listen', argument: '[addr:]port' },
  public: { word: 'public' },
  help: { word: 'help' },
  version: { word: 'version' },
};

/** The ways to call unetstat, by what is shown. */
const FORMS: readonly (readonly [options: readonly OptionName[], operands: string])[] = [
  [['totals', 'time', 'zone'], '[link...] [interval [count]]'],
  [
    ['totals', 'time', 'zone', 'parsable', 'delimiter'],
    '-o field,... [link...] [interval [count]]',
  ],
  [['totals', 'zone', 'fields'], '--json [link...] [interval [count]]'],
  [['zone'], '-l [link...] [interval]'],
  [['zone'], '--openmetrics [link...]'],
  [['public', 'zone'], '--listen [addr:]port [link...]'],
];

/** How unetstat is called. */
export function usage(): string {
  const lines = FORMS.map(
    ([names, rest]) => `unetstat ${formatOptions(names.map((name) => OPTIONS[name]))} ${rest}`,
  );
  return `usage:\t${[...lines, 'unetstat --help | --version'].join('\n\t')}\n`;
}
