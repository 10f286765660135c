import type { FrameBatch } from 'libframeio';
import { isSysError, shareClass } from 'libsys';
import { Capture, type CaptureProgress } from './capture.ts';
import { type CaptureTarget, captureSink } from './capture-sink.ts';
import { checkOptions, INT32_MAX, requireInteger } from './check-arguments.ts';
import type { FrameLink } from './frame-link.ts';
import { LinkWrapper } from './link-wrapper.ts';
import type { PacketFlaw } from './pcapng-packets.ts';
import type { UnetStats } from './unet-stats.ts';
import { frameOf, type WritableBatch } from './writable-batch.ts';

/** How a link is captured. */
export interface CaptureOptions {
  /** The most bytes of a frame that are kept; 0: all. 262144 by default, as with tcpdump. */
  readonly snapLength?: number | undefined;
  /**
   * The most bytes that may be on their way to the target, 4 MiB by default. Frames beyond are left
   * out of the capture, never out of the traffic.
   */
  readonly bufferBytes?: number | undefined;
  /** Whether the target ends with the capture, as by default, or can take another section behind it. */
  readonly atClose?: 'end' | 'keep' | undefined;
  /**
   * Milliseconds between two tellings of the link's counters and of its drops by reason. By default
   * they are told once, by {@link CapturedLink.finish}.
   */
  readonly statsEvery?: number | undefined;
  /** The name of the program, in the file; `libunet` by default. */
  readonly application?: string | undefined;
  /** A comment on the whole capture. */
  readonly comment?: string | undefined;
  /** The time in nanoseconds since 1970; by default the wall clock's at the start, going on evenly. */
  readonly now?: (() => bigint) | undefined;
}

const OPTIONS = [
  'snapLength',
  'bufferBytes',
  'atClose',
  'statsEvery',
  'application',
  'comment',
  'now',
] as const;
const SNAP_LENGTH = 262_144;
const BUFFER_BYTES = 4 * 1024 * 1024;

/**
 * Captures a link as pcapng, both ways: frames read are inbound, for the holder receives what the IP
 * stack sent; frames written are outbound, once the link has taken them. What a write refused for its
 * length is recorded with no direction and a comment.
 *
 * The link never waits for the target: what the target has no room for is left out and counted, in
 * the next packet's drop count and in the statistics at the end. A target that fails ends the capture
 * with a process warning, not the link.
 *
 * @param link taken over: closing the capture closes it
 * @param target ends with the capture unless `atClose` is `'keep'`
 * @throws {TypeError} an unknown option, or nothing to write to
 * @throws {RangeError} a number out of range
 * @throws {UnetError} ENXIO — the link is gone
 */
export function captureLink(
  link: FrameLink,
  target: CaptureTarget,
  options: CaptureOptions = {},
): CapturedLink {
  return new CapturedLink(link, target, options);
}

/** A link that is captured; made by {@link captureLink}. */
export class CapturedLink extends LinkWrapper {
  static {
    shareClass(CapturedLink, 'libunet.CapturedLink');
  }

  readonly #capture: Capture;
  /** What the counters said at the beginning. */
  readonly #first: Promise<UnetStats | undefined>;
  readonly #timer: NodeJS.Timeout | undefined;
  /** The counters that were told last. */
  #told: ToldCounters = {};
  #closing: 'no' | 'yes' = 'no';

  /** @internal Use {@link captureLink}. */
  constructor(link: FrameLink, target: CaptureTarget, options: CaptureOptions) {
    super(link);
    check(options);
    const { mac } = link.info();
    this.#capture = new Capture(captureSink(target), {
      link: link.name,
      mac,
      application: options.application ?? 'libunet',
      comment: options.comment,
      snapLength: options.snapLength ?? SNAP_LENGTH,
      bufferBytes: options.bufferBytes ?? BUFFER_BYTES,
      atClose: options.atClose ?? 'end',
      now: options.now ?? steadyClock(),
    });
    this.#first = this.#counters();
    const { statsEvery } = options;
    if (statsEvery !== undefined) {
      this.#timer = setInterval(() => void this.#tellNow(), statsEvery).unref();
    }
  }

  /** How far the capture has come. */
  get progress(): CaptureProgress {
    return this.#capture.progress;
  }

  override readBatch(batch: FrameBatch): number {
    const count = this.inner.readBatch(batch);
    if (count > 0) this.#capture.record(batch, { direction: 'in' });
    return count;
  }

  override writeBatch(batch: WritableBatch, from = 0): number {
    let taken: number;
    try {
      taken = this.inner.writeBatch(batch, from);
    } catch (error) {
      if (isSysError(error, 'ERANGE')) {
        const flaw = this.#flawOf(batch.length(from));
        const comment = `not sent: ${flaw ?? 'refused'} (${error.code})`;
        this.#capture.record([frameOf(batch, from)], { direction: 'none', flaw, comment });
      }
      throw error;
    }
    if (taken > 0) this.#capture.record(framesOf(batch, from, taken), { direction: 'out' });
    return taken;
  }

  /**
   * Tells the link's counters, closes the link, and waits until the target has the whole capture;
   * `await using` does this. A second call waits, too.
   *
   * @throws what the target failed with
   */
  async finish(): Promise<void> {
    if (this.#closing === 'no') await this.#askCounters();
    this.close();
    await this.#capture.finished;
  }

  /** Closes the link and ends the capture at once, without the link's last counters. */
  override close(): void {
    if (this.#closing === 'yes') return;
    this.#closing = 'yes';
    clearInterval(this.#timer);
    try {
      this.#capture.statistics(this.#told);
      this.#capture.end();
    } finally {
      super.close();
    }
  }

  /** {@link finish} and {@link close}, for `await using`. */
  override async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.finish();
    } finally {
      await super[Symbol.asyncDispose]();
    }
  }

  #flawOf(length: number): PacketFlaw | undefined {
    try {
      return length < this.inner.info().minFrame ? 'too short' : 'too long';
    } catch {
      // The link has gone meanwhile; the comment says enough.
      return undefined;
    }
  }

  /** The link's counters; none, if it has gone: a capture goes on without them. */
  async #counters(): Promise<UnetStats | undefined> {
    try {
      return await this.inner.stats();
    } catch {
      return undefined;
    }
  }

  async #askCounters(): Promise<void> {
    const first = await this.#first;
    const now = await this.#counters();
    if (first !== undefined && now !== undefined) this.#told = told(first, now);
  }

  async #tellNow(): Promise<void> {
    await this.#askCounters();
    if (this.#closing === 'no') this.#capture.statistics(this.#told);
  }
}

type ToldCounters = Parameters<Capture['statistics']>[0];

/** The counters as a capture tells them: since it began, drops by reason. */
function told(first: UnetStats, now: UnetStats): ToldCounters {
  const by = (
    way: string,
    before: Readonly<Record<string, bigint>>,
    after: Readonly<Record<string, bigint>>,
  ): string => {
    const reasons = Object.entries(after)
      .map(([reason, count]) => [reason, count - (before[reason] ?? 0n)] as const)
      .filter(([, count]) => count > 0n)
      .map(([reason, count]) => `${reason} ${count}`);
    return `${way} drops: ${reasons.length === 0 ? 'none' : reasons.join(', ')}`;
  };
  const rx = by('rx', first.rxDropsBy, now.rxDropsBy);
  const tx = by('tx', first.txDropsBy, now.txDropsBy);
  return {
    received: now.rxInFrames + now.txInFrames - first.rxInFrames - first.txInFrames,
    dropped: now.rxDrops + now.txDrops - first.rxDrops - first.txDrops,
    comment: `${rx}; ${tx}`,
  };
}

function* framesOf(batch: WritableBatch, from: number, count: number): Iterable<Uint8Array> {
  for (let i = from; i < from + count; i++) yield frameOf(batch, i);
}

/** The wall clock now, and from here on a clock that nobody sets. */
function steadyClock(): () => bigint {
  const offset = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
  return () => process.hrtime.bigint() + offset;
}

function check(options: CaptureOptions): void {
  checkOptions('captureLink', options, OPTIONS);
  const { snapLength = 0, bufferBytes = 0, statsEvery = 1, atClose = 'end' } = options;
  requireInteger('snapLength', snapLength, 0, INT32_MAX);
  requireInteger('bufferBytes', bufferBytes, 0, INT32_MAX);
  requireInteger('statsEvery', statsEvery, 1, INT32_MAX);
  const { now, application = '', comment = '' } = options;
  if (now !== undefined && typeof now !== 'function') throw new TypeError('now must be a function');
  if (typeof application !== 'string' || typeof comment !== 'string') {
    throw new TypeError('application and comment must be strings');
  }
  if (atClose !== 'end' && atClose !== 'keep') {
    throw new RangeError(`atClose must be end or keep, not ${String(atClose)}`);
  }
}
