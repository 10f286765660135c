import { spawnSync } from 'node:child_process';

/** How to run a program where it may make a TAP interface, or why that cannot be. */
export type TapPermission = { readonly prefix: readonly string[] } | { readonly refused: string };

/** Finds out how TAP interfaces can be made: in a network namespace that goes with its process. */
export function tapPermission(probe: readonly string[]): TapPermission {
  if (process.platform !== 'linux') return { refused: 'TAP interfaces are measured on Linux only' };
  const prefix =
    process.getuid?.() === 0
      ? ['unshare', '--net']
      : ['unshare', '--user', '--map-root-user', '--net'];
  const [program = '', ...args] = [...prefix, ...probe];
  const tried = spawnSync(program, args, { input: '', encoding: 'utf8' });
  if (tried.status === 0) return { prefix };
  const reason = tried.error?.message ?? tried.stderr.trim();
  return { refused: reason === '' ? 'the system does not let us make one' : reason };
}
