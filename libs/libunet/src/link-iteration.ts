import type { FrameBatch } from 'libframeio';
import { BatchIterator } from './batch-iterator.ts';
import { beginIterating, endIterating } from './batch-loans.ts';
import { checkOptions, mustBeBatch } from './check-arguments.ts';
import type { FrameLink, ReadOptions } from './frame-link.ts';
import { ItemIterator, type Items } from './item-iterator.ts';
import { isUnetError, UnetError } from './unet-error.ts';

/** What is iterated over. */
export type FrameSource = Pick<
  FrameLink,
  'name' | 'closed' | 'createBatch' | 'readBatch' | 'ready'
>;

const FRAMES: Items<FrameBatch, Buffer> = {
  count: (batch) => batch.count,
  item: (batch, i) => batch.frame(i),
};

/**
 * `batches()` and `frames()` of a link, by its own `readBatch` and `ready`: what a link made by
 * `openUnet` and every wrapper have in common. One iteration at a time.
 */
export class LinkIteration {
  readonly #link: FrameSource;
  #reader: 'none' | 'iterating' = 'none';

  /** @param link whose frames they are */
  constructor(link: FrameSource) {
    this.#link = link;
  }

  /** @see FrameLink.batches */
  batches(options: ReadOptions = {}): AsyncIterable<FrameBatch> {
    checkReadOptions('batches', options);
    return { [Symbol.asyncIterator]: () => this.#iterate(options) };
  }

  /** @see FrameLink.frames */
  frames(options: ReadOptions = {}): AsyncIterable<Buffer> {
    checkReadOptions('frames', options);
    return { [Symbol.asyncIterator]: () => new ItemIterator(this.#iterate(options), FRAMES) };
  }

  #iterate(options: ReadOptions): BatchIterator {
    const link = this.#link;
    if (link.closed) throw this.#refusal('EBADF', 'link is closed');
    if (this.#reader === 'iterating') {
      throw this.#refusal('EBUSY', 'somebody iterates over the link already');
    }
    if (options.batch !== undefined && !beginIterating(options.batch)) {
      throw this.#refusal('EBUSY', 'somebody iterates with the batch already');
    }
    this.#reader = 'iterating';
    let batch = options.batch;
    return new BatchIterator(
      {
        read: () => {
          batch ??= link.createBatch();
          try {
            return link.readBatch(batch) > 0 ? batch : undefined;
          } catch (error) {
            // The MTU has grown since: a batch of our own grows with it.
            if (!isUnetError(error, 'EOVERFLOW') || options.batch !== undefined) throw error;
            batch = link.createBatch();
            return link.readBatch(batch) > 0 ? batch : undefined;
          }
        },
        wait: (signal) => link.ready({ readable: true }, { signal }),
        isClosed: () => link.closed,
        release: () => {
          this.#reader = 'none';
          if (options.batch !== undefined) endIterating(options.batch);
        },
      },
      options.signal,
    );
  }

  #refusal(code: string, text: string): UnetError {
    return new UnetError({ code, syscall: 'ioctl', op: 'read', link: this.#link.name, text });
  }
}

function checkReadOptions(of: string, options: ReadOptions): void {
  checkOptions(of, options, ['signal', 'batch']);
  if (options.batch !== undefined) mustBeBatch(options.batch);
}
