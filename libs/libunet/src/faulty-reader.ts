import type { FrameBatch } from 'libframeio';
import { FaultSide, isHeld } from './fault-side.ts';
import { UnetError } from './unet-error.ts';

/** Batches that one call looks through. */
const BURST = 16;

/** Reads a link's frames with faults. */
export class FaultyReader extends FaultSide {
  /** Frames whose turn has come and that no batch had room for yet. */
  readonly #due: Uint8Array[] = [];

  /** Milliseconds until a frame is there that need not come from the link; `undefined`: there is none. */
  untilReady(): number | undefined {
    return this.#due.length > 0 ? 0 : this.held.untilDue();
  }

  /** @see FrameLink.readBatch */
  read(batch: FrameBatch): number {
    const most = this.begin();
    if (most > 0) {
      this.#due.push(...this.held.take());
      // Where everything is lost, what comes behind it is next; but not for ever.
      for (let i = 0; i < BURST && this.#due.length === 0; i++) {
        if (this.#receive(batch) === 0) break;
      }
    }
    return this.#deliver(batch, most);
  }

  override close(): void {
    super.close();
    this.count('lost', this.#due.length);
    this.#due.length = 0;
  }

  /** Takes what waits on the link, by way of the caller's batch; returns how many frames. */
  #receive(batch: FrameBatch): number {
    const count = this.link.readBatch(batch);
    for (const frame of batch) {
      const fate = this.decide(frame);
      this.passed(fate);
      if (!isHeld(fate)) {
        for (let i = 0; i < fate.copies; i++) this.#due.push(Uint8Array.from(fate.bytes));
      }
      this.#due.push(...this.held.take());
    }
    return count;
  }

  #deliver(batch: FrameBatch, most: number): number {
    batch.reset();
    const here = Math.min(batch.room, this.#due.length);
    const want = Math.min(here, most);
    if (most > 0 && want < here) this.count('short');
    for (let i = 0; i < want; i++) {
      const frame = this.#due[0] as Uint8Array;
      if (frame.length > batch.frameSize) {
        if (i > 0) break;
        throw this.#tooLong(frame.length, batch.frameSize);
      }
      this.#due.shift();
      // Cut so short that not every vector of a frame would have a byte.
      if (frame.length < batch.vectorsPerFrame) this.count('refused');
      else batch.push(frame);
    }
    return batch.count;
  }

  #tooLong(length: number, most: number): UnetError {
    return new UnetError({
      code: 'EOVERFLOW',
      syscall: 'ioctl',
      op: 'read',
      link: this.link.name,
      text: `frame of ${length} bytes is too long for a batch with frames of ${most}`,
    });
  }
}
