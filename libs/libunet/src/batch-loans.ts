import type { FrameBatch } from 'libframeio';
import { UnetError } from './unet-error.ts';
import type { WritableBatch } from './writable-batch.ts';

/**
 * Batches that somebody is busy with across turns of the program, and what with. Such a batch is
 * for nobody else: what one reads into it another would send.
 */
const written = new WeakSet<WritableBatch>();
const iterated = new WeakSet<FrameBatch>();
/** How many there are in `written`: the hot path looks only when there are some. */
let writing = 0;

/** Says that a batch waits to be written. */
export function beginWriting(batch: WritableBatch): void {
  written.add(batch);
  writing++;
}

export function endWriting(batch: WritableBatch): void {
  if (written.delete(batch)) writing--;
}

/** Whether a batch waits to be written, by whichever link. */
export function isBeingWritten(batch: WritableBatch): boolean {
  return writing !== 0 && written.has(batch);
}

/** What it ends with to use such a batch. */
export function batchIsBeingWritten(op: string, link: string): UnetError {
  const text = 'batch waits to be written; await that first';
  return new UnetError({ code: 'EBUSY', syscall: 'ioctl', op, link, text });
}

/** Lends a batch to an iteration; says `false` if another one has it. */
export function beginIterating(batch: FrameBatch): boolean {
  if (iterated.has(batch)) return false;
  iterated.add(batch);
  return true;
}

export function endIterating(batch: FrameBatch): void {
  iterated.delete(batch);
}
