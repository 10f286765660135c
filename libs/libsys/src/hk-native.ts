import type { Prototype } from './ffi.ts';

/** The functions of `kernel/hosted/hk.h` as TypeScript sees them. Failures are negative errnos. */
export interface HkNative {
  hk_version(): number;
  hk_boot(flags: number): number;
  hk_connect(path: string): number;
  hk_halt(kernel: number): number;
  hk_zone(kernel: number, name: string): number;
  hk_gonefd(kernel: number): number;
  hk_own(): number;
  hk_export(file: number): number;
  hk_import(kernel: number, hostFd: number): number;
  /** Writes the path, at most `size` bytes with the 0 at its end, to `path`. */
  hk_exported(hostFd: number, path: Uint8Array, size: number): number;
  hk_open(kernel: number, path: string, oflags: number): number;
  hk_close(file: number): number;
  hk_read(file: number, memory: Uint8Array, length: number): number;
  hk_write(file: number, memory: Uint8Array, length: number): number;
  /** The structure as memory. */
  hk_ioctl(file: number, request: number, memory: Uint8Array): number;
  /** The structure by its address. */
  hk_ioctl_at(file: number, request: number, address: number | bigint): number;
  /** The address of four doubles: file, request, address; result. */
  hk_call_block(): number;
  hk_call(): void;
  hk_poll(file: number, events: number, timeout: number): number;
  hk_pollfd(file: number): number;
  hk_pollarm(file: number, events: number): number;
  hk_setfl(file: number, oflags: number): number;
  hk_getfl(file: number): number;
  hk_model(file: number, bits: number): number;
  /** Writes the address, 8 bytes, to `address`. */
  hk_mem_alloc(kernel: number, bytes: number, address: Uint8Array): number;
  hk_mem_free(address: number): number;
  hk_setcred(cred: Uint8Array | null): number;
}

/** @see kernel/hosted/hk.h */
export const HK_PROTOTYPES: { readonly [K in keyof HkNative]: Prototype } = {
  hk_version: { result: 'int', params: [] },
  hk_boot: { result: 'int', params: ['uint32_t'] },
  hk_connect: { result: 'int', params: ['const char *'] },
  hk_halt: { result: 'int', params: ['int'] },
  hk_zone: { result: 'int', params: ['int', 'const char *'] },
  hk_gonefd: { result: 'int', params: ['int'] },
  hk_own: { result: 'int', params: [] },
  hk_export: { result: 'int', params: ['int'] },
  hk_import: { result: 'int', params: ['int', 'int'] },
  hk_exported: { result: 'int', params: ['int', 'void *', 'uint64_t'] },
  hk_open: { result: 'int', params: ['int', 'const char *', 'int'] },
  hk_close: { result: 'int', params: ['int'] },
  hk_read: { result: 'int64_t', params: ['int', 'void *', 'uint64_t'] },
  hk_write: { result: 'int64_t', params: ['int', 'void *', 'uint64_t'] },
  hk_ioctl: { result: 'int', params: ['int', 'int', 'void *'] },
  hk_ioctl_at: { symbol: 'hk_ioctl', result: 'int', params: ['int', 'int', 'uintptr_t'] },
  hk_call_block: { result: 'uintptr_t', params: [] },
  hk_call: { result: 'void', params: [] },
  hk_poll: { result: 'int', params: ['int', 'int', 'int'] },
  hk_pollfd: { result: 'int', params: ['int'] },
  hk_pollarm: { result: 'int', params: ['int', 'int'] },
  hk_setfl: { result: 'int', params: ['int', 'int'] },
  hk_getfl: { result: 'int', params: ['int'] },
  hk_model: { result: 'int', params: ['int', 'int'] },
  hk_mem_alloc: { result: 'int', params: ['int', 'uint64_t', 'void *'] },
  hk_mem_free: { result: 'int', params: ['uintptr_t'] },
  hk_setcred: { result: 'int', params: ['void *'] },
};
