import { type FrameMemory, frameMemory, type MemorySource } from './frame-memory.ts';
import { FRAMEIO_CURRENT_VERSION, FRAMEIO_NVECS_MAX, LP64 } from './frameio-layout.ts';

/** What a batch is made for. */
export interface FrameBatchOptions {
  /** How many frames fit. Frames times vectors of a frame may be 256 at most. */
  readonly frames: number;
  /** The longest frame, in bytes. */
  readonly frameSize: number;
  /**
   * Has each frame cross in several vectors: the bytes of every vector but the last, which gets the
   * rest of `frameSize`. `[14]` is an Ethernet header and everything else. None by default. In
   * `buffer` the parts of a frame lie one behind the other all the same.
   */
  readonly split?: readonly number[];
  /** Bytes kept free in front of every frame, for a header of your own. None by default. */
  readonly headRoom?: number;
  /**
   * Gives the batch the one piece of memory it lives in. By default it is this process's own;
   * memory that a driver reaches more cheaply can come from elsewhere. Asked once.
   */
  readonly memory?: MemorySource;
}

const OPTIONS: ReadonlySet<string> = new Set([
  'frames',
  'frameSize',
  'split',
  'headRoom',
  'memory',
]);
const FRAME_SIZE_MAX = 16 * 1024 * 1024;
const HEAD_ROOM_MAX = 64 * 1024;
/** Every frame starts on a cache line of its own. */
const SLOT_ALIGN = 64;
const TWO_TO_32 = 0x1_0000_0000;

const { headerWords, vectorWords, address: ADDRESS, capacity: ROOM, actual: ACTUAL, toHigh } = LP64;

/**
 * Frames in one piece of memory, and the `frameio_t` that describes them to a driver. Made once and
 * used again for every call: reading and writing allocate nothing.
 *
 * A batch is either filled by a read (`prepareRead`, the call, `completeRead`) or by `push` and
 * `append` after a `reset`. Either way `count`, `offset(i)` and `length(i)` say what is in `buffer`,
 * and the frames can be written. What `frame(i)` returns is valid until the batch is filled again.
 */
export class FrameBatch {
  /** How many frames fit. */
  readonly capacity: number;
  /** The longest frame, in bytes. */
  readonly frameSize: number;
  /** Vectors that make up one frame. */
  readonly vectorsPerFrame: number;
  /** Bytes kept free in front of every frame. */
  readonly headRoom: number;
  /** The frames: frame `i` is at `offset(i)`, `length(i)` bytes long. */
  readonly buffer: Buffer;
  /** Where the `frameio_t` is. Valid while the batch is referenced. */
  readonly address: number;

  /**
   * Two `frameio_t` one behind the other, each with room for all vectors: that of the batch, and one
   * for the rest of a batch that was written in part. The frames follow in the same memory.
   */
  readonly #words: Uint32Array;
  /** The word that the second one starts at. */
  readonly #rest: number;
  /** Address of `buffer`. */
  readonly #base: number;
  readonly #split: readonly number[];
  readonly #stride: number;
  /** The word of the first actual length of frame 0, and from one frame to the next. */
  readonly #firstActual: number;
  readonly #frameWords: number;
  #count = 0;
  /** Frames from 0 on whose vectors have exactly the frame's bytes, as a write wants them. */
  #shaped = 0;
  /** The word that the `frameio_t` of the last prepared call starts at. */
  #prepared = 0;
  /** Keeps alive what `memory` gave. */
  readonly #memory: FrameMemory;

  /**
   * @throws {TypeError} an unknown option or one of the wrong type
   * @throws {RangeError} a number out of range
   */
  constructor(options: FrameBatchOptions) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError('FrameBatch needs an object with frames and frameSize');
    }
    for (const key of Object.keys(options)) {
      if (!OPTIONS.has(key)) throw new TypeError(`FrameBatch has no option ${key}`);
    }
    const { frames, frameSize, split = [], headRoom = 0, memory } = options;
    if (!Array.isArray(split)) throw new TypeError('split must be an array of numbers');
    const nvpf = split.length + 1;
    if (nvpf > FRAMEIO_NVECS_MAX) {
      throw new RangeError(`split must have at most ${FRAMEIO_NVECS_MAX - 1} numbers`);
    }
    requireInteger('frames', frames, 1, Math.floor(FRAMEIO_NVECS_MAX / nvpf));
    for (const [i, part] of split.entries()) requireInteger(`split[${i}]`, part, 1, FRAME_SIZE_MAX);
    const before = split.reduce((sum, part) => sum + part, 0);
    requireInteger('frameSize', frameSize, before + 1, FRAME_SIZE_MAX);
    requireInteger('headRoom', headRoom, 0, HEAD_ROOM_MAX);

    this.capacity = frames;
    this.frameSize = frameSize;
    this.vectorsPerFrame = nvpf;
    this.headRoom = headRoom;
    this.#split = Object.freeze([...split]);
    this.#stride = roundUp(headRoom + frameSize, SLOT_ALIGN);
    this.#frameWords = nvpf * vectorWords;
    this.#firstActual = headerWords + ACTUAL;

    this.#rest = headerWords + frames * this.#frameWords;
    const words = 2 * this.#rest;
    const start = roundUp(words * 4, SLOT_ALIGN);
    this.#memory = frameMemory(start + frames * this.#stride, memory);
    const { buffer, address } = this.#memory;
    this.#words = new Uint32Array(buffer.buffer, buffer.byteOffset, words);
    this.#words.fill(0);
    this.address = address;
    this.#base = address + start;
    this.buffer = buffer.subarray(start, start + frames * this.#stride);

    for (const header of [0, this.#rest]) {
      this.#words[header + LP64.version] = FRAMEIO_CURRENT_VERSION;
      this.#words[header + LP64.vectorsPerFrame] = nvpf;
    }
    for (let i = 0; i < frames; i++) this.#open(i);
  }

  /** How many frames there are. */
  get count(): number {
    return this.#count;
  }

  /** How many more frames can be pushed. */
  get room(): number {
    return this.capacity - this.#count;
  }

  /** Where frame `i` starts in `buffer`. @throws {RangeError} there is no frame `i` */
  offset(i: number): number {
    this.#mustHave(i);
    return i * this.#stride + this.headRoom;
  }

  /** How many bytes frame `i` has. @throws {RangeError} there is no frame `i` */
  length(i: number): number {
    this.#mustHave(i);
    return this.#length(i);
  }

  /**
   * Frame `i` where it lies: valid until the batch is filled again, and changes to it are changes
   * to the frame.
   *
   * @throws {RangeError} there is no frame `i`
   */
  frame(i: number): Buffer {
    const offset = this.offset(i);
    return this.buffer.subarray(offset, offset + this.#length(i));
  }

  /** A copy of frame `i`, to keep. @throws {RangeError} there is no frame `i` */
  copy(i: number): Uint8Array {
    return Uint8Array.from(this.frame(i));
  }

  /** The frames where they lie; see {@link frame}. */
  *[Symbol.iterator](): IterableIterator<Buffer> {
    for (let i = 0; i < this.#count; i++) yield this.frame(i);
  }

  /** Empties the batch, to push frames into it. */
  reset(): void {
    this.#count = 0;
  }

  /**
   * Copies a frame into the batch and returns its index.
   *
   * @throws {TypeError} not bytes
   * @throws {RangeError} the batch is full, or the frame is too long or too short for it
   */
  push(frame: Uint8Array): number {
    if (!(frame instanceof Uint8Array)) throw new TypeError('a frame must be a Uint8Array');
    const i = this.#add(frame.length);
    this.buffer.set(frame, i * this.#stride + this.headRoom);
    return i;
  }

  /**
   * Adds a frame of `length` bytes, whose content is undefined, and returns it to be filled in.
   *
   * @throws {TypeError} not a number
   * @throws {RangeError} the batch is full, or the frame is too long or too short for it
   */
  append(length: number): Buffer {
    requireInteger('length', length, this.vectorsPerFrame, this.frameSize);
    return this.frame(this.#add(length));
  }

  /**
   * Cuts frame `i` to `length` bytes, or gives it more (their content is undefined).
   *
   * @throws {RangeError} there is no frame `i`, or a frame cannot be that long
   */
  resize(i: number, length: number): void {
    this.#mustHave(i);
    requireInteger('length', length, this.vectorsPerFrame, this.frameSize);
    this.#shapeAll();
    this.#shape(i, length);
  }

  /** Empties the batch and makes its `frameio_t` ready for a read into all of it; returns its address. */
  prepareRead(): number {
    for (let i = 0; i < this.#shaped; i++) this.#open(i);
    this.#shaped = 0;
    this.#count = 0;
    return this.#prepare(0, this.capacity);
  }

  /**
   * After a read that succeeded: takes over what the driver said and returns how many frames came.
   *
   * @throws {RangeError} what it said cannot be: the call was not a frameio read
   */
  completeRead(): number {
    this.#count = this.#framesDone(this.capacity);
    return this.#count;
  }

  /** After a read that failed with EOVERFLOW: the length of the frame that did not fit. */
  get wantedLength(): number {
    return this.#length(0);
  }

  /**
   * Makes a `frameio_t` ready for a write of the frames from `from` on; returns its address.
   *
   * @throws {RangeError} there is no frame `from`
   */
  prepareWrite(from = 0): number {
    if (from !== 0 || this.#count === 0) this.#mustHave(from);
    this.#shapeAll();
    if (from === 0) return this.#prepare(0, this.#count);
    const first = headerWords + from * this.#frameWords;
    const last = headerWords + this.#count * this.#frameWords;
    this.#words.copyWithin(this.#rest + headerWords, first, last);
    return this.#prepare(this.#rest, this.#count - from);
  }

  /**
   * After a write that succeeded: how many frames were taken.
   *
   * @throws {RangeError} what the driver said cannot be: the call was not a frameio write
   */
  completeWrite(): number {
    return this.#framesDone(this.#count);
  }

  #mustHave(i: number): void {
    if (i >= 0 && i < this.#count && Number.isInteger(i)) return;
    if (typeof i !== 'number') throw new TypeError('a frame is named by a number');
    throw new RangeError(`frame ${i} is not there, the batch has ${this.#count}`);
  }

  #word(index: number): number {
    return this.#words[index] as number;
  }

  #length(i: number): number {
    const first = this.#firstActual + i * this.#frameWords;
    if (this.vectorsPerFrame === 1) return this.#word(first);
    let sum = 0;
    for (let v = 0; v < this.vectorsPerFrame; v++) sum += this.#word(first + v * vectorWords);
    return sum;
  }

  /** Makes the `frameio_t` at word `header` one of `frames` frames; returns its address. */
  #prepare(header: number, frames: number): number {
    this.#words[header + LP64.vectors] = frames * this.vectorsPerFrame;
    this.#prepared = header;
    return this.address + header * 4;
  }

  #framesDone(most: number): number {
    const frames = this.#word(this.#prepared + LP64.vectors) / this.vectorsPerFrame;
    if (!Number.isInteger(frames) || frames > most) {
      throw new RangeError(`the driver says ${frames} frames of ${most} were done`);
    }
    return frames;
  }

  #add(length: number): number {
    const i = this.#count;
    if (i >= this.capacity) {
      throw new RangeError(`the batch is full, it has room for ${this.capacity} frames`);
    }
    if (length < this.vectorsPerFrame || length > this.frameSize) {
      throw new RangeError(
        `a frame must have ${this.vectorsPerFrame} to ${this.frameSize} bytes here, not ${length}`,
      );
    }
    this.#shapeAll();
    this.#shape(i, length);
    this.#count = i + 1;
    if (this.#shaped < this.#count) this.#shaped = this.#count;
    return i;
  }

  /** Gives every vector of frame `i` all the room it has. */
  #open(i: number): void {
    let vector = headerWords + i * this.#frameWords;
    let at = i * this.#stride + this.headRoom;
    let left = this.frameSize;
    for (let v = 0; v < this.vectorsPerFrame; v++) {
      const size = this.#split[v] ?? left;
      this.#put(vector, at, size, 0);
      vector += vectorWords;
      at += size;
      left -= size;
    }
  }

  /** Cuts the vectors of every frame to its length. */
  #shapeAll(): void {
    for (let i = this.#shaped; i < this.#count; i++) this.#shape(i, this.#length(i));
    if (this.#shaped < this.#count) this.#shaped = this.#count;
  }

  /** Cuts the vectors of frame `i` to `length` bytes; none may stay empty, so early ones can give way. */
  #shape(i: number, length: number): void {
    let vector = headerWords + i * this.#frameWords;
    let at = i * this.#stride + this.headRoom;
    let left = length;
    const last = this.vectorsPerFrame - 1;
    for (let v = 0; v <= last; v++) {
      const size = v === last ? left : Math.min(this.#split[v] as number, left - (last - v));
      this.#put(vector, at, size, size);
      vector += vectorWords;
      at += size;
      left -= size;
    }
  }

  #put(vector: number, at: number, size: number, actual: number): void {
    const address = this.#base + at;
    const high = Math.floor(address / TWO_TO_32);
    this.#words[vector + ADDRESS] = address - high * TWO_TO_32;
    this.#words[vector + ADDRESS + toHigh] = high;
    this.#words[vector + ROOM] = size;
    this.#words[vector + ACTUAL] = actual;
  }
}

function requireInteger(what: string, value: number, low: number, high: number): void {
  if (typeof value !== 'number') throw new TypeError(`${what} must be a number`);
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${what} must be an integer from ${low} to ${high}, not ${value}`);
  }
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
