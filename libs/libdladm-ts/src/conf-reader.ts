import { type BigIntStats, constants, fstatSync, readFileSync } from 'node:fs';
import { isSysError } from 'libsys';
import { DatalinkConf } from './datalink-conf.ts';
import { type Directory, letGo } from './directory.ts';
import { DladmError } from './errors.ts';
import { notRegular, withFile } from './file-error.ts';

const O_READ = constants.O_RDONLY | constants.O_NONBLOCK;

/** No configuration of links is so large; what is, is another file. */
const SIZE_MAX = 64n << 20n;

/** Two changes of a file that are further apart than this have different times in every file system. */
const SETTLED_MS = 2000n;

/** The file, as it was read or written. `stat` is absent when there was none. */
export interface Loaded {
  readonly conf: DatalinkConf;
  readonly bytes: Buffer;
  readonly stat?: BigIntStats;
  /** Whether a later change is sure to show in `stat`. */
  readonly settled: boolean;
}

/** What there is when there is no file. */
export const NOTHING: Loaded = {
  conf: new DatalinkConf(''),
  bytes: Buffer.alloc(0),
  settled: false,
};

const sameFile = (a: BigIntStats | undefined, b: BigIntStats): boolean =>
  a !== undefined &&
  (['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const).every(
    (member) => a[member] === b[member],
  );

/** Reads a `datalink.conf` as often as it is asked for, and again only if it may have changed. */
export class ConfReader {
  readonly #path: string;
  readonly #name: string;
  #seen: Loaded = NOTHING;

  /** @param path of the file, for errors. @param name of it in its directory. */
  constructor(path: string, name: string) {
    this.#path = path;
    this.#name = name;
  }

  /**
   * Reads the file. As long as it says the same, the outcome has the same `conf`.
   *
   * @throws {DladmError} it cannot be read.
   */
  read(directory: Directory): Loaded {
    return withFile(this.#path, () => {
      let fd: number;
      try {
        fd = directory.openFile(this.#name, O_READ);
      } catch (error) {
        if (isSysError(error, 'ENOENT')) {
          this.#seen = NOTHING;
          return NOTHING;
        }
        throw error;
      }
      try {
        this.#seen = this.#look(fd);
        return this.#seen;
      } finally {
        letGo(fd);
      }
    });
  }

  /** Tells what the file is now. */
  wrote(written: Loaded): void {
    this.#seen = written;
  }

  #look(fd: number): Loaded {
    const seen = this.#seen;
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile()) {
      throw notRegular(this.#path, stat);
    }
    if (seen.settled && sameFile(seen.stat, stat)) {
      return seen;
    }
    if (stat.size > SIZE_MAX) {
      const reason = `${this.#path}: too large for a file of links`;
      throw new DladmError({ status: 'BADARG', code: 'EFBIG', op: 'configuration', reason });
    }
    const settled = BigInt(Date.now()) - stat.ctimeMs > SETTLED_MS;
    const bytes = readFileSync(fd);
    const conf = bytes.equals(seen.bytes) ? seen.conf : DatalinkConf.ofBytes(bytes);
    return { conf, bytes, stat, settled };
  }
}
