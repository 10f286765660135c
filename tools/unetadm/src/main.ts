import { readFileSync } from 'node:fs';
import { type Terminal, UsageError } from 'libofmt';
import { type Command, EXIT } from './command.ts';

/** The subcommands; each is loaded when it is wanted, because loading takes most of the time. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  create: async () => (await import('./commands/create.ts')).create,
  destroy: async () => (await import('./commands/destroy.ts')).destroy,
  list: async () => (await import('./commands/list.ts')).list,
  get: async () => (await import('./commands/get.ts')).get,
  set: async () => (await import('./commands/set.ts')).set,
  up: async () => (await import('./commands/up.ts')).up,
  host: async () => (await import('./commands/host.ts')).host,
};

const NAMES = Object.keys(COMMANDS);

async function load(name: string): Promise<Command> {
  const loadCommand = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (loadCommand === undefined) {
    throw new UsageError(`unknown subcommand '${name}'`);
  }
  return await loadCommand();
}

async function usage(names: readonly string[]): Promise<string> {
  const commands = await Promise.all(names.map(load));
  const lines = commands.flatMap(({ synopsis }, i) =>
    synopsis.map((line) => `unetadm ${`${names[i]} ${line}`.trimEnd()}`),
  );
  if (names.length > 1) {
    lines.push('unetadm help [subcommand]', 'unetadm --version');
  }
  return `usage:\t${lines.join('\n\t')}\n`;
}

async function help(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (rest.length > 0) {
    throw new UsageError('too many arguments');
  }
  if (name === undefined) {
    terminal.out(await usage(NAMES));
  } else {
    const { summary } = await load(name);
    terminal.out(`${summary}\n\n${await usage([name])}`);
  }
  return EXIT.done;
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
      case 'help':
      case '--help':
        return await help(rest, terminal);
      case '--version':
        terminal.out(`unetadm ${version()}\n`);
        return EXIT.done;
      default:
        if (name.startsWith('-')) {
          throw new UsageError(`illegal option -- ${name.replace(/^--?/, '')}`);
        }
        return await (await load(name)).run(rest, terminal);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) {
      throw error;
    }
    const about = name !== undefined && NAMES.includes(name) ? [name] : NAMES;
    terminal.err(`unetadm: ${error.message}\n${await usage(about)}`);
    return EXIT.usage;
  }
}
