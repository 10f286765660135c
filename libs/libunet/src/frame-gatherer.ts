import type { FrameBatch } from 'libframeio';
import type { FrameLink } from './frame-link.ts';

/** Frames that go to a link together. */
export class FrameGatherer {
  readonly #link: FrameLink;
  /** The most that are gathered. */
  readonly #frames: number;
  readonly #stop = new AbortController();
  #batch: FrameBatch | undefined;

  constructor(link: FrameLink, frames: number) {
    this.#link = link;
    this.#frames = frames;
  }

  /** Adds a frame (copied); writes those before it if there is no room. */
  async add(frame: Uint8Array): Promise<void> {
    if (!(frame instanceof Uint8Array)) {
      await this.flush();
      throw new TypeError('a frame must be a Uint8Array');
    }
    if (this.#batch?.room === 0 || !this.#fits(frame)) await this.flush();
    // None yet, or the MTU may have grown since.
    if (!this.#fits(frame)) this.#batch = this.#link.createBatch({ frames: this.#frames });
    if (this.#fits(frame)) this.#batch?.push(frame);
    // The link says what is wrong with it.
    else await this.#link.write(frame, { signal: this.#stop.signal });
  }

  /** Writes what there is, waiting for room. */
  async flush(): Promise<void> {
    if (this.#batch === undefined || this.#batch.count === 0) return;
    await this.#link.writeAll(this.#batch, { signal: this.#stop.signal });
    this.#batch.reset();
  }

  #fits({ length }: Uint8Array): boolean {
    return length > 0 && this.#batch !== undefined && length <= this.#batch.frameSize;
  }

  /** Gives up what was not written yet. */
  stop(): void {
    this.#stop.abort();
  }
}
