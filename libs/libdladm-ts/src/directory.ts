import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
} from 'node:fs';
import { isSysError, lastErrno, loadLibrary, type Prototype, SysError } from 'libsys';
import { codeOf } from './file-error.ts';

interface DirectoryNative {
  openat(directory: number, name: string, flags: number, mode: number): number;
  mkdirat(directory: number, name: string, mode: number): number;
  renameat(from: number, name: string, to: number, newName: string): number;
  linkat(from: number, name: string, to: number, newName: string, flags: number): number;
  unlinkat(directory: number, name: string, flags: number): number;
}

/**
 * openat is variadic in C, but an integer travels in the same register either way on every machine
 * that Linux or illumos runs on.
 */
const PROTOTYPES: { readonly [K in keyof DirectoryNative]: Prototype } = {
  openat: { result: 'int', params: ['int', 'const char *', 'int', 'int'] },
  mkdirat: { result: 'int', params: ['int', 'const char *', 'int'] },
  renameat: { result: 'int', params: ['int', 'const char *', 'int', 'const char *'] },
  linkat: { result: 'int', params: ['int', 'const char *', 'int', 'const char *', 'int'] },
  unlinkat: { result: 'int', params: ['int', 'const char *', 'int'] },
};

/** Node.js does not tell it, though it opens every file with it. */
const O_CLOEXEC = process.platform === 'sunos' ? 0x800000 : 0o2000000;

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const MODE = 0o755;

let native: DirectoryNative | undefined;

/**
 * Closes a descriptor that nothing was written through, so that nothing close(2) could complain of
 * is of interest; it is closed then, too.
 */
export function letGo(fd: number): void {
  try {
    closeSync(fd);
  } catch (error) {
    if (codeOf(error) === 'EBADF') {
      throw error;
    }
  }
}

/** Makes a call that answers -1 when it fails. */
function call(syscall: keyof DirectoryNative, make: (libc: DirectoryNative) => number): number {
  native ??= loadLibrary<DirectoryNative>(undefined, PROTOTYPES);
  const result = make(native);
  if (result < 0) {
    throw new SysError({ errno: lastErrno(), syscall });
  }
  return result;
}

/**
 * An open directory. What it does, it does to this directory, whatever is at its path by now; and
 * it follows no symbolic link.
 */
export class Directory {
  readonly #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /**
   * Opens a directory below a root directory. The way to the root may be any, the way from there is
   * of directories only.
   *
   * @param below names, from the root downwards.
   * @param missing whether to make directories that are not there.
   * @throws {Error} the root cannot be opened. @throws {SysError} ENOENT, or ENOTDIR: it is
   * something else, if only a symbolic link.
   */
  static open(root: string, below: readonly string[], missing: 'make' | 'fail'): Directory {
    if (missing === 'make') {
      mkdirSync(root, { recursive: true });
    }
    let directory = new Directory(openSync(root, O_RDONLY | O_DIRECTORY));
    for (const name of below) {
      try {
        const next = directory.#enter(name, missing);
        directory.close();
        directory = next;
      } catch (error) {
        directory.close();
        throw error;
      }
    }
    return directory;
  }

  /**
   * Opens a file of this directory.
   *
   * @returns a descriptor, the caller's to close.
   * @throws {SysError} ELOOP: it is a symbolic link; or whatever open(2) says.
   */
  openFile(name: string, flags: number, mode = 0): number {
    const all = flags | O_NOFOLLOW | O_CLOEXEC;
    return call('openat', (libc) => libc.openat(this.#fd, name, all, mode));
  }

  /** Tells about a file, of whichever kind it is. @throws {SysError} as {@link openFile} */
  look(name: string): BigIntStats {
    const fd = this.openFile(name, O_RDONLY | O_NONBLOCK);
    try {
      return fstatSync(fd, { bigint: true });
    } finally {
      letGo(fd);
    }
  }

  /** Gives a file a second name. @throws {SysError} EEXIST: there is one of it. */
  link(name: string, newName: string): void {
    call('linkat', (libc) => libc.linkat(this.#fd, name, this.#fd, newName, 0));
  }

  rename(name: string, newName: string): void {
    call('renameat', (libc) => libc.renameat(this.#fd, name, this.#fd, newName));
  }

  /** Removes a file, or a symbolic link; returns whether there was one. */
  unlink(name: string): boolean {
    try {
      call('unlinkat', (libc) => libc.unlinkat(this.#fd, name, 0));
      return true;
    } catch (error) {
      if (isSysError(error, 'ENOENT')) {
        return false;
      }
      throw error;
    }
  }

  /** Makes sure that what was made, renamed or removed here is on the disk. */
  sync(): void {
    try {
      fsyncSync(this.#fd);
    } catch (error) {
      // There are file systems that cannot, and do it without being asked.
      if (codeOf(error) !== 'EINVAL') {
        throw error;
      }
    }
  }

  close(): void {
    letGo(this.#fd);
  }

  #enter(name: string, missing: 'make' | 'fail'): Directory {
    try {
      return new Directory(this.openFile(name, O_RDONLY | O_DIRECTORY));
    } catch (error) {
      if (missing === 'fail' || !isSysError(error, 'ENOENT')) {
        throw error;
      }
    }
    try {
      call('mkdirat', (libc) => libc.mkdirat(this.#fd, name, MODE));
      this.sync();
    } catch (error) {
      // Another program may have been quicker.
      if (!isSysError(error, 'EEXIST')) {
        throw error;
      }
    }
    return new Directory(this.openFile(name, O_RDONLY | O_DIRECTORY));
  }
}
