import { UNET_PERM_WRITE, UNET_PROPS } from 'libsys/unet-abi';
import type { Command, Completion, Form, Option } from '../command.ts';
import { PROPERTY_WORDS, STACK } from '../property-values.ts';

/**
 * A place in a command line: after these words come further words, or options and operands. Made from
 * the tables that getopt uses, so that nothing is said twice.
 */
export interface Place {
  /** The subcommand and the words behind it; empty at the beginning of the line. */
  readonly path: readonly string[];
  /** Words that may follow, and what they are about. */
  readonly next: ReadonlyMap<string, string>;
  readonly options: readonly PlaceOption[];
  /** What the operands are, in order; the last one again and again if it repeats. */
  readonly operands: readonly PlaceOperand[];
}

export interface PlaceOption {
  /** `-m` and `--mac`, or only one of them. */
  readonly flags: readonly string[];
  readonly about: string;
  /** What its argument is, as the scripts know it; `undefined`: it has none. */
  readonly argument: Source | undefined;
}

export interface PlaceOperand {
  readonly source: Source;
  readonly repeat: boolean;
}

/**
 * Where candidates come from, in the words of the scripts: the name of one of their functions, or
 * `words a b`, or, with commas between several, `list a b`.
 */
export type Source = string;

/** What is asked for in every script by a function of its own. */
export const ASKED = {
  link: ['list', '-p', '-o', 'link'],
  'recorded-link': ['list', '-P', '-p', '-o', 'link'],
} as const;

/** The command that names the zones, on illumos and elsewhere. */
export const ASK_ZONES =
  'zoneadm list 2>/dev/null || unetadm host zone list -p -o zone 2>/dev/null';

const WRITABLE = UNET_PROPS.filter(
  ({ name, perm }) => (perm & UNET_PERM_WRITE) !== 0 || name === 'zone',
);
const PROPERTIES: readonly string[] = [...UNET_PROPS.map(({ name }) => name), STACK];

/** The properties that can be given, each with the words that it can be. */
export const ASSIGNMENTS: ReadonlyMap<string, readonly string[]> = new Map(
  [...WRITABLE.map(({ name }) => name as string), STACK].map((name) => [
    name,
    PROPERTY_WORDS[name] ?? [],
  ]),
);

function sourceOf(complete: Completion | undefined, subcommands: readonly string[]): Source {
  if (complete === undefined) {
    return 'nothing';
  }
  if (typeof complete === 'string') {
    switch (complete) {
      case 'property':
        return `words ${PROPERTIES.join(' ')}`;
      case 'subcommand':
        return `words ${subcommands.join(' ')}`;
      default:
        return complete;
    }
  }
  if ('list' in complete) {
    const { list } = complete;
    if (list === 'assignment') {
      return 'assignments';
    }
    return `list ${(list === 'property' ? PROPERTIES : list).join(' ')}`;
  }
  return complete.length === 0 ? 'nothing' : `words ${complete.join(' ')}`;
}

function optionOf(
  { letter, word, about, argument, complete }: Option,
  subcommands: readonly string[],
): PlaceOption {
  return {
    flags: [...(letter === undefined ? [] : [`-${letter}`]), ...(word ? [`--${word}`] : [])],
    about,
    argument: argument === undefined ? undefined : sourceOf(complete, subcommands),
  };
}

function placeOf(path: readonly string[], form: Form, subcommands: readonly string[]): Place {
  return {
    path,
    next: new Map(),
    options: Object.values(form.options).map((option) => optionOf(option, subcommands)),
    operands: (form.operands ?? []).map(({ complete, repeat = false }) => ({
      source: sourceOf(complete, subcommands),
      repeat,
    })),
  };
}

/**
 * Every place of a command line, those with fewer words first. Of the names of a subcommand only the
 * first is offered.
 */
export function placesOf(commands: ReadonlyMap<readonly string[], Command>): Place[] {
  const subcommands = [...commands.keys()].map(([name = '']) => name);
  const nexts = new Map<string, Map<string, string>>();
  const places: Place[] = [];
  const add = (path: readonly string[], word: string, about: string): void => {
    const key = path.join(' ');
    nexts.set(key, (nexts.get(key) ?? new Map<string, string>()).set(word, about));
  };
  for (const [names, { forms, summary }] of commands) {
    add([], names[0] ?? '', summary);
    for (const name of names) {
      for (const form of forms) {
        const path = [name, ...(form.words ?? [])];
        path.slice(1).forEach((word, i) => {
          add(path.slice(0, i + 1), word, '');
        });
        places.push(placeOf(path, form, subcommands));
      }
    }
  }
  for (const [key, next] of nexts) {
    places.push({ path: key === '' ? [] : key.split(' '), next, options: [], operands: [] });
  }
  return places.sort((a, b) => a.path.length - b.path.length);
}
