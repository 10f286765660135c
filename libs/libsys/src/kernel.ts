import type { Fd } from './fd.ts';
import type { HostedControl } from './hosted-control.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { Readiness } from './readiness.ts';

/** How a file is opened. */
export interface OpenFlags {
  readonly access: 'read' | 'write' | 'readwrite';
  /** Calls answer `EAGAIN` instead of waiting. */
  readonly nonblock?: boolean;
  /** Nobody else may have it open at the same time. */
  readonly exclusive?: boolean;
}

/** What a call is made for, for the message of its failure. */
export interface Doing {
  readonly op?: string;
  readonly link?: string;
}

/** Poll events, the same numbers on every host of ours. */
export const POLLIN = 0x1;
export const POLLPRI = 0x2;
export const POLLOUT = 0x4;
export const POLLERR = 0x8;
export const POLLHUP = 0x10;
export const POLLNVAL = 0x20;

/** One way to a kernel: the system calls the libraries above are made of. */
export interface Kernel {
  readonly kind: 'illumos' | 'inproc' | 'server';
  /** Where the kernel is, for messages: `/dev/unet`, `this process`, the socket's path. */
  readonly where: string;

  /** Opens a path of the kernel's `/dev`. @throws {SysError} */
  open(path: string, flags: OpenFlags): Fd;
  /** Closes a file, its readiness first. Does nothing after {@link dispose}. @throws {SysError} */
  close(fd: Fd): void;
  /** Reads into `memory` (borrowed). Returns how many bytes. @throws {SysError} */
  read(fd: Fd, memory: Uint8Array): number;
  /** Writes `memory` (borrowed). Returns how many bytes. @throws {SysError} */
  write(fd: Fd, memory: Uint8Array): number;
  /** As {@link read}; a failure is the negative errno of this host. */
  tryRead(fd: Fd, memory: Uint8Array): number;
  /** As {@link write}; a failure is the negative errno of this host. */
  tryWrite(fd: Fd, memory: Uint8Array): number;
  /**
   * Makes a request; `memory` (borrowed) is its structure, in and out, also when it fails. `doing`
   * goes into the error.
   *
   * @throws {SysError}
   */
  ioctl(fd: Fd, request: number, memory: Uint8Array, doing?: Doing): number;
  /**
   * Makes a request by the address of its structure, as `addressOf` gives it. A failure is the
   * negative errno of this host. For hot paths: nothing is allocated.
   */
  tryIoctl(fd: Fd, request: number, address: number | bigint): number;
  /** Says which of `events` (`POLLIN` …) are ready now, without waiting. @throws {SysError} */
  poll(fd: Fd, events: number): number;
  /** Makes a file (non-)blocking. @throws {SysError} */
  setNonblock(fd: Fd, nonblock: 'blocking' | 'nonblocking'): void;
  /** The one readiness of a file, for the event loop; it is closed with the file. @throws {SysError} */
  readiness(fd: Fd): Readiness;
  /**
   * Makes a descriptor of this host that stands for a file, for another program to inherit or be
   * sent. It keeps the file open wherever it lives. It is the caller's, who closes it
   * (`fs.closeSync`) once it is passed on; `fd` stays what it is. Close on exec, which `stdio` of
   * `child_process.spawn` sees to.
   *
   * @throws {SysError} ENOTSUP — the kernel is in this process, so nobody else can reach its files
   */
  exportFd(fd: Fd): number;
  /**
   * Makes a file of a descriptor that {@link exportFd} gave, here or in another program. The
   * descriptor is borrowed: it stays the caller's, who closes it unless it is to be passed on. The
   * file is one open file for all who have it; each makes its calls as the user that it is.
   *
   * @throws {SysError} EINVAL — not such a descriptor; EXDEV — of another kernel, or of one that is
   * gone (`openKernel({ hostFd })` finds the right one); EACCES — not for you; ENOTSUP — as above
   */
  importFd(hostFd: number): Fd;
  /**
   * Memory of `bytes` bytes that stays in place and that this kernel copies from and to as cheaply
   * as it can: a request that is in it, and buffers that the request names. Any other memory will
   * do as well. It is the caller's, outlives the kernel object, and is freed when its buffer is
   * garbage. From a served kernel it also takes a descriptor.
   *
   * @throws {RangeError} not a length
   * @throws {SysError} ENOMEM — there is no more; EBADF — after {@link dispose}
   */
  memory(bytes: number): KernelMemory;
  /** What only a hosted kernel has. Absent on illumos. */
  readonly hosted?: HostedControl;

  /**
   * Closes every file that was opened through this object and leaves the kernel; the last one to
   * leave an in-process kernel halts it. A second call does nothing.
   */
  dispose(): void;
  [Symbol.dispose](): void;
}
