import { errnoName, errnoNumber, isSysError, type Ready, shareClass } from 'libsys';
import {
  UNET_CAPTURE_DROP,
  UNET_CAPTURE_READ,
  UNET_CAPTURE_WRITE,
  UNET_IOC_CAPTURE,
  type UnetDropName,
  type UnetIocCapture,
  type UnetWay,
  unetHdr,
  unetIocCapture,
} from 'libsys/unet-abi';
import { BatchIterator } from './batch-iterator.ts';
import { CaptureBatch } from './capture-batch.ts';
import { checkOptions, requireInteger } from './check-arguments.ts';
import type { ReadOptions, WaitOptions } from './frame-link.ts';
import { ItemIterator, type Items } from './item-iterator.ts';
import { type LinkName, parseLinkName } from './link-name.ts';
import type { MonitorFile } from './monitor-file.ts';
import { unetRequest } from './unet-request.ts';

const EAGAIN = -errnoNumber('EAGAIN');

/** What is captured of a link: frames the holder reads, frames it writes, frames that are lost. */
export type CaptureKind = UnetWay | 'drop';
const KIND_BITS: Readonly<Record<CaptureKind, number>> = {
  read: UNET_CAPTURE_READ,
  write: UNET_CAPTURE_WRITE,
  drop: UNET_CAPTURE_DROP,
};
const KINDS = Object.keys(KIND_BITS) as CaptureKind[];

/** What a capture keeps, and in how much room. */
export interface LinkCaptureOptions {
  /** The most bytes of a frame that are kept, from 14 on; by default all. */
  readonly snapLength?: number | undefined;
  /** Bytes that the driver keeps until they are read, 1 MiB by default. */
  readonly bytes?: number | undefined;
  /** What is captured, one at least; by default everything. */
  readonly directions?: readonly CaptureKind[] | undefined;
}

/** A frame that went by. */
export interface CapturedFrame {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** Its way, as the holder of the link sees it. */
  readonly direction: UnetWay;
  /** Why it was lost, if it was: the word that the statistics have for it. */
  readonly drop?: UnetDropName;
  /** The bytes it had. */
  readonly length: number;
  /** Those that were captured; borrowed until the next frame is asked for. */
  readonly frame: Buffer;
}

const FRAMES: Items<CaptureBatch, CapturedFrame> = {
  count: (batch) => batch.count,
  item: (batch, i) => {
    const drop = batch.drop(i);
    return {
      time: batch.time(i),
      direction: batch.direction(i),
      ...(drop === undefined ? {} : { drop: drop.name }),
      length: batch.length(i),
      frame: batch.frame(i),
    };
  },
};

/**
 * A look at the frames of a link that somebody else may hold, and that goes on as if nobody looked.
 * Made by `openCapture`; owns its descriptor.
 */
export class LinkCapture implements AsyncIterable<CapturedFrame> {
  static {
    shareClass(LinkCapture, 'libunet.LinkCapture');
  }

  readonly name: LinkName;
  /** The most bytes of a frame that are kept. */
  readonly snapLength: number;
  /** Bytes that the driver keeps until they are read. */
  readonly bytes: number;
  readonly #file: MonitorFile;
  readonly #maxRecord: number;
  #captured = 0n;
  #lost = 0n;

  /** @internal Use `openCapture`. */
  constructor(file: MonitorFile, name: LinkName, options: LinkCaptureOptions) {
    const { snaplen, bytes, maxrecord } = unetRequest({
      kernel: file.kernel,
      fd: file.fd('capture'),
      command: UNET_IOC_CAPTURE,
      codec: unetIocCapture,
      value: request(name, options),
      op: 'capture',
      link: name,
    });
    this.name = name;
    this.snapLength = snaplen;
    this.bytes = bytes;
    this.#file = file;
    this.#maxRecord = maxrecord;
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#file.closed;
  }

  /** Frames that were read. */
  get captured(): bigint {
    return this.#captured;
  }

  /** Frames that the driver had no room for, as far as it has told. */
  get lost(): bigint {
    return this.#lost;
  }

  /**
   * Makes memory for records: `bytes` of it, 256 KiB by default, and never less than one record takes.
   *
   * @throws {RangeError}
   */
  createBatch(options: { readonly bytes?: number | undefined } = {}): CaptureBatch {
    checkOptions('createBatch', options, ['bytes']);
    const { bytes = Math.max(256 * 1024, this.#maxRecord) } = options;
    requireInteger('bytes', bytes, this.#maxRecord, 64 * 1024 * 1024);
    return new CaptureBatch(this.#file.kernel, bytes);
  }

  /**
   * Reads the frames that wait into `batch` (borrowed), as many as fit, and returns how many. 0: none
   * waits. For hot paths: nothing is allocated.
   *
   * @throws {TypeError} not a batch
   * @throws {UnetError} ENXIO — the link is gone, and everything has been read; EBADF — closed
   */
  readBatch(batch: CaptureBatch): number {
    const fd = this.#file.fd('read');
    if (!(batch instanceof CaptureBatch)) throw new TypeError('batch must be a CaptureBatch');
    const result = this.#file.kernel.tryRead(fd, batch.buffer);
    if (result < 0 && result !== EAGAIN) throw this.#file.failure(errnoName(-result), 'read');
    const count = batch.complete(Math.max(result, 0));
    this.#captured += BigInt(count);
    this.#lost += batch.lost;
    return count;
  }

  /** Resolves when there is something to read, or the link is gone. @throws {AbortError} */
  async ready(options: WaitOptions = {}): Promise<Ready> {
    checkOptions('ready', options, ['signal']);
    return await this.#file.ready({ readable: true }, options);
  }

  /**
   * Batches as they come, each valid until the next one is asked for, until the link is destroyed or
   * the capture closed.
   *
   * @throws {AbortError} `signal` fired
   */
  batches(options: ReadOptions = {}): AsyncIterableIterator<CaptureBatch> {
    return this.#batches('batches', options);
  }

  #batches(of: string, options: ReadOptions): BatchIterator<CaptureBatch> {
    checkOptions(of, options, ['signal']);
    const { signal } = options;
    const batch = this.createBatch();
    let gone = false;
    return new BatchIterator<CaptureBatch>(
      {
        read: () => {
          try {
            return this.readBatch(batch) > 0 ? batch : undefined;
          } catch (error) {
            if (!isSysError(error, 'ENXIO')) throw error;
            gone = true;
            return undefined;
          }
        },
        wait: async (stop) => {
          if (!gone) await this.ready({ signal: stop });
        },
        isClosed: () => this.closed || gone,
        release: () => undefined,
      },
      signal,
    );
  }

  /** The frames as they come; ends as {@link batches} does. @throws {AbortError} `signal` fired */
  frames(options: ReadOptions = {}): AsyncIterableIterator<CapturedFrame> {
    return new ItemIterator(this.#batches('frames', options), FRAMES);
  }

  /** As {@link frames} without a signal. */
  [Symbol.asyncIterator](): AsyncIterator<CapturedFrame> {
    return this.frames();
  }

  /** Ends the capture. A second call does nothing. */
  close(): void {
    if (!this.closed) this.#file.close();
  }

  /** {@link close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

/** @internal The request for a capture. @throws {TypeError | RangeError} */
export function request(name: string, options: LinkCaptureOptions): Partial<UnetIocCapture> {
  const { snapLength = 0, bytes = 0, directions = KINDS } = options;
  if (snapLength !== 0) requireInteger('snapLength', snapLength, 14, 65_536);
  if (bytes !== 0) requireInteger('bytes', bytes, 1, 16 * 1024 * 1024);
  if (!Array.isArray(directions)) throw new TypeError('directions must be an array');
  if (directions.length === 0) throw new RangeError('directions must name at least one');
  const flags = directions.reduce((bits: number, kind: CaptureKind) => {
    if (!Object.hasOwn(KIND_BITS, kind)) {
      throw new TypeError(`a direction is read, write or drop, not ${String(kind)}`);
    }
    return bits | KIND_BITS[kind];
  }, 0);
  return { hdr: unetHdr(parseLinkName(name), flags), snaplen: snapLength, bytes };
}
