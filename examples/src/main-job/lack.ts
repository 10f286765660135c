import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { repositoryFile } from './programs.ts';

/** What this machine does not have or permit, and the command that changes that. */
export interface Lack {
  readonly what: string;
  readonly remedy?: string;
}

/** The part of setup/tools.mjs that is used here. */
interface Tools {
  missingTool(name: string): string | undefined;
}

/** What a link needs of the machine before the system's own `ping` can reach it. */
const PROGRAMS = ['unshare', 'ip', 'ping'];

/** A network namespace of its own, which goes with the last process in it. */
export function namespacePrefix(uid: number): readonly string[] {
  return uid === 0 ? ['unshare', '--net'] : ['unshare', '--user', '--map-root-user', '--net'];
}

/** Finds what is lacking for a TAP interface in a network namespace, by trying; nothing stays. */
export async function lacksForTap(
  prefix: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Lack[]> {
  if (process.platform !== 'linux') return [{ what: 'only Linux has TAP interfaces of this kind' }];

  const { missingTool } = (await import(repositoryFile('setup/tools.mjs').href)) as Tools;
  const missing = PROGRAMS.map(missingTool).filter((text) => text !== undefined);
  if (missing.length > 0) return missing.map(withRemedy);

  const namespace = attempt([...prefix, 'true'], env);
  if (namespace !== undefined) {
    return [
      {
        what: `no network namespace of our own: ${namespace}`,
        remedy: 'sudo sysctl -w kernel.unprivileged_userns_clone=1',
      },
    ];
  }
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK);
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return [
      absent
        ? { what: 'there is no /dev/net/tun', remedy: 'sudo modprobe tun' }
        : { what: '/dev/net/tun is not for this user', remedy: 'sudo chmod 666 /dev/net/tun' },
    ];
  }
  const tap = attempt([...prefix, 'ip', 'tuntap', 'add', 'dev', 'unetprobe0', 'mode', 'tap'], env);
  if (tap !== undefined) return [{ what: `no TAP interface can be made: ${tap}` }];

  for (const [family, address] of [
    ['-4', '127.0.0.1'],
    ['-6', '::1'],
  ]) {
    const ping = `ip link set lo up && ping ${family} -q -c 1 -W 2 ${address}`;
    const failed = attempt([...prefix, 'sh', '-c', ping], env);
    if (failed !== undefined) return [{ what: `ping ${family} does not work here: ${failed}` }];
  }
  return [];
}

/** Splits "ping is not installed; `apt-get install …`" of setup/tools.mjs. */
function withRemedy(text: string): Lack {
  const [, what, remedy] = /^(.*); `(.*)`$/.exec(text) ?? [];
  return what === undefined || remedy === undefined ? { what: text } : { what, remedy };
}

/** Runs a command; why it failed, or undefined. */
function attempt(command: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  const [program = '', ...args] = command;
  const { status, stderr, stdout, error } = spawnSync(program, args, { env, encoding: 'utf8' });
  if (status === 0) return undefined;
  const words = error?.message ?? `${stderr}\n${stdout}`.trim().split('\n')[0];
  return words === undefined || words === '' ? `${program} failed` : words;
}
