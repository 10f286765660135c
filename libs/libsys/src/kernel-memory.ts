import { addressOf } from './ffi.ts';
import { SysError } from './sys-error.ts';

/** Memory that stays where it is for as long as `buffer`, or a view of it, is referenced. */
export interface KernelMemory {
  /** What is in it at first is anything. */
  readonly buffer: Buffer;
  /** Where `buffer` starts, for requests: a multiple of 8. */
  readonly address: number;
}

/** Memory of this process, from nobody's pool. */
export function plainMemory(bytes: number): KernelMemory {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  return { buffer, address: addressOf(buffer) };
}

/**
 * Sees to it that `bytes` is a length and the kernel in use.
 *
 * @throws {RangeError} not a length
 * @throws {SysError} EBADF — the kernel was left
 */
export function checkMemory(bytes: number, use: 'used' | 'disposed'): void {
  if (!Number.isSafeInteger(bytes) || bytes <= 0) {
    throw new RangeError(`memory must be a number of bytes above 0, not ${bytes}`);
  }
  if (use === 'disposed') throw new SysError({ code: 'EBADF', syscall: 'mmap', op: 'memory' });
}
