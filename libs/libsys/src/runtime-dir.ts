import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SysError } from './sys-error.ts';

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
 * Makes the directory for its user alone, if it is not there, and checks that nobody else could
 * have put anything into it.
 *
 * @throws {SysError} EACCES — it is another user's, or others may write to it; ENOTDIR
 */
export function ensureRuntimeDir(dir: RuntimeDir, uid: number): void {
  mkdirSync(dir.path, { recursive: true, mode: 0o700 });
  const stat = lstatSync(dir.path);
  const refuse = (code: string, text: string): SysError =>
    new SysError({ code, syscall: 'stat', op: `start server in ${dir.path}`, text });
  if (!stat.isDirectory()) throw refuse('ENOTDIR', `${dir.path} is not a directory`);
  if (stat.uid !== uid) throw refuse('EACCES', `${dir.path} is another user's`);
  if ((stat.mode & 0o022) !== 0) throw refuse('EACCES', `others may write to ${dir.path}`);
}
