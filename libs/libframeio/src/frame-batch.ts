import { shareClass } from 'libsys';
import { requireInteger } from './arguments.ts';
import { type FrameBatchOptions, frameBatchShape } from './frame-batch-options.ts';
import { type FrameMemory, frameMemory } from './frame-memory.ts';
import { FramePlaces } from './frame-places.ts';
import { FrameioRequest } from './frameio-request.ts';

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
  static {
    shareClass(FrameBatch, 'libframeio.FrameBatch');
  }

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
  readonly #places: FramePlaces;
  /** Of {@link FrameioRequest.lengths}: read for every frame, so without the detour. */
  readonly #lengths: Uint32Array | undefined;
  #count = 0;
  /** Frames from 0 on whose vectors have exactly the frame's bytes, as a write wants them. */
  #shaped = 0;
  /** Whether a frame that was read may have fewer bytes than vectors, so that it cannot be written. */
  #short = false;

  /**
   * @throws {TypeError} an unknown option or one of the wrong type
   * @throws {RangeError} a number out of range
   */
  constructor(options: FrameBatchOptions) {
    const { frames, frameSize, split, headRoom, memory } = frameBatchShape(options);
    const nvpf = split.length + 1;
    this.capacity = frames;
    this.frameSize = frameSize;
    this.vectorsPerFrame = nvpf;
    this.headRoom = headRoom;

    const start = roundUp(FrameioRequest.bytes(frames, nvpf), SLOT_ALIGN);
    const stride = roundUp(headRoom + frameSize, SLOT_ALIGN);
    const end = start + frames * stride;
    this.#memory = frameMemory(end, memory);
    this.#request = new FrameioRequest(this.#memory, frames, nvpf);
    this.#lengths = this.#request.lengths;
    this.address = this.#memory.address;
    this.buffer = this.#memory.buffer.subarray(start, end);
    this.#places = new FramePlaces(this.#request, {
      address: this.address + start,
      stride,
      frames,
      frameSize,
      split,
      headRoom,
    });
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
    return this.#places.start(i);
  }

  /** How many bytes frame `i` has. @throws {RangeError} there is no frame `i` */
  length(i: number): number {
    if (i >>> 0 !== i || i >= this.#count) this.#missing(i);
    // A literal and no overflow: most of what this takes would be to see to these.
    const lengths = this.#lengths;
    return lengths === undefined ? this.#request.length(i) : (lengths[(i * 6) | 0] as number);
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
    this.buffer.set(frame, this.#places.start(i));
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
    requireInteger('length', length, this.vectorsPerFrame, this.#places.longest(i));
    this.#shapeAll();
    this.#shape(i, length);
  }

  /**
   * Gives frame `i` `bytes` more bytes in front, out of its head room; their content is undefined.
   * The frame may become longer than `frameSize` by that. Returns its new `offset(i)`.
   *
   * @throws {RangeError} there is no frame `i`, or not so much head room left
   */
  prepend(i: number, bytes: number): number {
    this.#mustHave(i);
    requireInteger('bytes', bytes, 0, this.#places.before(i));
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
    this.#places.rotate(i, count, this.#count);
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
    if (from < to) this.#places.rotate(from, 1, to + 1);
    else if (to < from) this.#places.rotate(to, from - to, from + 1);
  }

  /** Empties the batch and makes its `frameio_t` ready for a read into all of it; returns its address. */
  prepareRead(): number {
    if (this.#shaped > 0) this.#unshape();
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
    if (i >>> 0 !== i || i >= this.#count) this.#missing(i);
  }

  #missing(i: number): never {
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
    this.#places.reset(i);
    this.#shape(i, length);
    this.#count = i + 1;
    if (this.#shaped < this.#count) this.#shaped = this.#count;
    return i;
  }

  #move(i: number, by: number): number {
    const length = this.#request.length(i) - by;
    this.#shapeAll();
    this.#places.shift(i, by);
    this.#shape(i, length);
    return this.#places.start(i);
  }

  /** Cuts the vectors of every frame to its length. */
  #shapeAll(): void {
    if (this.#shaped < this.#count) this.#shapeRest();
  }

  #shapeRest(): void {
    for (let i = this.#shaped; i < this.#count; i++) this.#shape(i, this.#request.length(i));
    this.#shaped = this.#count;
  }

  /** Gives every frame all its room again. */
  #unshape(): void {
    this.#places.open(this.#shaped);
    this.#short = false;
    this.#shaped = 0;
  }

  #shape(i: number, length: number): void {
    if (length < this.vectorsPerFrame) this.#short = true;
    this.#places.fill(i, length);
  }
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
