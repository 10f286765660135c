import { FrameBatch } from 'libframeio';
import { type Ready, shareClass, type Wanted } from 'libsys';
import type { UnetPropName, UnetPropValues } from 'libsys/unet-abi';
import { mustBeBytes, mustBeLink } from './check-arguments.ts';
import type { BatchOptions, EventOptions, FrameLink, WaitOptions } from './frame-link.ts';
import { LinkBase } from './link-base.ts';
import type { LinkName } from './link-name.ts';
import type { UnetEvent, UnetEventMap, UnetListener } from './unet-event.ts';
import type { UnetInfo } from './unet-info.ts';
import type { UnetStats } from './unet-stats.ts';
import type { WritableBatch } from './writable-batch.ts';

/**
 * A link around a link, for wrappers of your own too: everything goes to the inner one, except that
 * whatever reads or writes frames goes through `readBatch` and `writeBatch` of the wrapper. Wrappers
 * go around each other in any order.
 *
 * A wrapper takes the link over: closing the wrapper closes the link. The inner link may still be
 * asked things; frames read or written there pass the wrapper by.
 */
export abstract class LinkWrapper extends LinkBase implements FrameLink {
  static {
    shareClass(LinkWrapper, 'libunet.LinkWrapper');
  }

  /** What is wrapped. */
  protected readonly inner: FrameLink;
  #readOne: FrameBatch | undefined;
  #writeOne: FrameBatch | undefined;

  /** @param inner taken over @throws {TypeError} not a link */
  constructor(inner: FrameLink) {
    super();
    mustBeLink(inner);
    this.inner = inner;
  }

  /** The inner link's. */
  get name(): LinkName {
    return this.inner.name;
  }

  get closed(): boolean {
    return this.inner.closed;
  }

  createBatch(options?: BatchOptions): FrameBatch {
    return this.inner.createBatch(options);
  }

  readBatch(batch: FrameBatch): number {
    return this.inner.readBatch(batch);
  }

  writeBatch(batch: WritableBatch, from = 0): number {
    return this.inner.writeBatch(batch, from);
  }

  readFrame(memory: Uint8Array): number {
    mustBeBytes(memory, 'memory for a frame');
    const frameSize = memory.length;
    if (frameSize === 0) return this.inner.readFrame(memory);
    if (this.#readOne?.frameSize !== frameSize) {
      this.#readOne = new FrameBatch({ frames: 1, frameSize });
    }
    const batch = this.#readOne;
    if (this.readBatch(batch) === 0) return 0;
    memory.set(batch.frame(0));
    return batch.length(0);
  }

  writeFrame(frame: Uint8Array): boolean {
    mustBeBytes(frame);
    if (frame.length === 0) return this.inner.writeFrame(frame);
    if (this.#writeOne === undefined || this.#writeOne.frameSize < frame.length) {
      this.#writeOne = new FrameBatch({ frames: 1, frameSize: frame.length });
    }
    const batch = this.#writeOne;
    batch.reset();
    batch.push(frame);
    return this.writeBatch(batch) === 1;
  }

  ready(wanted: Wanted, options?: WaitOptions): Promise<Ready> {
    return this.inner.ready(wanted, options);
  }

  events(options?: EventOptions): AsyncIterable<UnetEvent> {
    return this.inner.events(options);
  }

  on<T extends keyof UnetEventMap>(type: T, listener: UnetListener<T>): this {
    this.inner.on(type, listener);
    return this;
  }

  off<T extends keyof UnetEventMap>(type: T, listener: UnetListener<T>): this {
    this.inner.off(type, listener);
    return this;
  }

  info(): UnetInfo {
    return this.inner.info();
  }

  getProps(): UnetPropValues;
  getProps<N extends UnetPropName>(names: readonly N[]): Pick<UnetPropValues, N>;
  getProps(names?: readonly UnetPropName[]): object {
    return names === undefined ? this.inner.getProps() : this.inner.getProps(names);
  }

  setProps(values: Partial<UnetPropValues>): void {
    this.inner.setProps(values);
  }

  stats(): Promise<UnetStats> {
    return this.inner.stats();
  }

  close(): void {
    this.inner.close();
  }

  /** {@link close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** {@link close}, for `await using`, when the links inside have ended too. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      // First what may still have something to ask of the link.
      await this.inner[Symbol.asyncDispose]();
    } finally {
      this.close();
    }
  }
}
