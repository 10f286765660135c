import { FrameBatch, GatherBatch } from 'libframeio';

/** What frames are written from: a batch that they are in, or one that says where they lie. */
export type WritableBatch = FrameBatch | GatherBatch;

export function isWritableBatch(value: unknown): value is WritableBatch {
  return value instanceof FrameBatch || value instanceof GatherBatch;
}

/** @throws {TypeError} */
export function mustBeWritableBatch(batch: WritableBatch): void {
  // As in mustBeBatch: the cheap questions first.
  const made: unknown = batch?.constructor;
  if (made === FrameBatch || made === GatherBatch || isWritableBatch(batch)) return;
  throw new TypeError('batch must be a FrameBatch or a GatherBatch');
}

/** Frame `i` in one piece, to look at: where it lies, or a copy. @throws {RangeError} as the batch */
export function frameOf(batch: WritableBatch, i: number): Uint8Array {
  return batch instanceof FrameBatch ? batch.frame(i) : batch.copy(i);
}
