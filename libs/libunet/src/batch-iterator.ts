import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FrameBatch } from 'libframeio';
import { AbortError } from 'libsys';

/** What a {@link BatchIterator} reads from. */
export interface BatchSource<B = FrameBatch> {
  /** Fills a batch and returns it; `undefined`: nothing there right now. */
  read(): B | undefined;
  wait(signal: AbortSignal): Promise<unknown>;
  /** Whether the source was closed by its owner, which ends the iteration quietly. */
  isClosed(): boolean;
  /** The iteration has ended. */
  release(): void;
}

/**
 * After so many batches without a wait, timers and other descriptors get their turn: a source that
 * is never empty would keep the event loop in microtasks for ever.
 */
const BURST = 16;

/** Batches as they come. Each is valid until the next one is asked for. */
export class BatchIterator<B = FrameBatch> implements AsyncIterableIterator<B> {
  readonly #source: BatchSource<B>;
  readonly #signal: AbortSignal | undefined;
  readonly #stop = new AbortController();
  #burst = 0;
  #state: 'idle' | 'reading' | 'ended' = 'idle';

  constructor(source: BatchSource<B>, signal: AbortSignal | undefined) {
    this.#source = source;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Whether no batch will follow: it has ended, or its signal fired. */
  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** @throws {TypeError} the batch before has not been delivered yet */
  async next(): Promise<IteratorResult<B, undefined>> {
    if (this.#state === 'reading') throw new TypeError('the batch before is still awaited');
    if (this.#state === 'ended') return { done: true, value: undefined };
    this.#state = 'reading';
    try {
      const batch = await this.#nextBatch();
      if (batch === undefined) this.#end();
      // What has ended meanwhile stays so: its source may be somebody else's by now.
      else if (!this.stopped) this.#state = 'idle';
      return batch === undefined ? { done: true, value: undefined } : { done: false, value: batch };
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Ends the iteration, also one that waits. */
  return(): Promise<IteratorResult<B, undefined>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #nextBatch(): Promise<B | undefined> {
    if (this.#burst >= BURST) {
      this.#burst = 0;
      await nextTurn();
    }
    for (;;) {
      if (this.#signal?.aborted === true) throw new AbortError(this.#signal);
      if (this.#stop.signal.aborted || this.#source.isClosed()) return undefined;
      const batch = this.#source.read();
      if (batch !== undefined) {
        this.#burst++;
        return batch;
      }
      this.#burst = 0;
      try {
        await this.#source.wait(this.#stop.signal);
      } catch (error) {
        // What ended the wait is looked at above; only a true failure is the caller's.
        if (!this.#stop.signal.aborted && !this.#source.isClosed()) throw error;
      }
    }
  }

  #end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#stop.abort();
    this.#source.release();
  }

  readonly #onAbort = (): void => this.#stop.abort();
}
