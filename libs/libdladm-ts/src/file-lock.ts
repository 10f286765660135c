import { lastErrno, loadLibrary, SysError } from 'libsys';

interface LockNative {
  flock(fd: number, operation: number): number;
}

/** The same numbers on Linux, the BSDs and illumos. */
const LOCK_EX = 2;
const LOCK_NB = 4;

let native: LockNative | undefined;

/**
 * Takes the exclusive lock of an open file, unless somebody else has it. Closing the file, which
 * the death of the process does too, gives it back.
 *
 * @throws {SysError} the file cannot be locked at all.
 */
export function tryLock(fd: number): boolean {
  native ??= loadLibrary<LockNative>(undefined, {
    flock: { result: 'int', params: ['int', 'int'] },
  });
  if (native.flock(fd, LOCK_EX | LOCK_NB) === 0) {
    return true;
  }
  const error = new SysError({ errno: lastErrno(), syscall: 'flock' });
  if (error.code === 'EAGAIN' || error.code === 'EWOULDBLOCK' || error.code === 'EINTR') {
    return false;
  }
  throw error;
}
