import { type Kernel, shareClass } from 'libsys';
import {
  UNET_CAPTURE_READ,
  UNET_DROPS,
  type UnetDrop,
  type UnetWay,
  unetRecord,
} from 'libsys/unet-abi';

const SIZE = unetRecord.offsetOf('size');
const CAPLEN = unetRecord.offsetOf('caplen');
const LEN = unetRecord.offsetOf('len');
const WAY = unetRecord.offsetOf('way');
const DROP = unetRecord.offsetOf('drop');
const TIME = unetRecord.offsetOf('time');
const LOST = unetRecord.offsetOf('lost');
const HEAD = unetRecord.size;

const DROPS: readonly (UnetDrop | undefined)[] = [undefined, ...UNET_DROPS];

/**
 * Memory for records of a capture, and those that were read into it last. Nothing is allocated but by
 * {@link frame} and the times, which are bigints. Made by `LinkCapture.createBatch`.
 */
export class CaptureBatch {
  static {
    shareClass(CaptureBatch, 'libunet.CaptureBatch');
  }

  /** The memory. Whoever holds the batch may read it, until the next read. */
  readonly buffer: Buffer;
  readonly #starts: Uint32Array;
  #count = 0;
  #lost = 0n;

  /** @internal Use `LinkCapture.createBatch`. */
  constructor(kernel: Kernel, bytes: number) {
    this.buffer = kernel.memory(bytes).buffer;
    this.#starts = new Uint32Array(Math.floor(bytes / HEAD));
  }

  /** How many frames there are. */
  get count(): number {
    return this.#count;
  }

  /** Frames that were not captured for want of room, before or among these. */
  get lost(): bigint {
    return this.#lost;
  }

  /** When frame `i` went by, in nanoseconds since 1970. */
  time(i: number): bigint {
    return this.buffer.readBigUInt64LE(this.#start(i) + TIME);
  }

  /** The way of frame `i`, as the holder of the link sees it. */
  direction(i: number): UnetWay {
    return this.buffer.readUInt16LE(this.#start(i) + WAY) === UNET_CAPTURE_READ ? 'read' : 'write';
  }

  /** Why frame `i` was lost; `undefined`: it was not. */
  drop(i: number): UnetDrop | undefined {
    return DROPS[this.buffer.readUInt16LE(this.#start(i) + DROP)];
  }

  /** The bytes that frame `i` had. */
  length(i: number): number {
    return this.buffer.readUInt32LE(this.#start(i) + LEN);
  }

  /** Where the bytes of frame `i` that were captured start in {@link buffer}. */
  offset(i: number): number {
    return this.#start(i) + HEAD;
  }

  /** How many of its bytes were captured. */
  captured(i: number): number {
    return this.buffer.readUInt32LE(this.#start(i) + CAPLEN);
  }

  /** Frames that were lost to the capture between frame `i` and the one before it. */
  lostBefore(i: number): bigint {
    return this.buffer.readBigUInt64LE(this.#start(i) + LOST);
  }

  /** A view of the bytes of frame `i` that were captured. */
  frame(i: number): Buffer {
    const start = this.offset(i);
    return this.buffer.subarray(start, start + this.captured(i));
  }

  /** @internal Finds the records in the first `bytes` bytes; returns the count of frames. */
  complete(bytes: number): number {
    this.#count = 0;
    this.#lost = 0n;
    for (let at = 0; at < bytes; at += this.buffer.readUInt32LE(at + SIZE)) {
      this.#lost += this.buffer.readBigUInt64LE(at + LOST);
      // One of no way tells of a loss and has no frame.
      if (this.buffer.readUInt16LE(at + WAY) !== 0) this.#starts[this.#count++] = at;
    }
    return this.#count;
  }

  #start(i: number): number {
    if (!Number.isInteger(i) || i < 0 || i >= this.#count) {
      throw new RangeError(`there is no frame ${i}: the batch has ${this.#count}`);
    }
    return this.#starts[i] as number;
  }
}
