import { ERRNO, errnoName, errnoNumber, errnoText, SysError } from 'libsys';
import { DladmError } from './errors.ts';
import { statusOf } from './status.ts';

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ELOOP: 'it is a symbolic link',
  ENOSPC: 'no space left on device',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'more than this process may write to a file',
  EROFS: 'read-only file system',
  EIO: 'input/output error',
  ENOTDIR: 'not a directory',
};

/**
 * The errno's name of something thrown by Node.js or libsys. Node.js has no name for some, such as
 * EDQUOT, but tells the number, negated.
 */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') {
    return undefined;
  }
  const named = ERRNO[error.code] !== undefined;
  return !named && 'errno' in error && typeof error.errno === 'number'
    ? errnoName(-error.errno)
    : error.code;
}

/** Says in the terms of this library that a file could not be used; other errors stay themselves. */
export function fileError(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code === undefined || ERRNO[code] === undefined || error instanceof DladmError) {
    return error;
  }
  const text = error instanceof SysError ? error.text : errnoText(errnoNumber(code));
  return new DladmError({
    status: statusOf(code),
    code,
    op: 'configuration',
    syscall: (error as { syscall?: string }).syscall ?? 'open',
    reason: `${path}: ${WORDS[code] ?? text}`,
    cause: error,
  });
}

/** Does something with the file at a path; what fails is told of that path. */
export function withFile<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw fileError(error, path);
  }
}

/** What to throw when something else than a regular file is at a path. */
export function notRegular(path: string, what: { isDirectory(): boolean }): DladmError {
  const code = what.isDirectory() ? 'EISDIR' : 'EINVAL';
  const reason = `${path}: ${what.isDirectory() ? WORDS[code] : 'it is not a regular file'}`;
  return new DladmError({ status: 'BADARG', code, op: 'configuration', syscall: 'open', reason });
}
