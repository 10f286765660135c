import { FrameBatch } from 'libframeio';
import { isSysError } from 'libsys';
import type { FrameFate } from './fault-decider.ts';
import { FaultSide, isHeld } from './fault-side.ts';
import { frameOf, type WritableBatch } from './writable-batch.ts';

/** Writes frames to a link with faults: one a call, each when its turn has come. */
export class FaultyWriter extends FaultSide {
  /** Frames whose turn has come and that the link had no room for yet. */
  readonly #due: Uint8Array[] = [];
  readonly #stop = new AbortController();
  #stage = new FrameBatch({ frames: 1, frameSize: 2048 });
  #timer: NodeJS.Timeout | undefined;
  #flushing = false;

  /** @see FrameLink.writeBatch */
  write(batch: WritableBatch, from: number): number {
    const most = this.begin();
    const end = Math.min(batch.count, from + most);
    if (most > 0 && end < batch.count) this.count('short');
    for (let i = from; i < end; i++) {
      try {
        if (!this.#writeFrame(frameOf(batch, i))) return i - from;
      } catch (error) {
        // As of the link itself: frames before one that was refused are taken.
        if (i === from) throw error;
        return i - from;
      }
      this.#flush();
    }
    return end - from;
  }

  override close(): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
    super.close();
    this.#lose();
  }

  /** Returns whether the frame was taken. */
  #writeFrame(frame: Uint8Array): boolean {
    const fate = this.decide(frame);
    if (!isHeld(fate)) {
      for (let i = 0; i < fate.copies; i++) {
        // A copy that there is no room for does not come; the frame itself is not taken then.
        if (this.#sent(fate, frame.length)) continue;
        if (i === 0) return false;
        break;
      }
    }
    this.passed(fate);
    return true;
  }

  /** Sends the bytes. A link that refuses what a fault has cut is no failure of the caller's. */
  #sent({ bytes }: Pick<FrameFate, 'bytes'>, length: number): boolean {
    if (bytes.length > this.#stage.frameSize) {
      this.#stage = new FrameBatch({ frames: 1, frameSize: bytes.length });
    }
    this.#stage.reset();
    this.#stage.push(bytes);
    try {
      return this.link.writeBatch(this.#stage) === 1;
    } catch (error) {
      if (bytes.length === length || !isSysError(error, 'ERANGE')) throw error;
      this.count('refused');
      return true;
    }
  }

  /** Sends what was kept back and is due; what there is no room for, or no time yet, in the background. */
  #flush(): void {
    this.#due.push(...this.held.take());
    try {
      for (let frame = this.#due[0]; frame !== undefined; frame = this.#due[0]) {
        // Its own length is no concern of a caller that is long gone.
        if (!this.#sent({ bytes: frame }, -1)) break;
        this.#due.shift();
      }
    } catch {
      // The link has failed: the next call of the program says how.
      this.#lose();
    }
    if (this.#due.length > 0) void this.#flushWithRoom();
    else this.#flushInTime();
  }

  async #flushWithRoom(): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      await this.link.ready({ writable: true }, { signal: this.#stop.signal });
    } catch {
      // Closed, or gone.
      this.#lose();
    }
    this.#flushing = false;
    if (!this.#stop.signal.aborted) this.#flush();
  }

  #flushInTime(): void {
    clearTimeout(this.#timer);
    const wait = this.held.untilDue();
    if (wait !== undefined) this.#timer = setTimeout(() => this.#flush(), wait);
  }

  #lose(): void {
    this.count('lost', this.#due.length);
    this.#due.length = 0;
  }
}
