import { requireInteger, requireOptions } from './arguments.ts';
import { type FrameMemory, frameMemory, type MemorySource } from './frame-memory.ts';
import { FRAMEIO_NVECS_MAX } from './frameio-layout.ts';
import { FrameioRequest } from './frameio-request.ts';

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

  /** Holds the request and, behind it, the frames. */
  readonly #memory: FrameMemory;
  readonly #request: FrameioRequest;
  /** Address of `buffer`. */
  readonly #base: number;
  readonly #split: readonly number[];
  /** From one frame's place to the next one's. A place is head room and then `frameSize` bytes. */
  readonly #stride: number;
  /** Where each frame starts in `buffer`. The second half is scratch. */
  readonly #starts: Uint32Array;
  #count = 0;
  /** Frames from 0 on whose vectors have exactly the frame's bytes, as a write wants them. */
  #shaped = 0;
  /** Whether a frame may start elsewhere than right behind its head room, or has no address yet. */
  #moved = true;
  /** Whether a frame that was read may have fewer bytes than vectors, so that it cannot be written. */
  #short = false;

  /**
   * @throws {TypeError} an unknown option or one of the wrong type
   * @throws {RangeError} a number out of range
   */
  constructor(options: FrameBatchOptions) {
    requireOptions('FrameBatch', options, OPTIONS);
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

    const start = roundUp(FrameioRequest.bytes(frames, nvpf), SLOT_ALIGN);
    const end = start + frames * this.#stride;
    this.#memory = frameMemory(end, memory);
    this.#request = new FrameioRequest(this.#memory, frames, nvpf);
    this.address = this.#memory.address;
    this.#base = this.address + start;
    this.buffer = this.#memory.buffer.subarray(start, end);
    this.#starts = new Uint32Array(2 * frames);
    for (let i = 0; i < frames; i++) {
      this.#starts[i] = i * this.#stride + headRoom;
      this.#cut(i, frameSize, 'open');
    }
    this.#moved = false;
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
    return this.#start(i);
  }

  /** How many bytes frame `i` has. @throws {RangeError} there is no frame `i` */
  length(i: number): number {
    this.#mustHave(i);
    return this.#request.length(i);
  }

  /**
   * How many bytes of frame `i` are in its vector `v`, as the driver or the split has it.
   *
   * @throws {RangeError} there is no frame `i` or no vector `v`
   */
  vectorLength(i: number, v: number): number {
    this.#mustHave(i);
    requireInteger('v', v, 0, this.vectorsPerFrame - 1);
    return this.#request.actual(i * this.vectorsPerFrame + v);
  }

  /**
   * Frame `i` where it lies: valid until the batch is filled again, and changes to it are changes
   * to the frame.
   *
   * @throws {RangeError} there is no frame `i`
   */
  frame(i: number): Buffer {
    const offset = this.offset(i);
    return this.buffer.subarray(offset, offset + this.#request.length(i));
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
    this.#short = false;
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
    this.buffer.set(frame, this.#start(i));
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
    requireInteger('length', length, this.vectorsPerFrame, this.#longest(i));
    this.#shapeAll();
    this.#cut(i, length, 'shaped');
  }

  /**
   * Gives frame `i` `bytes` more bytes in front, out of its head room; their content is undefined.
   * The frame may become longer than `frameSize` by that. Returns its new `offset(i)`.
   *
   * @throws {RangeError} there is no frame `i`, or not so much head room left
   */
  prepend(i: number, bytes: number): number {
    this.#mustHave(i);
    requireInteger('bytes', bytes, 0, this.#start(i) % this.#stride);
    return this.#move(i, -bytes);
  }

  /**
   * Takes `bytes` bytes off the front of frame `i`, which become head room. Returns its new
   * `offset(i)`.
   *
   * @throws {RangeError} there is no frame `i`, or too little would be left of it
   */
  strip(i: number, bytes: number): number {
    this.#mustHave(i);
    requireInteger('bytes', bytes, 0, this.#request.length(i) - this.vectorsPerFrame);
    return this.#move(i, bytes);
  }

  /**
   * Takes `count` frames from frame `i` on out of the batch. Those behind them move up; no byte of
   * any frame does.
   *
   * @throws {RangeError} there are no such frames
   */
  drop(i: number, count = 1): void {
    requireInteger('i', i, 0, this.#count);
    requireInteger('count', count, 0, this.#count - i);
    this.#shapeAll();
    this.#rotate(i, count, this.#count);
    this.#count -= count;
  }

  /** Keeps the first `count` frames only. @throws {RangeError} there are not so many */
  truncate(count: number): void {
    requireInteger('count', count, 0, this.#count);
    this.#shapeAll();
    this.#count = count;
  }

  /**
   * Makes frame `from` frame `to`; those between move by one place. No byte of any frame does.
   *
   * @throws {RangeError} there is no such frame
   */
  move(from: number, to: number): void {
    this.#mustHave(from);
    this.#mustHave(to);
    this.#shapeAll();
    if (from < to) this.#rotate(from, 1, to + 1);
    else if (to < from) this.#rotate(to, from - to, from + 1);
  }

  /** Empties the batch and makes its `frameio_t` ready for a read into all of it; returns its address. */
  prepareRead(): number {
    for (let i = 0; i < this.#shaped; i++) {
      if (this.#moved) this.#toPlace(i);
      this.#cut(i, this.frameSize, 'open');
    }
    this.#moved = false;
    this.#short = false;
    this.#shaped = 0;
    this.#count = 0;
    return this.#request.prepare(this.capacity);
  }

  /**
   * After a read that succeeded: takes over what the driver said and returns how many frames came.
   *
   * @throws {RangeError} what it said cannot be: the call was not a frameio read
   */
  completeRead(): number {
    this.#count = this.#request.done(this.capacity);
    return this.#count;
  }

  /** After a read that failed with EOVERFLOW: the length of the frame that did not fit. */
  get wantedLength(): number {
    return this.#request.length(0);
  }

  /**
   * Makes a `frameio_t` ready for a write of the frames from `from` on; returns its address.
   *
   * @throws {RangeError} there is no frame `from`, or one was read that has fewer bytes than vectors
   */
  prepareWrite(from = 0): number {
    if (from !== 0 || this.#count === 0) this.#mustHave(from);
    this.#shapeAll();
    if (this.#short) this.#mustBeLongEnough(from);
    return this.#request.prepareRest(from, this.#count);
  }

  /**
   * After a write that succeeded: how many frames were taken. Those left are written by
   * `prepareWrite` from there on, or `drop(0, taken)` makes room for others behind them.
   *
   * @throws {RangeError} what the driver said cannot be: the call was not a frameio write
   */
  completeWrite(): number {
    return this.#request.done(this.#count);
  }

  #mustHave(i: number): void {
    if (i >>> 0 === i && i < this.#count) return;
    if (typeof i !== 'number') throw new TypeError('a frame is named by a number');
    throw new RangeError(`frame ${i} is not there, the batch has ${this.#count}`);
  }

  #mustBeLongEnough(from: number): void {
    for (let i = from; i < this.#count; i++) {
      const length = this.#request.length(i);
      if (length >= this.vectorsPerFrame) continue;
      throw new RangeError(
        `frame ${i} has ${length} bytes, too few to be written in ${this.vectorsPerFrame} vectors`,
      );
    }
  }

  #start(i: number): number {
    return this.#starts[i] as number;
  }

  /** How long frame `i` can be where it starts. */
  #longest(i: number): number {
    return this.headRoom + this.frameSize - (this.#start(i) % this.#stride);
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
    if (this.#moved) this.#toPlace(i);
    this.#cut(i, length, 'shaped');
    this.#count = i + 1;
    if (this.#shaped < this.#count) this.#shaped = this.#count;
    return i;
  }

  /** Has frame `i` start right behind its head room. */
  #toPlace(i: number): void {
    const start = this.#start(i);
    this.#starts[i] = start - (start % this.#stride) + this.headRoom;
  }

  #move(i: number, by: number): number {
    const length = this.#request.length(i) - by;
    this.#shapeAll();
    this.#moved = true;
    this.#starts[i] = this.#start(i) + by;
    this.#cut(i, length, 'shaped');
    return this.#start(i);
  }

  /** Moves the first `by` of the frames from `from` to `to` behind the others. */
  #rotate(from: number, by: number, to: number): void {
    const starts = this.#starts;
    const spare = this.capacity;
    this.#request.rotate(from, by, to);
    starts.copyWithin(spare, from, from + by);
    starts.copyWithin(from, from + by, to);
    starts.copyWithin(to - by, spare, spare + by);
  }

  /** Cuts the vectors of every frame to its length. */
  #shapeAll(): void {
    for (let i = this.#shaped; i < this.#count; i++) {
      this.#cut(i, this.#request.length(i), 'shaped');
    }
    if (this.#shaped < this.#count) this.#shaped = this.#count;
  }

  /**
   * Cuts the vectors of frame `i` to `length` bytes: to be filled by a read, or full. None may stay
   * empty, so early ones can give way.
   */
  #cut(i: number, length: number, how: 'open' | 'shaped'): void {
    const last = this.vectorsPerFrame - 1;
    if (length <= last) this.#short = true;
    if (last === 0 && !this.#moved) {
      this.#request.size(i, length, how === 'open' ? 0 : length);
      return;
    }
    let address = this.#base + this.#start(i);
    let left = length;
    for (let v = 0; v <= last; v++) {
      const most = Math.max(0, left - (last - v));
      const size = v === last ? left : Math.min(this.#split[v] as number, most);
      this.#request.put(i * (last + 1) + v, address, size, how === 'open' ? 0 : size);
      address += size;
      left -= size;
    }
  }
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
