import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbortError, ERRNO, SysError } from 'libsys';
import { DatalinkConf } from './datalink-conf.ts';
import { DladmError } from './errors.ts';
import { tryLock } from './file-lock.ts';
import { statusOf } from './status.ts';

/** The file of the records below a root directory, where dlmgmtd has it too. */
export const CONF_PATH = 'etc/dladm/datalink.conf';

/** A step that is prepared and can still be taken back. */
export interface Change {
  /** Makes it so. */
  commit(): void;
  /** Takes it back; after {@link commit} this does nothing. */
  cancel(): void;
}

/** How long to wait for another program that is changing the file. */
const LOCK_MS = 10_000;
const LOCK_RETRY_MS = 10;

const MODE = 0o644;
const O_READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Says in the terms of this library that a file could not be used. */
function fileError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof SysError || !('code' in error)) {
    return error;
  }
  if (typeof error.code !== 'string' || ERRNO[error.code] === undefined) {
    return error;
  }
  const words: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a directory',
    ELOOP: 'it is a symbolic link',
    ENOSPC: 'no space left on device',
    EDQUOT: 'disk quota exceeded',
    EROFS: 'read-only file system',
    ENOTDIR: 'not a directory',
  };
  return new DladmError({
    status: statusOf(error.code),
    code: error.code,
    op: 'configuration',
    syscall: 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : 'open',
    reason: `${path}: ${words[error.code] ?? error.message}`,
    cause: error,
  });
}

/** Makes sure that what was written or renamed in a directory is on the disk. */
function syncDirectory(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * A `datalink.conf` on disk. Whatever happens, also to this process, it is the old file or the new
 * one, whole: changes are written to `<file>.new`, forced to the disk and renamed, under the lock
 * `<file>.lock`, which the system drops when its owner dies.
 */
export class ConfFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Reads the file; one that is not there is empty.
   *
   * @throws {DladmError} it cannot be read.
   */
  read(): DatalinkConf {
    try {
      return new DatalinkConf(this.#text().text);
    } catch (error) {
      throw fileError(error, this.path);
    }
  }

  /**
   * Prepares a change: takes the lock, applies `change` to the file as it is now and writes the
   * outcome beside it. The lock is kept until the {@link Change} is committed or cancelled.
   *
   * @throws {DladmError} EAGAIN: somebody else has the lock; or the file cannot be written.
   */
  async prepare(change: (conf: DatalinkConf) => void, signal?: AbortSignal): Promise<Change> {
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      const lock = await this.#lock(signal);
      try {
        const { text, mode } = this.#text();
        const conf = new DatalinkConf(text);
        change(conf);
        this.#write(conf.toString(), mode);
      } catch (error) {
        this.#discard();
        closeSync(lock);
        throw error;
      }
      return this.#pending(lock);
    } catch (error) {
      throw fileError(error, this.path);
    }
  }

  get #fresh(): string {
    return `${this.path}.new`;
  }

  #text(): { text: string; mode: number } {
    let fd: number;
    try {
      fd = openSync(this.path, O_READ);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        return { text: '', mode: MODE };
      }
      throw error;
    }
    try {
      const { mode } = fstatSync(fd);
      return { text: readFileSync(fd, 'utf8'), mode: mode & 0o777 };
    } finally {
      closeSync(fd);
    }
  }

  async #lock(signal: AbortSignal | undefined): Promise<number> {
    const fd = openSync(
      `${this.path}.lock`,
      constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW,
      0o600,
    );
    try {
      for (const end = Date.now() + LOCK_MS; !tryLock(fd); ) {
        if (Date.now() >= end) {
          throw new DladmError({
            status: 'TRYAGAIN',
            op: 'configuration',
            reason: `${this.path}: another program is changing it`,
          });
        }
        if (signal?.aborted === true) {
          throw new AbortError(signal);
        }
        await sleep(LOCK_RETRY_MS);
      }
      return fd;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  #write(text: string, mode: number): void {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW;
    const fd = openSync(this.#fresh, flags, mode);
    try {
      ftruncateSync(fd);
      fchmodSync(fd, mode);
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  /** Removes the new file; where that fails the next writer takes it over. */
  #discard(): void {
    try {
      unlinkSync(this.#fresh);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) {
        throw error;
      }
    }
  }

  #pending(lock: number): Change {
    let open = true;
    const finish = (last: () => void): void => {
      if (!open) {
        return;
      }
      open = false;
      try {
        last();
      } catch (error) {
        throw fileError(error, this.path);
      } finally {
        closeSync(lock);
      }
    };
    return {
      commit: () =>
        finish(() => {
          renameSync(this.#fresh, this.path);
          syncDirectory(dirname(this.path));
        }),
      cancel: () => finish(() => this.#discard()),
    };
  }
}
