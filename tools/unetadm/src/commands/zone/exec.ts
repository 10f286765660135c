import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { env } from 'node:process';
import { type Terminal, UsageError } from 'libofmt';
import { enterNetns, openKernel } from 'libsys';
import type { Form } from '../../command.ts';
import { parse } from '../../command.ts';
import { report } from '../../session.ts';

export const EXEC: Form = {
  words: ['zone', 'exec'],
  options: {},
  operands: [{ text: 'zone', complete: 'zone' }, { text: 'command' }, { text: '[argument...]' }],
  dashes: true,
};

/** How shells and env(1) end when a command is not there, or is none. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** Makes sure that the zone runs and is for us; its network namespace, if it is tied to one. */
async function enter(zone: string): Promise<string | undefined> {
  const kernel = await openKernel({ zone });
  try {
    return kernel.hosted?.zoneList().find(({ name }) => name === zone)?.netns;
  } finally {
    kernel.dispose();
  }
}

/** Runs a command to its end and answers with its exit code, as a shell would. */
async function run(
  command: string,
  args: readonly string[],
  zone: string,
  terminal: Terminal,
): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...env, UNET_ZONE: zone } });
  const stop = (): void => {
    // What a terminal sends it sends to the command, too.
    if (terminal.windowLines === undefined) child.kill('SIGTERM');
  };
  terminal.signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']),
      );
    });
  } finally {
    terminal.signal.removeEventListener('abort', stop);
  }
}

export async function exec(args: readonly string[], terminal: Terminal): Promise<number> {
  const [zone, command, ...rest] = parse(EXEC, args).operands;
  if (zone === undefined) throw new UsageError('missing required zone name');
  if (command === undefined) throw new UsageError('missing command');
  try {
    const netns = await enter(zone);
    if (netns !== undefined) enterNetns(netns);
  } catch (error) {
    return report(terminal, `enter zone ${zone}`, error);
  }
  try {
    return await run(command, rest, zone, terminal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const [why, exit] =
      code === 'ENOENT' ? ['command not found', NOT_FOUND] : [`${code}`, NOT_EXECUTABLE];
    report(terminal, `run ${command}`, new Error(why, { cause: error }));
    return exit;
  }
}
