import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isSysError } from 'libsys';
import type { ConfReader, Loaded } from './conf-reader.ts';
import type { DatalinkConf } from './datalink-conf.ts';
import { type Directory, letGo } from './directory.ts';
import { DladmError } from './errors.ts';
import { codeOf, withFile } from './file-error.ts';

/** A step that is prepared and can still be taken back. Whoever has it commits or cancels it. */
export interface Change {
  /** Makes it so, for the time being: it can still be cancelled. @throws {DladmError} as before. */
  apply(): void;
  /** Makes it so for good. After {@link apply} this cannot fail. @throws {DladmError} as before. */
  commit(): void;
  /**
   * Takes it back, also when it was applied; after {@link commit} this does nothing.
   *
   * @throws {DladmError} it was applied, and stays.
   */
  cancel(): void;
}

const MODE = 0o644;
const MODE_BITS = 0o7777;
const O_MAKE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/** How often a file that others keep changing without the lock is looked at again. */
const ATTEMPTS = 10;

/** What link(2) says of a file system without hard links. */
const NO_LINKS: readonly (string | undefined)[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'];

const sameOwner = (a: Loaded, b: Loaded): boolean =>
  (['uid', 'gid', 'mode'] as const).every((member) => a.stat?.[member] === b.stat?.[member]);

/** The file that a change is of. */
export interface Changing {
  /** Owned: closed when the change is over. */
  readonly directory: Directory;
  /** Descriptor of the lock. Owned as well. */
  readonly lock: number;
  /** Of the file, for errors. */
  readonly path: string;
  readonly name: string;
  readonly reader: ConfReader;
}

/**
 * A change of a `datalink.conf`. The new file is written whole beside the old one, `….unet-new`, and
 * is on the disk before it is renamed; until the change is committed the old one has a second name,
 * `….unet-old`, to be put back under its own. (dlmgmtd, which knows nothing of the lock, calls what
 * it writes `….new`: neither is to rename what the other has only half written.)
 */
export class ConfChange implements Change {
  readonly #file: Changing;
  readonly #edit: (conf: DatalinkConf) => void;
  readonly #fresh: string;
  readonly #kept: string;
  #old: Loaded;
  #next: Loaded;
  #state: 'prepared' | 'applied' | 'over' = 'prepared';

  /** Writes the new file. @throws {DladmError} it cannot; then `file` is still the caller's. */
  constructor(file: Changing, edit: (conf: DatalinkConf) => void) {
    this.#file = file;
    this.#edit = edit;
    this.#fresh = `${file.name}.unet-new`;
    this.#kept = `${file.name}.unet-old`;
    try {
      this.#old = file.reader.read(file.directory);
      this.#next = this.#make();
      // What a writer that was killed has left.
      this.#discard(this.#kept);
    } catch (error) {
      this.#discard(this.#fresh);
      throw error;
    }
  }

  apply(): void {
    if (this.#state === 'prepared') {
      let attempt = 0;
      do {
        attempt += 1;
        if (attempt > ATTEMPTS) {
          const reason = `${this.#file.path}: another program keeps changing it`;
          throw new DladmError({ status: 'TRYAGAIN', op: 'configuration', reason });
        }
        this.#catchUp();
      } while (!this.#keep());
      this.#state = 'applied';
      this.#replace();
    }
  }

  /**
   * Calls the edit again, which is to be another one now; also when it was applied.
   *
   * @throws {DladmError} it cannot be written; then it is as it was.
   */
  again(): void {
    this.#next = this.#make();
    if (this.#state === 'applied') {
      this.#replace();
    }
  }

  commit(): void {
    try {
      this.apply();
    } catch (error) {
      this.cancel();
      throw error;
    }
    this.#end();
  }

  cancel(): void {
    try {
      if (this.#state === 'applied') {
        withFile(this.#file.path, () => this.#restore());
      }
    } finally {
      this.#end();
    }
  }

  #end(): void {
    if (this.#state !== 'over') {
      this.#state = 'over';
      this.#discard(this.#fresh);
      this.#discard(this.#kept);
      letGo(this.#file.lock);
      this.#file.directory.close();
    }
  }

  /** Puts the new file in the place of the old one. */
  #replace(): void {
    const { directory, name, path, reader } = this.#file;
    withFile(path, () => {
      directory.rename(this.#fresh, name);
      directory.sync();
    });
    reader.wrote(this.#next);
  }

  /** Makes the change again in what others wrote meanwhile, without the lock. */
  #catchUp(): void {
    const { directory, reader } = this.#file;
    const now = reader.read(directory);
    if (now.conf !== this.#old.conf || !sameOwner(now, this.#old)) {
      this.#old = now;
      this.#next = this.#make();
    }
    this.#old = now;
  }

  #make(): Loaded {
    const conf = this.#old.conf.copy();
    this.#edit(conf);
    const bytes = conf.toBytes();
    this.#write(this.#fresh, bytes);
    return { conf, bytes, settled: false };
  }

  /** Writes a file for whom the old one is, and forces it to the disk. */
  #write(name: string, bytes: Uint8Array): void {
    const { directory, path } = this.#file;
    withFile(join(dirname(path), name), () => {
      directory.unlink(name);
      const fd = directory.openFile(name, O_MAKE, MODE & 0o600);
      try {
        const made = fstatSync(fd, { bigint: true });
        const { uid, gid, mode } = this.#old.stat ?? { ...made, mode: BigInt(MODE) };
        if (uid !== made.uid || gid !== made.gid) {
          this.#give(fd, Number(uid), Number(gid));
        }
        fchmodSync(fd, Number(mode) & MODE_BITS);
        writeFileSync(fd, bytes);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    });
  }

  #give(fd: number, uid: number, gid: number): void {
    try {
      fchownSync(fd, uid, gid);
    } catch (error) {
      const reason = `${this.#file.path}: it is owned by ${uid}:${gid}, and would not be any more`;
      const code = codeOf(error);
      throw code === 'EPERM' || code === 'EINVAL'
        ? new DladmError({ status: 'DENIED', op: 'configuration', reason, cause: error })
        : error;
    }
  }

  /**
   * Gives the old file a second name; not every file system has links.
   *
   * @returns whether it is the file that was looked at: another program may have been quicker.
   */
  #keep(): boolean {
    const { directory, name, path } = this.#file;
    const old = this.#old.stat;
    if (old === undefined) {
      return true;
    }
    return withFile(path, () => {
      try {
        directory.link(name, this.#kept);
      } catch (error) {
        // It was replaced between the finding of the name and the linking, or it was removed.
        if (codeOf(error) === 'ENOENT') {
          return false;
        }
        if (!NO_LINKS.includes(codeOf(error))) {
          throw error;
        }
        this.#write(this.#kept, this.#old.bytes);
        return true;
      }
      const kept = directory.look(this.#kept);
      if (kept.dev === old.dev && kept.ino === old.ino) {
        return true;
      }
      directory.unlink(this.#kept);
      return false;
    });
  }

  /** Puts the old file back, or that there was none. */
  #restore(): void {
    const { directory, name, reader } = this.#file;
    if (this.#old.stat === undefined) {
      directory.unlink(name);
    } else {
      directory.rename(this.#kept, name);
    }
    reader.wrote(this.#old);
    directory.sync();
  }

  /** Removes a file beside ours; where that fails the next writer does it. */
  #discard(name: string): void {
    try {
      this.#file.directory.unlink(name);
    } catch (error) {
      if (!isSysError(error)) {
        throw error;
      }
    }
  }
}
