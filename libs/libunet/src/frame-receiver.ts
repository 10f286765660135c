import type { FrameBatch } from 'libframeio';
import type { FrameLink } from './frame-link.ts';
import { isUnetError } from './unet-error.ts';

/** Batches of a link for a stream: few frames each, and longer ones once the MTU has grown. */
export class FrameReceiver {
  readonly #link: FrameLink;
  readonly #frames: number;
  #batches: AsyncIterator<FrameBatch> | undefined;
  #stopped = false;

  /**
   * @param link borrowed; iterated over from the first {@link next} on
   * @param frames the most at once
   */
  constructor(link: FrameLink, frames: number) {
    this.#link = link;
    this.#frames = frames;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** The next frames, valid until the next are asked for; `undefined`: the link was closed here. */
  async next(): Promise<FrameBatch | undefined> {
    try {
      return await this.#next();
    } catch (error) {
      if (!isUnetError(error, 'EOVERFLOW') || this.#stopped) throw error;
      // The MTU has grown: once more with longer frames, which the same error ends if it has not.
      this.#batches = undefined;
      return await this.#next();
    }
  }

  /** Ends the iteration, also one that waits. A second call does nothing. */
  stop(): void {
    this.#stopped = true;
    void this.#batches?.return?.();
  }

  async #next(): Promise<FrameBatch | undefined> {
    if (this.#stopped) return undefined;
    if (this.#link.closed) return undefined;
    const batch = (): FrameBatch => this.#link.createBatch({ frames: this.#frames });
    this.#batches ??= this.#link.batches({ batch: batch() })[Symbol.asyncIterator]();
    const { done, value } = await this.#batches.next();
    return done === true ? undefined : value;
  }
}
