import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FrameBatch } from 'libframeio';
import { AbortError, type Ready, shareClass, type Wanted } from 'libsys';
import { batchIsBeingWritten, isBeingWritten } from './batch-loans.ts';
import { checkOptions, mustBeBatch } from './check-arguments.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { FaultCounts } from './fault-side.ts';
import { FaultyReader } from './faulty-reader.ts';
import { FaultyWriter } from './faulty-writer.ts';
import type { FrameLink, WaitOptions } from './frame-link.ts';
import { LinkWrapper } from './link-wrapper.ts';
import { mustBeWritableBatch, type WritableBatch } from './writable-batch.ts';

/** How faults are put into effect. */
export interface FaultOptions {
  /** What chance follows, an integer of 32 bits; any by default. The same seed does the same again. */
  readonly seed?: number | undefined;
}

/**
 * Puts faults into a link: lost, doubled, late, changed frames, calls that fail. What happens to a
 * frame depends on the seed and on the frame's number in its direction only, so a run can be repeated
 * however its frames fall into batches; see {@link FaultyLink.seed}.
 *
 * @param link taken over: closing the wrapper closes it
 * @throws {TypeError} a plan or an option that is not one
 * @throws {RangeError} a number out of range
 */
export function faultyLink(
  link: FrameLink,
  plan: FaultPlan,
  options: FaultOptions = {},
): FaultyLink {
  return new FaultyLink(link, plan, options);
}

/** A link with faults; made by {@link faultyLink}. */
export class FaultyLink extends LinkWrapper {
  static {
    shareClass(FaultyLink, 'libunet.FaultyLink');
  }

  /** What repeats this run. */
  readonly seed: number;
  readonly #reader: FaultyReader;
  readonly #writer: FaultyWriter;
  /** Somebody was told to wait for what is there already. */
  #owesTurn = false;

  /** @internal Use {@link faultyLink}. */
  constructor(link: FrameLink, plan: FaultPlan, options: FaultOptions) {
    super(link);
    checkOptions('a fault plan', plan, ['read', 'write']);
    checkOptions('faultyLink', options, ['seed']);
    this.seed = options.seed ?? Math.floor(Math.random() * 2 ** 32);
    this.#reader = new FaultyReader(link, 'read', plan.read ?? [], this.seed);
    this.#writer = new FaultyWriter(link, 'write', plan.write ?? [], this.seed);
  }

  /** What has been done so far. */
  get faults(): { readonly read: FaultCounts; readonly write: FaultCounts } {
    return { read: this.#reader.counts, write: this.#writer.counts };
  }

  override readBatch(batch: FrameBatch): number {
    if (this.#reader.idle || this.closed) return this.inner.readBatch(batch);
    mustBeBatch(batch);
    if (isBeingWritten(batch)) throw batchIsBeingWritten('read', this.name);
    return this.#done(this.#reader.read(batch));
  }

  override writeBatch(batch: WritableBatch, from = 0): number {
    if (this.#writer.idle || this.closed) return this.inner.writeBatch(batch, from);
    mustBeWritableBatch(batch);
    if (isBeingWritten(batch)) throw batchIsBeingWritten('write', this.name);
    if (batch.count === 0 && from === 0) return 0;
    batch.length(from);
    return this.#done(this.#writer.write(batch, from));
  }

  override async ready(wanted: Wanted, options: WaitOptions = {}): Promise<Ready> {
    if (this.#owesTurn) {
      // A fault hides what is ready: without a turn, who asks again and again would stop the program.
      this.#owesTurn = false;
      await nextTurn();
    }
    for (;;) {
      const { signal } = options;
      if (signal?.aborted === true) throw new AbortError(signal);
      const late = wanted.readable === true && !this.closed ? this.#reader.untilReady() : undefined;
      if (late === 0) return { readable: true, writable: false, priority: false, hangup: false };
      if (late === undefined) return await this.inner.ready(wanted, options);
      const ready = await this.#readyWithin(late, wanted, options);
      if (ready !== undefined) return ready;
    }
  }

  /** Closes the link. Frames that are kept back are lost. */
  override close(): void {
    this.#reader.close();
    this.#writer.close();
    super.close();
  }

  /** After a call that had nothing to say, whoever waits is to leave others a turn. */
  #done(count: number): number {
    this.#owesTurn ||= count === 0;
    return count;
  }

  async #readyWithin(
    ms: number,
    wanted: Wanted,
    { signal }: WaitOptions,
  ): Promise<Ready | undefined> {
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    const timer = setTimeout(stop, ms);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await this.inner.ready(wanted, { signal: controller.signal });
    } catch (error) {
      if (error instanceof AbortError) return undefined;
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }
}
