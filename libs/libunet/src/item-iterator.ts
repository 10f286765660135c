import type { BatchIterator } from './batch-iterator.ts';

/** What is in a batch. */
export interface Items<B, T> {
  count(batch: B): number;
  item(batch: B, i: number): T;
}

/**
 * What is in the batches, one by one as they come. Each is valid until the next one is asked for.
 *
 * No generator: `return` of one that waits would wait for the next batch, too.
 */
export class ItemIterator<B, T> implements AsyncIterableIterator<T> {
  readonly #batches: BatchIterator<B>;
  readonly #items: Items<B, T>;
  #batch: B | undefined;
  #count = 0;
  #next = 0;

  /** @param batches taken over */
  constructor(batches: BatchIterator<B>, items: Items<B, T>) {
    this.#batches = batches;
    this.#items = items;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (this.#batch === undefined || this.#next >= this.#count || this.#batches.stopped) {
      const { done, value } = await this.#batches.next();
      if (done === true) {
        this.#batch = undefined;
        return { done: true, value: undefined };
      }
      this.#batch = value;
      this.#count = this.#items.count(value);
      this.#next = 0;
    }
    return { done: false, value: this.#items.item(this.#batch, this.#next++) };
  }

  /** Ends the iteration, also one that waits. */
  async return(): Promise<IteratorResult<T, undefined>> {
    this.#batch = undefined;
    await this.#batches.return();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
