import { FrameBatch, type GatherBatch } from 'libframeio';
import { loadLibrary, SysError } from 'libsys';

/** Commands of the ring. @see kernel/tests/ring/ring.c */
export const RING_READ = 1;
export const RING_WRITE = 2;
/** Frames that a ring holds, and the lengths they have. */
export const RING_SLOTS = 64;
export const RING_FRAMES = { shortest: 4, longest: 300 } as const;

/** The driver's entry points. */
export interface RingNative {
  ring_attach(): number;
  ring_detach(kernel: number): number;
  ring_call(command: number, address: number, bits: number): number;
  ring_layout(bits: number, where: Uint32Array): void;
}

/** Loads a ring's driver. @throws {LibraryError} */
export function loadRing(file: string): RingNative {
  return loadLibrary<RingNative>(file, {
    ring_attach: { result: 'int', params: [] },
    ring_detach: { result: 'int', params: ['int'] },
    ring_call: { result: 'int', params: ['int', 'uintptr_t', 'int'] },
    ring_layout: { result: 'void', params: ['int', 'void *'] },
  });
}

/**
 * A framed device that is not unet: frames written to it are read from it. Everything a program has
 * to do for such a device is in `read` and `write`: prepare, call, look at the result, complete.
 */
export class RingDevice {
  readonly #driver: RingNative;
  readonly #kernel: number;

  constructor(driver: RingNative) {
    this.#driver = driver;
    this.#kernel = driver.ring_attach();
    if (this.#kernel < 0) throw this.#failure(this.#kernel, 'attach');
  }

  /** A batch that fits the device. */
  createBatch(frames: number): FrameBatch {
    return new FrameBatch({ frames, frameSize: RING_FRAMES.longest, split: [4], headRoom: 16 });
  }

  /** Fills `batch` with the frames that are there, and returns how many. @throws {SysError} */
  read(batch: FrameBatch): number {
    const result = this.#driver.ring_call(RING_READ, batch.prepareRead(), 64);
    if (result < 0) return this.#nothing(result, 'read');
    return batch.completeRead();
  }

  /** Writes the frames from `from` on, and returns how many there was room for. @throws {SysError} */
  write(batch: FrameBatch | GatherBatch, from = 0): number {
    const result = this.#driver.ring_call(RING_WRITE, batch.prepareWrite(from), 64);
    if (result < 0) return this.#nothing(result, 'write');
    return batch.completeWrite();
  }

  [Symbol.dispose](): void {
    const result = this.#driver.ring_detach(this.#kernel);
    if (result < 0) throw this.#failure(result, 'detach');
  }

  #nothing(result: number, op: string): 0 {
    const error = this.#failure(result, op);
    if (error.code === 'EAGAIN') return 0;
    throw error;
  }

  #failure(result: number, op: string): SysError {
    return new SysError({ errno: -result, syscall: 'ioctl', op, link: 'ring' });
  }
}
