import { constants, fstatSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbortError, lastErrno, loadLibrary, SysError } from 'libsys';
import { type Directory, letGo } from './directory.ts';
import { DladmError } from './errors.ts';
import { notRegular } from './file-error.ts';

interface LockNative {
  flock(fd: number, operation: number): number;
}

/** The same numbers on Linux, the BSDs and illumos. */
const LOCK_EX = 2;
const LOCK_NB = 4;

/** How long to wait for another program that has the lock. */
const WAIT_MS = 10_000;
const RETRY_MS = 10;

const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK;
const MODE = 0o600;

let native: LockNative | undefined;

/** Takes the exclusive lock of an open file, unless somebody else has it. */
function tryLock(fd: number): boolean {
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

async function waitForLock(
  fd: number,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const end = Date.now() + WAIT_MS; !tryLock(fd); ) {
    if (Date.now() >= end) {
      throw new DladmError({
        status: 'TRYAGAIN',
        op: 'configuration',
        reason: `${path}: another program is changing it`,
      });
    }
    if (signal?.aborted === true) {
      throw new AbortError(signal);
    }
    await sleep(RETRY_MS);
  }
}

/**
 * Takes the exclusive lock that a file of a directory stands for; makes the file. It is never
 * removed: who waits for a file that is removed has not the same lock as who comes later.
 *
 * @param path of what is locked, for errors. @param lockPath of the file.
 * @returns a descriptor. Closing it, which the death of the process does too, gives the lock back.
 * @throws {DladmError} EAGAIN: somebody else has it for too long.
 */
export async function lockFile(
  directory: Directory,
  name: string,
  { path, signal }: { path: string; signal?: AbortSignal | undefined },
): Promise<number> {
  for (;;) {
    const fd = directory.openFile(name, FLAGS, MODE);
    try {
      const what = fstatSync(fd);
      if (!what.isFile()) {
        throw notRegular(`${path}.lock`, what);
      }
      await waitForLock(fd, path, signal);
      if (fstatSync(fd).nlink > 0) {
        return fd;
      }
    } catch (error) {
      letGo(fd);
      throw error;
    }
    // Somebody removed it all the same while it was waited for.
    letGo(fd);
  }
}
