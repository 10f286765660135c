import { type Channel, channel } from 'node:diagnostics_channel';
import type { FrameBatch } from 'libframeio';
import { type Ready, shareClass, type Wanted } from 'libsys';
import type { UnetPropName, UnetPropValues } from 'libsys/unet-abi';
import type { BatchOptions, FrameLink, WaitOptions } from './frame-link.ts';
import type { LinkName } from './link-name.ts';
import { LinkWrapper } from './link-wrapper.ts';
import type { UnetInfo } from './unet-info.ts';
import type { UnetStats } from './unet-stats.ts';
import type { WritableBatch } from './writable-batch.ts';

/** The name of the diagnostics channel that traced calls are published to. */
export const LINK_CHANNEL = 'libunet:link';

/** A call of a link that has ended. */
export interface LinkCall {
  readonly link: LinkName;
  readonly op:
    | 'createBatch'
    | 'readBatch'
    | 'writeBatch'
    | 'readFrame'
    | 'writeFrame'
    | 'ready'
    | 'info'
    | 'getProps'
    | 'setProps'
    | 'stats'
    | 'close';
  /** What it was called with, borrowed: a batch is as the call left it only until the tracer returns. */
  readonly args: readonly unknown[];
  /** When it began, as `performance.now()` tells it, and how long it took: milliseconds. */
  readonly start: number;
  readonly duration: number;
  /** Frames read, or written. */
  readonly frames?: number;
  /** Bytes of these. */
  readonly bytes?: number;
  /** What it returned, or resolved to. */
  readonly result?: unknown;
  /** What it threw, or was rejected with. */
  readonly error?: unknown;
}

/** Is told of each call when it has ended. What it throws is an uncaught exception, not the call's. */
export type LinkTracer = (call: LinkCall) => void;

/** Frames and bytes of a call, by what it returned. */
type Count<T> = (result: T) => Pick<LinkCall, 'frames' | 'bytes'>;

/**
 * Tells of every call that is made of a link: how long it took, what it was about, how it ended.
 * Iterations and waiting writes show as the calls they are made of; events are not told.
 *
 * @param link taken over: closing the wrapper closes it
 * @param tracer by default, calls are published to the `node:diagnostics_channel` named
 * {@link LINK_CHANNEL}; while nobody subscribes, nothing is measured
 * @throws {TypeError} a tracer that is not a function
 */
export function tracedLink(link: FrameLink, tracer?: LinkTracer): TracedLink {
  return new TracedLink(link, tracer);
}

/** A link whose calls are told; made by {@link tracedLink}. */
export class TracedLink extends LinkWrapper {
  static {
    shareClass(TracedLink, 'libunet.TracedLink');
  }

  readonly #tracer: LinkTracer | undefined;
  readonly #channel: Channel = channel(LINK_CHANNEL);

  /** @internal Use {@link tracedLink}. */
  constructor(link: FrameLink, tracer: LinkTracer | undefined) {
    super(link);
    if (tracer !== undefined && typeof tracer !== 'function') {
      throw new TypeError('a tracer must be a function');
    }
    this.#tracer = tracer;
  }

  override createBatch(options?: BatchOptions): FrameBatch {
    if (!this.#heard) return this.inner.createBatch(options);
    return this.#tell('createBatch', [options], () => this.inner.createBatch(options));
  }

  override readBatch(batch: FrameBatch): number {
    if (!this.#heard) return this.inner.readBatch(batch);
    return this.#tell(
      'readBatch',
      [batch],
      () => this.inner.readBatch(batch),
      (frames) => ({ frames, bytes: bytesOf(batch, 0, frames) }),
    );
  }

  override writeBatch(batch: WritableBatch, from = 0): number {
    if (!this.#heard) return this.inner.writeBatch(batch, from);
    return this.#tell(
      'writeBatch',
      [batch, from],
      () => this.inner.writeBatch(batch, from),
      (frames) => ({ frames, bytes: bytesOf(batch, from, frames) }),
    );
  }

  override readFrame(memory: Uint8Array): number {
    if (!this.#heard) return this.inner.readFrame(memory);
    return this.#tell(
      'readFrame',
      [memory],
      () => this.inner.readFrame(memory),
      (bytes) => ({ frames: bytes === 0 ? 0 : 1, bytes }),
    );
  }

  override writeFrame(frame: Uint8Array): boolean {
    if (!this.#heard) return this.inner.writeFrame(frame);
    return this.#tell(
      'writeFrame',
      [frame],
      () => this.inner.writeFrame(frame),
      (taken) => (taken ? { frames: 1, bytes: frame.length } : { frames: 0, bytes: 0 }),
    );
  }

  override ready(wanted: Wanted, options?: WaitOptions): Promise<Ready> {
    if (!this.#heard) return this.inner.ready(wanted, options);
    return this.#tellLater('ready', [wanted, options], this.inner.ready(wanted, options));
  }

  override info(): UnetInfo {
    return this.#heard ? this.#tell('info', [], () => this.inner.info()) : this.inner.info();
  }

  override getProps(): UnetPropValues;
  override getProps<N extends UnetPropName>(names: readonly N[]): Pick<UnetPropValues, N>;
  override getProps(names?: readonly UnetPropName[]): object {
    const get = (): object =>
      names === undefined ? this.inner.getProps() : this.inner.getProps(names);
    return this.#heard ? this.#tell('getProps', [names], get) : get();
  }

  override setProps(values: Partial<UnetPropValues>): void {
    if (!this.#heard) this.inner.setProps(values);
    else this.#tell('setProps', [values], () => this.inner.setProps(values));
  }

  override stats(): Promise<UnetStats> {
    if (!this.#heard) return this.inner.stats();
    return this.#tellLater('stats', [], this.inner.stats());
  }

  override close(): void {
    if (!this.#heard) this.inner.close();
    else this.#tell('close', [], () => this.inner.close());
  }

  /** Whether somebody is told of calls. */
  get #heard(): boolean {
    return this.#tracer !== undefined || this.#channel.hasSubscribers;
  }

  #tell<T>(op: LinkCall['op'], args: readonly unknown[], call: () => T, count?: Count<T>): T {
    const start = performance.now();
    try {
      const result = call();
      const duration = performance.now() - start;
      const counts = count?.(result);
      this.#publish({ link: this.name, op, args, start, duration, ...counts, result });
      return result;
    } catch (error) {
      const duration = performance.now() - start;
      this.#publish({ link: this.name, op, args, start, duration, error });
      throw error;
    }
  }

  async #tellLater<T>(op: LinkCall['op'], args: readonly unknown[], call: Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      const result = await call;
      const duration = performance.now() - start;
      this.#publish({ link: this.name, op, args, start, duration, result });
      return result;
    } catch (error) {
      const duration = performance.now() - start;
      this.#publish({ link: this.name, op, args, start, duration, error });
      throw error;
    }
  }

  #publish(call: LinkCall): void {
    if (this.#tracer === undefined) {
      this.#channel.publish(call);
      return;
    }
    try {
      this.#tracer(call);
    } catch (error) {
      // As with a channel: the frames are where they are, so the call does not fail for it.
      process.nextTick(() => {
        throw error;
      });
    }
  }
}

function bytesOf(batch: WritableBatch, from: number, count: number): number {
  let bytes = 0;
  for (let i = from; i < from + count; i++) bytes += batch.length(i);
  return bytes;
}
