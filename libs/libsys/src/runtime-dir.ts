import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the hosted server of a user keeps its socket, lock, log and state. */
export interface RuntimeDir {
  readonly path: string;
  readonly socket: string;
  readonly log: string;
}

/** Chooses the directory; looks at nothing. */
export function runtimeDirOf(env: NodeJS.ProcessEnv, uid: number): RuntimeDir {
  const own = env['UNET_RUNTIME_DIR'];
  const xdg = env['XDG_RUNTIME_DIR'];
  if (own !== undefined && own !== '') return at(own);
  if (uid === 0) return at('/run/unet');
  if (xdg !== undefined && xdg !== '') return at(join(xdg, 'unet'));
  return at(`/tmp/unet-${uid}`);
}

function at(path: string): RuntimeDir {
  return { path, socket: join(path, 'unethostd.sock'), log: join(path, 'unethostd.log') };
}

/**
 * Makes the directory for its user alone, if it is not there. Whether one that is there can be
 * trusted is for the server to judge, which puts its socket into it.
 */
export function makeRuntimeDir(dir: RuntimeDir): void {
  mkdirSync(dir.path, { recursive: true, mode: 0o700 });
}
