import { addressOf } from 'libsys';

/** Memory that stays where it is for as long as `buffer` is referenced. */
export interface FrameMemory {
  readonly buffer: Buffer;
  /** Where `buffer` starts, for a driver: a multiple of 8. */
  readonly address: number;
}

/** Gives `bytes` bytes of memory, or more. */
export type MemorySource = (bytes: number) => FrameMemory;

/** Memory of this process that is nobody else's: never from the pool, so it stays in place. */
function ownMemory(bytes: number): FrameMemory {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  return { buffer, address: addressOf(buffer) };
}

/**
 * Memory from `source`, seen to be what a batch needs.
 *
 * @throws {TypeError} not a function, or what it gave is not memory
 * @throws {RangeError} the memory is too short or does not start at a multiple of 8
 */
export function frameMemory(bytes: number, source: MemorySource = ownMemory): FrameMemory {
  if (typeof source !== 'function') throw new TypeError('memory must be a function');
  const memory = source(bytes);
  const { buffer, address } = memory ?? {};
  if (!Buffer.isBuffer(buffer) || typeof address !== 'number') {
    throw new TypeError('memory must return an object with a Buffer and its address');
  }
  if (buffer.length < bytes) {
    throw new RangeError(`memory must return ${bytes} bytes, not ${buffer.length}`);
  }
  if (!Number.isSafeInteger(address) || address <= 0 || address % 8 !== 0) {
    throw new RangeError(`memory must return an address that is a multiple of 8, not ${address}`);
  }
  if (buffer.byteOffset % 8 !== 0) {
    throw new RangeError('memory must return a Buffer that starts at a multiple of 8');
  }
  return memory;
}
