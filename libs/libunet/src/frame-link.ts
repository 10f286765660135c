import type { FrameBatch } from 'libframeio';
import type { Ready, Wanted } from 'libsys';
import type { UnetPropName, UnetPropValues } from 'libsys/unet-abi';
import type { LinkName } from './link-name.ts';
import type { UnetInfo } from './unet-info.ts';

/** How frames are taken from a link. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Fill this batch, borrowed; by default one is made that fits the link. */
  readonly batch?: FrameBatch | undefined;
}

/** What a wait can be given up by. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * A link as a program uses it: what `openUnet` gives, and what each wrapper takes and is. Frames that
 * the IP stack sends are read; frames written are the stack's to receive.
 */
export interface FrameLink extends Disposable, AsyncDisposable {
  readonly name: LinkName;
  readonly closed: boolean;

  /**
   * Fills `batch` (borrowed) with the frames that wait, as many as fit, and returns how many. 0:
   * none waits.
   *
   * @throws {UnetError} ENXIO — the link is gone; EOVERFLOW — the first frame is too long for the
   * batch and stays queued
   */
  readBatch(batch: FrameBatch): number;

  /**
   * Writes the frames of `batch` (borrowed) from `from` on and returns how many were taken: all of
   * them, or those that there was room for.
   *
   * @throws {UnetError} ENXIO — the link is gone; ERANGE — frame `from` is too short or too long
   * @throws {RangeError} there is no frame `from`
   */
  writeBatch(batch: FrameBatch, from?: number): number;

  /**
   * Writes all frames of `batch` (borrowed: leave it alone until this is done), waiting for room as
   * needed.
   *
   * @throws {AbortError} `signal` fired
   * @throws {UnetError} as {@link writeBatch}
   */
  writeAll(batch: FrameBatch, options?: WaitOptions): Promise<void>;

  /**
   * Batches of frames as they come; the same batch again and again, valid until the next is asked
   * for. Ends when the link is closed here; one iteration at a time.
   *
   * @throws {UnetError} EBUSY — somebody iterates already; ENXIO — the link was destroyed;
   * ECONNRESET — the hosted server is gone
   * @throws {AbortError} `signal` fired
   */
  batches(options?: ReadOptions): AsyncIterable<FrameBatch>;

  /** Frames as they come, each valid until the next is asked for. Otherwise as {@link batches}. */
  frames(options?: ReadOptions): AsyncIterable<Buffer>;

  /**
   * Resolves when a frame waits (`readable`), a maximal one has room (`writable`) or an event waits
   * (`priority`); or when the link is gone: then `hangup` is true and the next read says ENXIO.
   *
   * @throws {AbortError} `signal` fired
   * @throws {UnetError} EBADF — closed before or meanwhile; ECONNRESET — the hosted server is gone
   */
  ready(wanted: Wanted, options?: WaitOptions): Promise<Ready>;

  /** All there is to know of the link. @throws {UnetError} ENXIO — the link is gone */
  info(): UnetInfo;

  /** Properties by name; all of them without `names`. @throws {UnetError} ENXIO — the link is gone */
  getProps(): UnetPropValues;
  getProps<N extends UnetPropName>(names: readonly N[]): Pick<UnetPropValues, N>;

  /**
   * Sets properties, all or none. A holder may set `rxbuf`, `txbuf` and `linger`; the rest wants the
   * privilege to configure links.
   *
   * @throws {UnetError} ERANGE, EINVAL, EACCES, EPERM; `property` is the one that was refused
   */
  setProps(values: Partial<UnetPropValues>): void;

  /** Closes the link: waits and iterations end. A second call does nothing. */
  close(): void;
}
