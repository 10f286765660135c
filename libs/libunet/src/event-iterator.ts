import { AbortError } from 'libsys';
import { EventQueue } from './event-queue.ts';
import type { EventReader, EventStream } from './event-stream.ts';
import type { UnetEvent } from './unet-event.ts';

interface Waiter {
  resolve(result: IteratorResult<UnetEvent, undefined>): void;
  reject(error: unknown): void;
}

const DONE: IteratorResult<UnetEvent, undefined> = Object.freeze({ done: true, value: undefined });

/** Events as they come, each iterator with a bounded queue of its own. */
export class EventIterator implements AsyncIterableIterator<UnetEvent>, EventReader {
  readonly #stream: EventStream;
  readonly #signal: AbortSignal | undefined;
  readonly #queue: EventQueue;
  #waiter: Waiter | undefined;
  /** Nothing more comes, or a failure that was not handed on yet does. */
  #ended: { readonly error: unknown } | 'quietly' | undefined;

  /** @param stream borrowed; the iterator reads from it from now on */
  constructor(stream: EventStream, start: 'following' | 'wanting', signal?: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
    this.#queue = new EventQueue(start);
    if (signal?.aborted === true) {
      this.#ended = { error: new AbortError(signal) };
      return;
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    stream.add(this);
  }

  get wantsResync(): boolean {
    return this.#queue.wantsResync;
  }

  beginResync(): void {
    this.#queue.beginResync();
  }

  deliver(event: UnetEvent): void {
    this.#queue.push(event);
    this.#serve();
  }

  end(error?: unknown): void {
    this.#ended ??= error === undefined ? 'quietly' : { error };
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#serve();
  }

  /** @throws {TypeError} the event before has not been delivered yet */
  next(): Promise<IteratorResult<UnetEvent, undefined>> {
    if (this.#waiter !== undefined) {
      return Promise.reject(new TypeError('the event before is still awaited'));
    }
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
      this.#serve();
    });
  }

  /** Ends the iteration, also one that waits. What was not read is dropped. */
  return(): Promise<IteratorResult<UnetEvent, undefined>> {
    this.#giveUp('quietly');
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #onAbort = (): void => {
    if (this.#signal !== undefined) this.#giveUp({ error: new AbortError(this.#signal) });
  };

  #giveUp(how: { readonly error: unknown } | 'quietly'): void {
    while (this.#queue.take() !== undefined);
    if (this.#ended !== 'quietly') this.#ended = how;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#stream.remove(this);
    this.#serve();
  }

  /** Hands on what there is to whom waits for it. */
  #serve(): void {
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    const value = this.#queue.take();
    if (value === undefined && this.#ended === undefined) return;
    this.#waiter = undefined;
    if (value !== undefined) {
      waiter.resolve({ done: false, value });
      if (this.#queue.wantsResync) this.#stream.wake();
      return;
    }
    const ended = this.#ended;
    this.#ended = 'quietly';
    if (typeof ended === 'object') waiter.reject(ended.error);
    else waiter.resolve(DONE);
  }
}
