import { readFileSync } from 'node:fs';
import { formatOptions, type Terminal, UsageError } from 'libofmt';
import { type Command, EXIT, type Form, formatForm, parse } from './command.ts';

/** The subcommands; each is loaded when it is wanted, because loading takes most of the time. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  create: async () => (await import('./commands/create.ts')).create,
  destroy: async () => (await import('./commands/destroy.ts')).destroy,
  list: async () => (await import('./commands/list.ts')).list,
  get: async () => (await import('./commands/get.ts')).get,
  set: async () => (await import('./commands/set.ts')).set,
  reset: async () => (await import('./commands/reset.ts')).reset,
  rename: async () => (await import('./commands/rename.ts')).rename,
  up: async () => (await import('./commands/up.ts')).up,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  events: async () => (await import('./commands/events.ts')).events,
  capture: async () => (await import('./commands/capture.ts')).capture,
  host: async () => (await import('./commands/host.ts')).host,
  completion: async () => (await import('./commands/completion.ts')).completionOf(loadAll),
  help: async () => help,
};

/** What IPD 62 calls some of them. */
const ALIASES: Readonly<Record<string, string>> = {
  'create-unet': 'create',
  'delete-unet': 'destroy',
  'show-unet': 'list',
  'up-unet': 'up',
};

const NAMES = Object.keys(COMMANDS);

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** The name of a subcommand that may have been called by another one. */
function nameOf(name: string): string {
  return own(ALIASES, name) ?? name;
}

async function load(name: string): Promise<Command> {
  const loadCommand = own(COMMANDS, nameOf(name));
  if (loadCommand === undefined) {
    throw new UsageError(`unknown subcommand '${name}'`);
  }
  return await loadCommand();
}

/** Every subcommand, by its names: its own first. */
async function loadAll(): Promise<ReadonlyMap<readonly string[], Command>> {
  const commands = await Promise.all(NAMES.map(load));
  return new Map(
    commands.map((command, i) => {
      const name = NAMES[i] ?? '';
      const others = Object.keys(ALIASES).filter((alias) => nameOf(alias) === name);
      return [[name, ...others], command];
    }),
  );
}

/** The forms of a subcommand whose words come first in these: all of them, if none of them has any. */
function formsOf({ forms }: Command, words: readonly string[]): readonly Form[] {
  const left = words.findIndex((_, i) => !beginWith(forms, words.slice(0, i + 1)));
  const told = left < 0 ? words : words.slice(0, left);
  return forms.filter((form) => beginWith([form], told));
}

function beginWith(forms: readonly Form[], words: readonly string[]): boolean {
  return forms.some((form) => words.every((word, i) => form.words?.[i] === word));
}

async function usage(names: readonly string[], words: readonly string[] = []): Promise<string> {
  const commands = await Promise.all(names.map(load));
  const lines = commands.flatMap((command, i) =>
    formsOf(command, words).map((form) => `unetadm ${`${names[i]} ${formatForm(form)}`.trimEnd()}`),
  );
  if (names.length > 1) {
    lines.push('unetadm --version');
  }
  return `usage:\t${lines.join('\n\t')}\n`;
}

const OPTION_WIDTH = 20;

/** What each option of a subcommand does; one that several forms have is shown once. */
function describeOptions(forms: readonly Form[]): string {
  const lines = new Set(
    forms.flatMap(({ options }) =>
      Object.values(options).map((option) => {
        const flag = formatOptions([option]).slice(1, -1);
        return `  ${flag.padEnd(OPTION_WIDTH)} ${option.about}\n`;
      }),
    ),
  );
  return lines.size === 0 ? '' : `\n${[...lines].join('')}`;
}

const HELP = {
  options: {},
  operands: [{ text: '[subcommand]', complete: 'subcommand' }],
} satisfies Form;

const help: Command = {
  forms: [HELP],
  summary: 'Show how unetadm is used, or what a subcommand does.',

  async run(args, terminal) {
    const [name, ...words] = parse(HELP, args).operands;
    if (name === undefined) {
      terminal.out(await usage(NAMES));
      return EXIT.done;
    }
    const command = await load(name);
    if (!beginWith(command.forms, words)) {
      throw new UsageError(`unknown subcommand '${[name, ...words].join(' ')}'`);
    }
    const options = describeOptions(formsOf(command, words));
    terminal.out(`${command.summary}\n\n${await usage([nameOf(name)], words)}${options}`);
    return EXIT.done;
  },
};

/** How programs are asked for help; no subcommand has such an option of its own. */
const ASKS_HELP: readonly string[] = ['--help', '-?'];

/** Does a subcommand, or explains it: `create --help`, `host zone create --help`. */
async function runCommand(
  name: string,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const command = await load(name);
  const asked = args.findIndex((arg) => ASKS_HELP.includes(arg));
  const words = args.slice(0, asked);
  if (asked >= 0 && beginWith(command.forms, words)) {
    return await help.run([name, ...words], terminal);
  }
  return await command.run(args, terminal);
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Understands the command line, does what it says and answers the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  try {
    switch (name) {
      case undefined:
        terminal.err(await usage(NAMES));
        return EXIT.usage;
      case '--help':
      case '-?':
        return await help.run(rest, terminal);
      case '--version':
        terminal.out(`unetadm ${version()}\n`);
        return EXIT.done;
      default:
        if (name.startsWith('-')) {
          throw new UsageError(`illegal option -- ${name.replace(/^--?/, '')}`);
        }
        return await runCommand(name, rest, terminal);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) {
      throw error;
    }
    const known = name !== undefined && name !== 'help' && NAMES.includes(nameOf(name));
    const about = known ? [nameOf(name)] : NAMES;
    terminal.err(`unetadm: ${error.message}\n${await usage(about, known ? rest : [])}`);
    return EXIT.usage;
  }
}
