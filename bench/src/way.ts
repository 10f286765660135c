/**
 * One way to move frames, as `way_t` of c/bench.h is in C. A method throws when anything fails: a
 * benchmark that lost a frame has no result.
 */
export interface Way {
  /** Has `frames` frames of `bytes` bytes wait to be read. */
  fill(bytes: number, frames: number): void;
  /** Prepares what moves such frames, `batch` of them a call; what that costs is not timed. */
  mover(op: Op, bytes: number, batch: number): Mover;
  /** Shows that a frame written arrives at the other side. */
  prove(): Promise<void>;
  close(): Promise<void> | void;
}

export type Op = 'read' | 'write';

/** Moves `frames` frames and returns the bytes. */
export type Mover = (frames: number) => number;

/** Instead of a number of frames a call: one, by the call that knows no batches. */
export const NO_BATCH = 0;

/** The longest frame that is measured. */
export const FRAME_MAX = 1518;
export const BATCH_MAX = 128;
/**
 * As many frames wait to be read at a time, however frames travel: fewer than fill a cache, as when
 * a program keeps up with them, and whole batches, since a partial one would be dearer than it should.
 */
export const QUEUE_FRAMES = 384;
/** So many more are read before the clock runs: whoever has just made frames is cold. */
export const FIRST_FRAMES = 128;

/** Nobody listens to this type. */
export const ETHERTYPE_EXPERIMENT = 0x88b5;

const SOURCE = [0x02, 0x75, 0x6e, 0x65, 0x74, 0x02];

/** A frame of `bytes` bytes, the same as that of c/main.c. */
export function makeFrame(bytes: number, destination: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafeSlow(bytes);
  frame.set(destination);
  frame.set(SOURCE, 6);
  frame.writeUInt16BE(ETHERTYPE_EXPERIMENT, 12);
  for (let i = 14; i < bytes; i++) frame[i] = i;
  return frame;
}
