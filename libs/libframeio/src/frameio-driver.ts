import { SysError, shareClass } from 'libsys';
import { FRAMEIO_NVECS_MAX, frameioBytes, LP64 } from './frameio-layout.ts';
import {
  type FrameioFormat,
  type FrameioVector,
  FrameioView,
  type FrameLimits,
} from './frameio-view.ts';

/** The memory of the program that makes requests, as a driver sees it. */
export interface UserMemory {
  /**
   * The bytes at `address`, where they lie; `undefined` if any of them is not there. `length` may be
   * any number.
   */
  at(address: bigint, length: bigint): Uint8Array | undefined;
}

/**
 * The driver's side of framed I/O, for simulated devices and for tests of programs: it answers
 * requests as `frameio.c` has a driver answer them, to the errno and to the byte. What a device does
 * with frames is its own.
 *
 * @see kernel/frameio/frameio.c
 */
export class FrameioDriver {
  static {
    shareClass(FrameioDriver, 'libframeio.FrameioDriver');
  }

  readonly #memory: UserMemory;
  readonly #format: FrameioFormat;

  /** @param memory borrowed */
  constructor(memory: UserMemory, format: FrameioFormat = {}) {
    this.#memory = memory;
    this.#format = format;
  }

  /**
   * Answers a read at `address` with the first of `frames`, as many as fit, and returns how many: the
   * device takes those off its queue. After a failure it keeps them all.
   *
   * @throws {SysError} EINVAL, EFAULT — the request; EAGAIN — there are no frames; EOVERFLOW — the
   * first is too long for its vectors, and the request says now how long it is
   */
  read(address: bigint, frames: readonly Uint8Array[]): number {
    const view = this.#import(address);
    if (frames.length === 0) throw failure('EAGAIN', 'no frame waits');
    const most = Math.min(frames.length, view.frameCount);
    const done: number[] = [];
    for (let i = 0; i < most; i++) {
      const frame = frames[i] as Uint8Array;
      const code = this.#scatter(view.frame(i), frame, done);
      if (code === undefined) continue;
      if (i > 0) return this.#answer(view, address, i, done);
      if (code === 'EOVERFLOW') this.#reportLength(address, BigInt(frame.length));
      throw failure(code, `frame of ${frame.length} bytes`);
    }
    return this.#answer(view, address, most, done);
  }

  /**
   * Answers a write at `address`: returns copies of its frames up to the first that cannot be taken,
   * `room` at most. After a failure none was.
   *
   * @throws {SysError} EINVAL, EFAULT — the request; ERANGE — the first frame is too short or too
   * long; EAGAIN — there is no room
   */
  write(
    address: bigint,
    limits: FrameLimits,
    room: number = Number.POSITIVE_INFINITY,
  ): Uint8Array[] {
    const view = this.#import(address);
    const fault = view.writeFault(limits);
    if (fault?.frame === 0) throw failure(fault.code, fault.text);
    const most = Math.min(fault?.frame ?? view.frameCount, room);
    if (most <= 0) throw failure('EAGAIN', 'there is no room');
    const frames: Uint8Array[] = [];
    const lengths: number[] = [];
    while (frames.length < most) {
      const vectors = view.frame(frames.length);
      const parts = vectors.map((vector) => this.#memory.at(vector.address, vector.capacity));
      const there = parts.filter((part) => part !== undefined);
      if (there.length < parts.length) {
        if (frames.length > 0) break;
        throw failure('EFAULT', 'frame 0 is not all there');
      }
      lengths.push(...there.map((part) => part.length));
      frames.push(Uint8Array.from(Buffer.concat(there)));
    }
    this.#answer(view, address, frames.length, lengths);
    return frames;
  }

  /** A copy of the request, valid. Later decisions rest on the copy. */
  #import(address: bigint): FrameioView {
    const { layout = LP64 } = this.#format;
    const header = this.#memory.at(address, BigInt(layout.headerBytes));
    if (header === undefined) throw failure('EFAULT', 'the request is not there');
    const vectors = new FrameioView(header, this.#format).vectorCount;
    const whole =
      vectors <= FRAMEIO_NVECS_MAX
        ? this.#memory.at(address, BigInt(frameioBytes(vectors, layout)))
        : undefined;
    const view = new FrameioView(Uint8Array.from(whole ?? header), this.#format);
    const fault = view.fault();
    if (fault !== undefined) throw failure(fault.code, fault.text);
    return view;
  }

  /** Fills the vectors of a frame one after the other, and adds to `actual` what each got. */
  #scatter(
    vectors: readonly FrameioVector[],
    frame: Uint8Array,
    actual: number[],
  ): 'EOVERFLOW' | 'EFAULT' | undefined {
    const room = vectors.reduce((sum, { capacity }) => sum + capacity, 0n);
    if (room < frame.length) return 'EOVERFLOW';
    let done = 0;
    for (const { address, capacity } of vectors) {
      const left = frame.length - done;
      const size = capacity < left ? Number(capacity) : left;
      const to = size === 0 ? undefined : this.#memory.at(address, BigInt(size));
      if (to === undefined && size > 0) return 'EFAULT';
      to?.set(frame.subarray(done, done + size));
      actual.push(size);
      done += size;
    }
    return undefined;
  }

  /** Tells the program that `frames` frames are done, and what each vector of theirs holds. */
  #answer(view: FrameioView, address: bigint, frames: number, actual: readonly number[]): number {
    const vectors = frames * view.vectorsPerFrame;
    view.setVectorCount(vectors);
    for (let v = 0; v < vectors; v++) view.setActual(v, BigInt(actual[v] as number));
    const bytes = frameioBytes(vectors, view.layout);
    const to = this.#memory.at(address, BigInt(bytes));
    if (to === undefined) throw failure('EFAULT', 'the request is not there any more');
    to.set(view.bytes.subarray(0, bytes));
    return frames;
  }

  #reportLength(address: bigint, length: bigint): void {
    const { layout = LP64 } = this.#format;
    const bytes = this.#memory.at(address, BigInt(frameioBytes(1, layout)));
    if (bytes === undefined) throw failure('EFAULT', 'the request is not there any more');
    new FrameioView(bytes, this.#format).setActual(0, length);
  }
}

function failure(code: string, text: string): SysError {
  return new SysError({ code, syscall: 'ioctl', op: 'framed I/O', text });
}
