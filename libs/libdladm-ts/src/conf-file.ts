import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
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

/** A step that is prepared and can still be taken back. Whoever has it commits or cancels it. */
export interface Change {
  /** Makes it so, for the time being: it can still be cancelled. @throws {DladmError} as before. */
  apply(): void;
  /** Makes it so for good. After {@link apply} this cannot fail. @throws {DladmError} as before. */
  commit(): void;
  /** Takes it back, also when it was applied; after {@link commit} this does nothing. */
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

const isCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(`${error.code}`);

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
        // What a writer that was killed has left.
        this.#discard(this.#old);
        this.#write(this.#fresh, conf.toString(), mode);
        return this.#pending(lock, text, mode);
      } catch (error) {
        this.#discard(this.#fresh);
        closeSync(lock);
        throw error;
      }
    } catch (error) {
      throw fileError(error, this.path);
    }
  }

  get #fresh(): string {
    return `${this.path}.new`;
  }

  /** The file as it was, while a change of it is applied and not committed. */
  get #old(): string {
    return `${this.path}.old`;
  }

  #text(): { text: string; mode: number } {
    let fd: number;
    try {
      fd = openSync(this.path, O_READ);
    } catch (error) {
      if (isCode(error, 'ENOENT')) {
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

  #write(path: string, text: string, mode: number): void {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW;
    const fd = openSync(path, flags, mode);
    try {
      ftruncateSync(fd);
      fchmodSync(fd, mode);
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  /** Removes a file beside ours; where that fails the next writer takes it over. */
  #discard(path: string): void {
    try {
      unlinkSync(path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) {
        throw error;
      }
    }
  }

  /** Gives the file a second name, to put it back under; not every file system has links. */
  #keep(text: string, mode: number): void {
    try {
      linkSync(this.path, this.#old);
    } catch (error) {
      if (!isCode(error, 'ENOENT')) {
        if (!isCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK')) throw error;
        this.#write(this.#old, text, mode);
      }
    }
  }

  /** Puts back what {@link #keep} has kept; where that is nothing there was no file. */
  #restore(): void {
    try {
      renameSync(this.#old, this.path);
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error;
      rmSync(this.path, { force: true });
    }
    syncDirectory(dirname(this.path));
  }

  #pending(lock: number, text: string, mode: number): Change {
    let state: 'prepared' | 'applied' | 'over' = 'prepared';
    const end = (): void => {
      state = 'over';
      this.#discard(this.#fresh);
      this.#discard(this.#old);
      closeSync(lock);
    };
    const told = (step: () => void): void => {
      try {
        step();
      } catch (error) {
        throw fileError(error, this.path);
      }
    };
    const cancel = (): void => {
      const applied = state === 'applied';
      if (state !== 'over') {
        try {
          if (applied) this.#restore();
        } finally {
          end();
        }
      }
    };
    const apply = (): void => {
      if (state === 'prepared') {
        this.#keep(text, mode);
        state = 'applied';
        renameSync(this.#fresh, this.path);
        syncDirectory(dirname(this.path));
      }
    };
    return {
      apply: () => told(apply),
      cancel: () => told(cancel),
      commit: () => {
        try {
          told(apply);
        } catch (error) {
          told(cancel);
          throw error;
        }
        if (state !== 'over') end();
      },
    };
  }
}
