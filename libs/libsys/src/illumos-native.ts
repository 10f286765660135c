import type { Prototype } from './ffi.ts';

/** The system calls of illumos' libc. -1 is a failure, whose number is errno's. */
export interface IllumosNative {
  open(path: string, oflag: number): number;
  close(fd: number): number;
  read(fd: number, memory: Uint8Array, length: number): number;
  write(fd: number, memory: Uint8Array, length: number): number;
  ioctl(fd: number, request: number, memory: Uint8Array): number;
  ioctl_at(fd: number, request: number, address: number | bigint): number;
  poll(fds: Uint8Array, count: number, timeout: number): number;
  fcntl(fd: number, command: number, arg: number): number;
}

/**
 * open, ioctl and fcntl are variadic in C, but on amd64 an argument that is an integer or a pointer
 * travels in the same register either way and %al is only read for floating point ones, so they are
 * declared as the plain functions they are in libc.so.1, at the price of plain functions.
 */
export const ILLUMOS_PROTOTYPES: { readonly [K in keyof IllumosNative]: Prototype } = {
  open: { result: 'int', params: ['const char *', 'int'] },
  close: { result: 'int', params: ['int'] },
  read: { result: 'intptr_t', params: ['int', 'void *', 'uintptr_t'] },
  write: { result: 'intptr_t', params: ['int', 'void *', 'uintptr_t'] },
  ioctl: { result: 'int', params: ['int', 'int', 'void *'] },
  ioctl_at: { symbol: 'ioctl', result: 'int', params: ['int', 'int', 'uintptr_t'] },
  poll: { result: 'int', params: ['void *', 'uint64_t', 'int'] },
  fcntl: { result: 'int', params: ['int', 'int', 'intptr_t'] },
};

/** Numbers of illumos, from its own headers. */
export const ILLUMOS = {
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_NDELAY: 0x4,
  O_NONBLOCK: 0x80,
  O_EXCL: 0x400,
  O_CLOEXEC: 0x800000,
  F_GETFL: 3,
  F_SETFL: 4,
  F_DUPFD_CLOEXEC: 37,
} as const;
