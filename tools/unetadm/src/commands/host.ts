import { dirname, join } from 'node:path';
import { type Column, type JsonValue, type Terminal, UsageError } from 'libofmt';
import {
  chooseKernel,
  type RuntimeDir,
  type ServerStatus,
  serverStatus,
  startServer,
  stopServer,
} from 'libsys';
import { type Command, EXIT, parse } from '../command.ts';
import { chooseOutput, type OutputChoice, outputOptions } from '../output.ts';
import { report } from '../session.ts';
import { ZONE_FORMS, zone } from './zone/index.ts';

const NS_PER_S = 1_000_000_000n;

/** Formats a time as ps(1) does: `[[days-]hours:]minutes:seconds`. */
function formatUptime(ns: bigint): string {
  const seconds = Number(ns / NS_PER_S);
  const two = (value: number): string => `${Math.trunc(value)}`.padStart(2, '0');
  const [days, hours] = [Math.trunc(seconds / 86_400), Math.trunc((seconds % 86_400) / 3600)];
  const rest = `${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
  if (days > 0) {
    return `${days}-${two(hours)}:${rest}`;
  }
  return hours > 0 ? `${two(hours)}:${rest}` : rest;
}

type Value = string | number | undefined;

function column(
  name: string,
  width: number,
  value: (status: ServerStatus) => Value,
  json: (status: ServerStatus) => Value = value,
): Column<ServerStatus> {
  return {
    name,
    width,
    text: (status) => `${value(status) ?? ''}`,
    json: (status): JsonValue => json(status) ?? null,
  };
}

const COLUMNS: readonly Column<ServerStatus>[] = [
  column('STATE', 9, ({ running }) => (running ? 'running' : 'stopped')),
  column('PID', 8, ({ pid }) => pid),
  column('UID', 7, ({ uid }) => uid),
  column('LINKS', 6, ({ links }) => links),
  column('FILES', 6, ({ files }) => files),
  column(
    'UPTIME',
    12,
    ({ uptime }) => (uptime === undefined ? undefined : formatUptime(uptime)),
    ({ uptime }) => (uptime === undefined ? undefined : Number(uptime / NS_PER_S)),
  ),
  column('SOCKET', 30, ({ socket }) => socket),
];

/** Where the server is that the tools use; `undefined` if they use no server. */
function place(): RuntimeDir | undefined {
  const choice = chooseKernel();
  if (choice.kind !== 'server') {
    return undefined;
  }
  const { socket, runtimeDir } = choice;
  const path = dirname(socket);
  return socket === runtimeDir.socket
    ? runtimeDir
    : { path, socket, log: join(path, 'unethostd.log') };
}

async function start(dir: RuntimeDir, terminal: Terminal): Promise<number> {
  if ((await startServer(dir)) === 'started') {
    return EXIT.done;
  }
  const { pid } = serverStatus(dir);
  return report(terminal, 'start the host', new Error(`it is already running: process ${pid}`));
}

async function stop(dir: RuntimeDir, terminal: Terminal): Promise<number> {
  if ((await stopServer(dir)) === 'stopped') {
    return EXIT.done;
  }
  return report(terminal, 'stop the host', new Error(`it is not running at ${dir.socket}`));
}

const START = { words: ['start'], options: {} };
const STOP = { words: ['stop'], options: {} };
const STATUS = { words: ['status'], options: outputOptions(COLUMNS) };

export const host: Command = {
  forms: [START, STOP, STATUS, ...ZONE_FORMS],
  summary:
    'Start, stop or look at the hosted kernel, which the tools start when they need it, and its zones.',

  async run([action, ...args], terminal) {
    if (action === undefined) {
      throw new UsageError('missing argument: start, stop, status or zone');
    }
    if (action === 'zone') {
      return await zone(args, terminal);
    }
    if (action !== 'start' && action !== 'stop' && action !== 'status') {
      throw new UsageError(`unknown subcommand 'host ${action}'`);
    }
    const { options, operands }: { options: OutputChoice; operands: readonly string[] } =
      action === 'status' ? parse(STATUS, args) : parse(action === 'start' ? START : STOP, args);
    if (operands.length > 0) {
      throw new UsageError('too many arguments');
    }
    const output = chooseOutput(terminal, COLUMNS, options);
    const tried = action === 'status' ? 'look at the host' : `${action} the host`;
    try {
      const dir = place();
      if (dir === undefined) {
        return report(terminal, tried, new Error('the kernel chosen is not a hosted server'));
      }
      if (action !== 'status') {
        return await (action === 'start' ? start : stop)(dir, terminal);
      }
      const status = serverStatus(dir);
      output.print([status]);
      return status.running ? EXIT.done : EXIT.failed;
    } catch (error) {
      return report(terminal, tried, error);
    }
  },
};
