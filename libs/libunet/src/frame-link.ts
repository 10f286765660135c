import type { FrameBatch } from 'libframeio';
import type { Ready, Wanted } from 'libsys';
import type { UnetPropName, UnetPropValues } from 'libsys/unet-abi';
import type { LinkName } from './link-name.ts';
import type { UnetEvent, UnetEventMap, UnetListener } from './unet-event.ts';
import type { UnetInfo } from './unet-info.ts';
import type { UnetStats } from './unet-stats.ts';
import type { WritableBatch } from './writable-batch.ts';

/** What a batch is to be like; its frames are as long as the link's longest. */
export interface BatchOptions {
  /** How many frames fit; 64 by default. Frames times vectors of a frame may be 256 at most. */
  readonly frames?: number | undefined;
  /** Has each frame cross in several vectors: see `FrameBatchOptions`. */
  readonly split?: readonly number[] | undefined;
  /** Bytes kept free in front of every frame, for a header of your own. */
  readonly headRoom?: number | undefined;
}

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

/** How events are taken from a link. */
export interface EventOptions {
  readonly signal?: AbortSignal | undefined;
  /** Start with how everything is, up to `synced`, instead of with what happens next. */
  readonly resync?: boolean | undefined;
}

/**
 * A link as a program uses it: what `openUnet` gives, and what each wrapper takes and is. Frames that
 * the IP stack sends are read; frames written are the stack's to receive.
 */
export interface FrameLink extends Disposable, AsyncDisposable {
  readonly name: LinkName;
  /** Whether it was closed here; one that was destroyed is not. */
  readonly closed: boolean;

  /**
   * Makes a batch that fits the link: for its longest frame, in memory that its kernel reaches
   * cheaply. Yours; it can be used with other links as well, one after the other.
   *
   * @throws {TypeError | RangeError} an option
   * @throws {UnetError} ENXIO — the link is gone
   */
  createBatch(options?: BatchOptions): FrameBatch;

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
   * them, or those that there was room for. Those of a `GatherBatch` are taken from where they lie.
   *
   * @throws {UnetError} ENXIO — the link is gone; ERANGE — frame `from` is too short or too long
   * @throws {RangeError} there is no frame `from`
   */
  writeBatch(batch: WritableBatch, from?: number): number;

  /**
   * Writes all frames of `batch` (borrowed: leave it alone until this is done), waiting for room as
   * needed, behind all that was handed to {@link write} or `writeAll` before. Meanwhile other calls
   * with the batch end with EBUSY.
   *
   * @throws {AbortError} `signal` fired
   * @throws {UnetError} as {@link writeBatch}
   */
  writeAll(batch: WritableBatch, options?: WaitOptions): Promise<void>;

  /**
   * Writes a frame, or several (borrowed until this is done), waiting for room as needed. Calls keep
   * their order; the frames of all calls of one turn of the program go with as few requests as
   * possible. If it fails, the frames before the one that was refused have been written.
   *
   * @throws {TypeError} not frames
   * @throws {AbortError} `signal` fired
   * @throws {UnetError} ERANGE — a frame is too short or too long; otherwise as {@link writeBatch}
   */
  write(frames: Uint8Array | readonly Uint8Array[], options?: WaitOptions): Promise<void>;

  /**
   * Reads one frame into `memory` (borrowed) and returns its length. 0: none waits.
   *
   * @throws {RangeError} no memory
   * @throws {UnetError} ENXIO — the link is gone; EOVERFLOW — the frame is longer and stays queued
   */
  readFrame(memory: Uint8Array): number;

  /**
   * Writes one frame (copied). `false`: there is no room for it right now.
   *
   * @throws {UnetError} ENXIO — the link is gone; ERANGE — too short or too long
   */
  writeFrame(frame: Uint8Array): boolean;

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

  /**
   * What happens to the link, as it happens: every iteration is told everything, from its start on;
   * the first one also what has happened since the open. Ends after `destroy`, or when the link is
   * closed here. A reader that is slow is told the latest of each thing; one that is too slow is told
   * `overflow` and then, as with `resync`, how everything is, up to `synced`. Keeps the process alive.
   *
   * @throws {UnetError} ECONNRESET — the hosted server is gone; EBADF — the descriptor is not open
   * for reading
   * @throws {AbortError} `signal` fired
   */
  events(options?: EventOptions): AsyncIterable<UnetEvent>;

  /**
   * Calls `listener` with every event of a type from now on, as {@link events} tells them; `'error'`:
   * with the reason why no more will come. Keeps the process alive until it is taken {@link off}. What
   * a listener throws is an uncaught exception.
   *
   * @throws {TypeError} no such event
   * @throws {UnetError} EBADF — closed
   */
  on<T extends keyof UnetEventMap>(type: T, listener: UnetListener<T>): this;

  /** Takes back one {@link on}. Does nothing if there was none. @throws {TypeError} no such event */
  off<T extends keyof UnetEventMap>(type: T, listener: UnetListener<T>): this;

  /** All there is to know of the link. @throws {UnetError} ENXIO — the link is gone */
  info(): UnetInfo;

  /** Properties by name; all of them without `names`. @throws {UnetError} ENXIO — the link is gone */
  getProps(): UnetPropValues;
  /** The properties of these names. @throws {UnetError} ENXIO — the link is gone */
  getProps<N extends UnetPropName>(names: readonly N[]): Pick<UnetPropValues, N>;

  /**
   * Sets properties, all or none. A holder may set `rxbuf`, `txbuf` and `linger`; the rest wants the
   * privilege to configure links.
   *
   * @throws {UnetError} ERANGE, EINVAL, EACCES, EPERM; `property` is the one that was refused
   */
  setProps(values: Partial<UnetPropValues>): void;

  /**
   * The link's counters, every reason of a drop on its own.
   *
   * @throws {UnetError} ENXIO — the link is gone; ENOENT — the kernel keeps none for it
   */
  stats(): Promise<UnetStats>;

  /**
   * Closes the link: waits and iterations end. A second call does nothing.
   *
   * @throws {UnetError} EBADF — somebody else closed the descriptor; whoever has its number now keeps it
   */
  close(): void;
}
