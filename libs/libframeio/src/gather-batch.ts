import { addressOf, shareClass } from 'libsys';
import { requireInteger, requireOptions } from './arguments.ts';
import { type FrameMemory, frameMemory, type MemorySource } from './frame-memory.ts';
import { FRAMEIO_NVECS_MAX } from './frameio-layout.ts';
import { FrameioRequest } from './frameio-request.ts';

/** What a gathering batch is made for. */
export interface GatherBatchOptions {
  /** How many frames fit. Frames times parts may be 256 at most. */
  readonly frames: number;
  /** The most parts that a frame has. */
  readonly parts: number;
  /** Gives the `frameio_t` its memory; as `memory` of a `FrameBatch`. The frames stay where they are. */
  readonly memory?: MemorySource;
}

const OPTIONS: ReadonlySet<string> = new Set(['frames', 'parts', 'memory']);

/**
 * Frames to be written whose bytes lie in buffers of the caller, a frame in one or several: a header
 * here, its payload there. Nothing is copied, and with the same buffers again and again nothing is
 * allocated.
 *
 * Parts are borrowed until the next `reset`, and what is in them when the call is made is written.
 * Any `Uint8Array` will do whose memory stays where it is; what can shrink or has gone elsewhere (a
 * resizable or a transferred ArrayBuffer) is refused.
 */
export class GatherBatch {
  static {
    shareClass(GatherBatch, 'libframeio.GatherBatch');
  }

  /** How many frames fit. */
  readonly capacity: number;
  /** Vectors that make up one frame: the most parts. */
  readonly vectorsPerFrame: number;
  /** Where the `frameio_t` is. Valid while the batch is referenced. */
  readonly address: number;

  /** Holds the request. */
  readonly #memory: FrameMemory;
  readonly #request: FrameioRequest;
  /** The buffer that each vector is of. */
  readonly #parts: (Uint8Array | undefined)[];
  /** How long it was. */
  readonly #lengths: Uint32Array;
  /** Where the buffers start that were seen: to ask costs more than all else. */
  readonly #addresses = new WeakMap<ArrayBufferLike, number>();
  #count = 0;

  /**
   * @throws {TypeError} an unknown option or one of the wrong type
   * @throws {RangeError} a number out of range
   */
  constructor(options: GatherBatchOptions) {
    requireOptions('GatherBatch', options, OPTIONS);
    const { frames, parts, memory } = options;
    requireInteger('parts', parts, 1, FRAMEIO_NVECS_MAX);
    requireInteger('frames', frames, 1, Math.floor(FRAMEIO_NVECS_MAX / parts));
    this.capacity = frames;
    this.vectorsPerFrame = parts;
    this.#memory = frameMemory(FrameioRequest.bytes(frames, parts), memory);
    this.#request = new FrameioRequest(this.#memory, frames, parts);
    this.address = this.#memory.address;
    this.#parts = Array.from({ length: frames * parts }, () => undefined);
    this.#lengths = new Uint32Array(frames * parts);
  }

  /** How many frames there are. */
  get count(): number {
    return this.#count;
  }

  /** How many more frames can be pushed. */
  get room(): number {
    return this.capacity - this.#count;
  }

  /** How many bytes frame `i` has. @throws {RangeError} there is no frame `i` */
  length(i: number): number {
    requireInteger('i', i, 0, this.#count - 1);
    return this.#request.length(i);
  }

  /**
   * A copy of frame `i`, in one piece.
   *
   * @throws {RangeError} there is no frame `i`
   * @throws {TypeError} a part has been detached or has another length since it was pushed
   */
  copy(i: number): Uint8Array {
    const bytes = new Uint8Array(this.length(i));
    const first = i * this.vectorsPerFrame;
    let to = 0;
    let from = 0;
    for (let v = first; v < first + this.vectorsPerFrame; v++) {
      const part = this.#part(v);
      const end = from + this.#request.capacity(v);
      bytes.set(part.subarray(from, end), to);
      to += end - from;
      // A part that was cut goes on in the next vector.
      from = end < part.length ? end : 0;
    }
    return bytes;
  }

  /** Empties the batch and lets go of all parts. */
  reset(): void {
    this.#parts.fill(undefined, 0, this.#count * this.vectorsPerFrame);
    this.#count = 0;
  }

  /**
   * Adds the frame that `parts` are, one behind the other, and returns its index. Empty parts count
   * for nothing; a frame of fewer parts than the batch has is as good, as long as it has a byte for
   * each.
   *
   * @param parts the array is only looked at, its elements are borrowed until `reset`
   * @throws {TypeError} not an array of bytes, or of bytes that may move
   * @throws {RangeError} the batch is full, there are too many parts, or too few bytes
   */
  push(parts: readonly Uint8Array[]): number {
    if (!Array.isArray(parts)) throw new TypeError('a frame must be an array of Uint8Array');
    const i = this.#count;
    if (i >= this.capacity) {
      throw new RangeError(`the batch is full, it has room for ${this.capacity} frames`);
    }
    const each = this.vectorsPerFrame;
    let used = 0;
    let bytes = 0;
    for (const part of parts) {
      mustStay(part);
      if (part.length > 0) used++;
      bytes += part.length;
    }
    if (used > each) throw new RangeError(`a frame must have at most ${each} parts, not ${used}`);
    if (bytes < each) throw new RangeError(`a frame must have ${each} bytes here, not ${bytes}`);

    // A vector is never empty: where there are too few parts, long ones are cut.
    let spare = each - used;
    let v = i * each;
    for (const part of parts) {
      if (part.length === 0) continue;
      let address = this.#addressOf(part);
      let left = part.length;
      for (; spare > 0 && left > 1; spare--) {
        this.#put(v++, part, address++, 1);
        left--;
      }
      this.#put(v++, part, address, left);
    }
    this.#count = i + 1;
    return i;
  }

  /**
   * Makes a `frameio_t` ready for a write of the frames from `from` on; returns its address.
   *
   * @throws {TypeError} a part has been detached or has another length since it was pushed
   * @throws {RangeError} there is no frame `from`
   */
  prepareWrite(from = 0): number {
    requireInteger('from', from, 0, this.#count - 1);
    const end = this.#count * this.vectorsPerFrame;
    for (let v = from * this.vectorsPerFrame; v < end; v++) this.#part(v);
    return this.#request.prepareRest(from, this.#count);
  }

  /**
   * After a write that succeeded: how many frames were taken. Those left are written by
   * `prepareWrite` from there on.
   *
   * @throws {RangeError} what the driver said cannot be: the call was not a frameio write
   */
  completeWrite(): number {
    return this.#request.done(this.#count);
  }

  /** The part that vector `v` is of, as it was. */
  #part(v: number): Uint8Array {
    const part = this.#parts[v];
    if (part !== undefined && part.length === this.#lengths[v]) return part;
    const frame = Math.floor(v / this.vectorsPerFrame);
    throw new TypeError(`a part of frame ${frame} is not what it was when it was pushed`);
  }

  #put(v: number, part: Uint8Array, address: number, size: number): void {
    this.#parts[v] = part;
    this.#lengths[v] = part.length;
    this.#request.put(v, address, size, size);
  }

  /**
   * Small arrays lie in the heap, where they move, until somebody asks for their `buffer`; then they
   * are moved out of it for good.
   */
  #addressOf(part: Uint8Array): number {
    const { buffer } = part;
    let base = this.#addresses.get(buffer);
    if (base === undefined) {
      base = addressOf(new Uint8Array(buffer));
      this.#addresses.set(buffer, base);
    }
    return base + part.byteOffset;
  }
}

/** What TypeScript's ES2023 does not know of buffers yet; Node 20 has it. */
interface BufferThatMayChange {
  readonly resizable?: boolean;
  readonly growable?: boolean;
}

function mustStay(part: Uint8Array): void {
  if (!(part instanceof Uint8Array)) throw new TypeError('a part must be a Uint8Array');
  const { resizable, growable } = part.buffer as BufferThatMayChange;
  if (resizable === true || growable === true) {
    throw new TypeError('a part must not be of a buffer that can change its size; copy it');
  }
}
