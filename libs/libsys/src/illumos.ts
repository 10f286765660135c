import { type Descriptors, descriptorsOf } from './descriptors.ts';
import { type Fd, toFd } from './fd.ts';
import { lastErrno, loadLibrary } from './ffi.ts';
import { ILLUMOS, ILLUMOS_PROTOTYPES, type IllumosNative } from './illumos-native.ts';
import type { Doing, Kernel, OpenFlags } from './kernel.ts';
import { checkMemory, type KernelMemory, plainMemory } from './kernel-memory.ts';
import { i16, i32, type Struct, struct } from './layout.ts';
import { OpenFiles } from './open-files.ts';
import type { Readiness } from './readiness.ts';
import { SysError } from './sys-error.ts';

const ACCESS = {
  read: ILLUMOS.O_RDONLY,
  write: ILLUMOS.O_WRONLY,
  readwrite: ILLUMOS.O_RDWR,
} as const;

interface PollFd {
  fd: number;
  events: number;
  revents: number;
}
const pollFd: Struct<PollFd> = struct<PollFd>('pollfd_t', '', {
  fd: i32,
  events: i16,
  revents: i16,
});

/** The running illumos kernel, through the system calls of libc. */
export class IllumosKernel implements Kernel {
  readonly kind = 'illumos';
  readonly where = '/dev/unet';
  readonly #libc: IllumosNative;
  readonly #descriptors: Descriptors;
  readonly #files = new OpenFiles();
  #disposed = false;

  constructor(
    libc: IllumosNative = loadLibrary<IllumosNative>('libc.so.1', ILLUMOS_PROTOTYPES),
    descriptors: Descriptors = descriptorsOf(libc),
  ) {
    this.#libc = libc;
    this.#descriptors = descriptors;
  }

  open(path: string, flags: OpenFlags): Fd {
    const oflags =
      ACCESS[flags.access] |
      ILLUMOS.O_CLOEXEC |
      (flags.nonblock === true ? ILLUMOS.O_NONBLOCK : 0) |
      (flags.exclusive === true ? ILLUMOS.O_EXCL : 0);
    if (this.#disposed) throw new SysError({ code: 'EBADF', syscall: 'open', op: `open ${path}` });
    const number = this.#descriptors.open(path, oflags);
    if (number < 0) throw new SysError({ errno: -number, syscall: 'open', op: `open ${path}` });
    const fd = toFd(number);
    this.#files.add(fd);
    return fd;
  }

  close(fd: Fd): void {
    if (this.#disposed) return;
    this.#closeFile(fd);
  }

  #closeFile(fd: Fd): void {
    this.#files.remove(fd);
    this.#check(this.#descriptors.close(fd), 'close');
  }

  read(fd: Fd, memory: Uint8Array): number {
    return this.#check(this.tryRead(fd, memory), 'read');
  }

  write(fd: Fd, memory: Uint8Array): number {
    return this.#check(this.tryWrite(fd, memory), 'write');
  }

  tryRead(fd: Fd, memory: Uint8Array): number {
    return this.#negative(this.#libc.read(fd, memory, memory.length));
  }

  tryWrite(fd: Fd, memory: Uint8Array): number {
    return this.#negative(this.#libc.write(fd, memory, memory.length));
  }

  ioctl(fd: Fd, request: number, memory: Uint8Array, doing?: Doing): number {
    return this.#check(this.#negative(this.#libc.ioctl(fd, request, memory)), 'ioctl', doing);
  }

  tryIoctl(fd: Fd, request: number, address: number | bigint): number {
    return this.#negative(this.#libc.ioctl_at(fd, request, address));
  }

  poll(fd: Fd, events: number): number {
    return this.#check(this.#pollNow(fd, events), 'poll');
  }

  setNonblock(fd: Fd, nonblock: 'blocking' | 'nonblocking'): void {
    const now = this.#check(this.#negative(this.#libc.fcntl(fd, ILLUMOS.F_GETFL, 0)), 'fcntl');
    // FNDELAY alone would make a read of nothing look like the end of a file.
    const clear = now & ~(ILLUMOS.O_NONBLOCK | ILLUMOS.O_NDELAY);
    const flags = nonblock === 'nonblocking' ? clear | ILLUMOS.O_NONBLOCK : clear;
    this.#check(this.#negative(this.#libc.fcntl(fd, ILLUMOS.F_SETFL, flags)), 'fcntl');
  }

  readiness(fd: Fd): Readiness {
    return this.#files.readiness(fd, () => ({
      manner: 'direct',
      descriptor: () => fd,
      arm: (events) => this.#pollNow(fd, events),
      drain: () => undefined,
    }));
  }

  exportFd(fd: Fd): number {
    return this.#duplicate(fd, 'export');
  }

  importFd(hostFd: number): Fd {
    const fd = toFd(this.#duplicate(toFd(hostFd), 'import'));
    this.#files.add(fd);
    return fd;
  }

  /** A file is a descriptor here, so another one is as good. */
  #duplicate(fd: Fd, op: string): number {
    if (this.#disposed) throw new SysError({ code: 'EBADF', syscall: 'fcntl', op });
    const made = this.#negative(this.#libc.fcntl(fd, ILLUMOS.F_DUPFD_CLOEXEC, 0));
    return this.#check(made, 'fcntl', { op });
  }

  memory(bytes: number): KernelMemory {
    checkMemory(bytes, this.#disposed ? 'disposed' : 'used');
    return plainMemory(bytes);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const fd of this.#files.list()) this.#closeFile(fd);
    this.#files.closeReadiness();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #pollNow(fd: Fd, events: number): number {
    const memory = pollFd.make({ fd, events });
    const count = this.#negative(this.#libc.poll(memory, 1, 0));
    return count <= 0 ? count : pollFd.decode(memory).revents;
  }

  /** libc says -1 and errno; everything above wants the negative errno. */
  #negative(result: number): number {
    return result < 0 ? -lastErrno() : result;
  }

  #check(result: number, syscall: string, doing: Doing = {}): number {
    if (result < 0) throw new SysError({ errno: -result, syscall, ...doing });
    return result;
  }
}
