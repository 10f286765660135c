import { endianness } from 'node:os';
import type { FrameMemory } from './frame-memory.ts';
import { FRAMEIO_CURRENT_VERSION, frameioBytes, LP64 } from './frameio-layout.ts';

/** The layout in 32-bit words. Lengths fit the low half of their 64 bits, addresses do not. */
const [LOW, HIGH] = endianness() === 'LE' ? [0, 1] : [1, 0];
const HEADER = LP64.headerBytes / 4;
const VECTOR = LP64.vectorBytes / 4;
const VECTORS = LP64.vectors / 4;
const ADDRESS = LP64.address / 4;
const ROOM = LP64.capacity / 4 + LOW;
const ACTUAL = LP64.actual / 4 + LOW;
const TWO_TO_32 = 0x1_0000_0000;

/**
 * The `frameio_t` of a batch, in words of this process's own: nothing is allocated once it is made.
 *
 * There are two, one behind the other, each with room for all vectors: that of all frames, and one
 * for the rest when a write took a part.
 */
export class FrameioRequest {
  /** Where the one of all frames is. */
  readonly address: number;
  /**
   * Where a frame is one vector, which has 6 words: that of frame `i` is its length, at `6 * i`.
   * Otherwise there is none, the length being a sum.
   */
  readonly lengths: Uint32Array | undefined;
  readonly #vectorsPerFrame: number;
  readonly #words: Uint32Array;
  readonly #frameWords: number;
  /** The word that the one of the rest starts at. */
  readonly #rest: number;
  /** The word that the one of the last call starts at. */
  #prepared = 0;

  /** Bytes of memory that it needs. */
  static bytes(frames: number, vectorsPerFrame: number): number {
    return 2 * frameioBytes(frames * vectorsPerFrame, LP64);
  }

  /** @param memory kept; the request lies at its start */
  constructor(memory: FrameMemory, frames: number, vectorsPerFrame: number) {
    const { buffer, address } = memory;
    const bytes = FrameioRequest.bytes(frames, vectorsPerFrame);
    this.address = address;
    this.#vectorsPerFrame = vectorsPerFrame;
    this.#words = new Uint32Array(buffer.buffer, buffer.byteOffset, bytes / 4);
    this.lengths = vectorsPerFrame === 1 ? this.#words.subarray(HEADER + ACTUAL) : undefined;
    this.#frameWords = vectorsPerFrame * VECTOR;
    this.#rest = bytes / 8;
    this.#words.fill(0);
    for (const header of [0, this.#rest]) {
      this.#words[header + LP64.version / 4] = FRAMEIO_CURRENT_VERSION;
      this.#words[header + LP64.vectorsPerFrame / 4] = vectorsPerFrame;
    }
  }

  /** Says where vector `v` of all is, how many bytes it has and how many of them are used. */
  put(v: number, address: number, size: number, actual: number): void {
    const vector = HEADER + v * VECTOR;
    // What is stored is the value modulo 2 ** 32.
    this.#words[vector + ADDRESS + LOW] = address;
    this.#words[vector + ADDRESS + HIGH] = address / TWO_TO_32;
    this.#words[vector + ROOM] = size;
    this.#words[vector + ACTUAL] = actual;
  }

  /** As {@link put} for a vector that stays where it is. */
  size(v: number, size: number, actual: number): void {
    const vector = HEADER + v * VECTOR;
    this.#words[vector + ROOM] = size;
    this.#words[vector + ACTUAL] = actual;
  }

  /** How many bytes vector `v` has. */
  capacity(v: number): number {
    return this.#words[HEADER + v * VECTOR + ROOM] as number;
  }

  /** How many bytes of vector `v` are used. */
  actual(v: number): number {
    return this.#words[HEADER + v * VECTOR + ACTUAL] as number;
  }

  /** How many bytes of frame `i` are used; {@link lengths} is quicker where it has them. */
  length(i: number): number {
    let word = HEADER + i * this.#frameWords + ACTUAL;
    let sum = this.#words[word] as number;
    for (let v = 1; v < this.#vectorsPerFrame; v++) {
      word += VECTOR;
      sum += this.#words[word] as number;
    }
    return sum;
  }

  /** Moves the vectors of the first `by` of the frames from `from` to `to` behind the others. */
  rotate(from: number, by: number, to: number): void {
    const each = this.#frameWords;
    const first = HEADER + from * each;
    const last = HEADER + to * each;
    const gone = by * each;
    const spare = this.#rest + HEADER;
    this.#words.copyWithin(spare, first, first + gone);
    this.#words.copyWithin(first, first + gone, last);
    this.#words.copyWithin(last - gone, spare, spare + gone);
  }

  /** Makes the request one of the first `frames` frames; returns its address. */
  prepare(frames: number): number {
    return this.#prepare(0, frames);
  }

  /** Makes a request of the frames from `from` to `to`; returns its address. */
  prepareRest(from: number, to: number): number {
    return from === 0 ? this.#prepare(0, to) : this.#copyRest(from, to);
  }

  #copyRest(from: number, to: number): number {
    const first = HEADER + from * this.#frameWords;
    this.#words.copyWithin(this.#rest + HEADER, first, HEADER + to * this.#frameWords);
    return this.#prepare(this.#rest, to - from);
  }

  /**
   * How many frames the driver says are done, of those that were prepared.
   *
   * @throws {RangeError} that cannot be
   */
  done(most: number): number {
    const vectors = this.#words[this.#prepared + VECTORS] as number;
    const frames = this.#vectorsPerFrame === 1 ? vectors : vectors / this.#vectorsPerFrame;
    if (frames > most || !Number.isInteger(frames)) this.#impossible(frames, most);
    return frames;
  }

  /** @throws {TypeError} the memory was transferred: what is at its address is somebody else's */
  #prepare(header: number, frames: number): number {
    if (this.#words.length === 0) this.#transferred();
    this.#words[header + VECTORS] = frames * this.#vectorsPerFrame;
    this.#prepared = header;
    // The sum is a new object where this is not put into its caller, so it is made only for the rest.
    return header === 0 ? this.address : this.address + header * 4;
  }

  // The compiler puts a method into its callers as long as all of them together are short. So what is
  // not done in every call is not in the method, here and wherever else frames pass.

  #impossible(frames: number, most: number): never {
    if (this.#words.length === 0) this.#transferred();
    throw new RangeError(`the driver says ${frames} frames of ${most} were done`);
  }

  #transferred(): never {
    throw new TypeError('the memory of the batch was transferred; make another one');
  }
}
