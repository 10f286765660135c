import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { ConfChange } from './conf-change.ts';
import { ConfReader, NOTHING } from './conf-reader.ts';
import type { DatalinkConf } from './datalink-conf.ts';
import { Directory, letGo } from './directory.ts';
import { DladmError } from './errors.ts';
import { codeOf, fileError, withFile } from './file-error.ts';
import { lockFile } from './file-lock.ts';

export type { Change } from './conf-change.ts';

/** The way to the directory of the records below a root directory, where dlmgmtd has them too. */
const BELOW = ['etc', 'dladm'] as const;
const NAME = 'datalink.conf';
const LOCK = `${NAME}.lock`;

/** The file of the records below a root directory. */
export const CONF_PATH: string = join(...BELOW, NAME);

/** The file to look at; it is shared, and as it was when it was read. */
export type ConfView = Pick<DatalinkConf, 'get' | 'lines' | 'links' | 'record' | 'records'>;

function isSymbolicLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    // It is only asked to say better why something else failed.
    return false;
  }
}

/**
 * A `datalink.conf` on disk. Whatever happens, also to this process, it is the old file or the new
 * one, whole: changes are written to a file beside it, forced to the disk and renamed, under the lock
 * `datalink.conf.lock`, which the system drops when its owner dies.
 *
 * dlmgmtd and editors take no lock. What they change before a change here is applied stays, since
 * the change is made again in what they wrote; only if they write between the last look and the
 * rename is theirs lost, or ours if they read before it and write after. The file is whole anyhow.
 *
 * No symbolic link below the root directory is followed, so that nothing out of it is touched.
 */
export class ConfFile {
  readonly path: string;
  readonly #root: string;
  readonly #reader: ConfReader;

  /** @param root the root directory; the file is at {@link CONF_PATH} below it. */
  constructor(root: string) {
    this.#root = root;
    this.path = join(root, CONF_PATH);
    this.#reader = new ConfReader(this.path, NAME);
  }

  /**
   * Reads the file; one that is not there is empty. It is only read and understood again if it may
   * have changed.
   *
   * @throws {DladmError} it cannot be read.
   */
  read(): ConfView {
    let directory: Directory;
    try {
      directory = this.#open('fail');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') {
        return NOTHING.conf;
      }
      throw error;
    }
    try {
      return this.#reader.read(directory).conf;
    } finally {
      directory.close();
    }
  }

  /**
   * Prepares a change: takes the lock, lets `edit` change the file as it is now and writes the
   * outcome beside it. The lock is kept until the {@link ConfChange} is committed or cancelled. `edit`
   * is called again if somebody changed the file without the lock meanwhile.
   *
   * @throws {DladmError} EAGAIN: somebody else has the lock; or the file cannot be written.
   */
  async prepare(edit: (conf: DatalinkConf) => void, signal?: AbortSignal): Promise<ConfChange> {
    const directory = this.#open('make');
    try {
      const lock = await this.#lock(directory, signal);
      try {
        const { path } = this;
        return new ConfChange({ directory, lock, path, name: NAME, reader: this.#reader }, edit);
      } catch (error) {
        letGo(lock);
        throw error;
      }
    } catch (error) {
      directory.close();
      throw error;
    }
  }

  #open(missing: 'make' | 'fail'): Directory {
    try {
      return withFile(join(this.#root, ...BELOW), () => Directory.open(this.#root, BELOW, missing));
    } catch (error) {
      throw this.#linkOnTheWay(error) ?? error;
    }
  }

  /** The system calls a symbolic link something that is no directory; people want to know better. */
  #linkOnTheWay(error: unknown): DladmError | undefined {
    const ways = [BELOW.slice(0, 1), BELOW].map((names) => join(this.#root, ...names));
    const found = codeOf(error) === 'ENOTDIR' ? ways.find(isSymbolicLink) : undefined;
    return found === undefined
      ? undefined
      : new DladmError({
          status: 'BADARG',
          code: 'ELOOP',
          op: 'configuration',
          syscall: 'openat',
          reason: `${found}: it is a symbolic link`,
          cause: error,
        });
  }

  async #lock(directory: Directory, signal: AbortSignal | undefined): Promise<number> {
    try {
      return await lockFile(directory, LOCK, { path: this.path, signal });
    } catch (error) {
      throw fileError(error, `${this.path}.lock`);
    }
  }
}
