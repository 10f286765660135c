import { FrameBatch } from 'libframeio';
import {
  errnoName,
  errnoNumber,
  type Fd,
  isSysError,
  type Kernel,
  type Ready,
  type Wanted,
} from 'libsys';
import {
  decodeUnetProp,
  UNET_IOC_FRAMEIO_READ,
  UNET_IOC_FRAMEIO_WRITE,
  UNET_IOC_GETPROP,
  UNET_IOC_INFO,
  UNET_IOC_SETPROP,
  UNET_PROPS,
  type UnetPropName,
  type UnetPropValues,
  unetHdr,
  unetIocInfo,
  unetIocProps,
} from 'libsys/unet-abi';
import { BatchIterator, FrameIterator } from './batch-iterator.ts';
import type { FrameLink, ReadOptions, WaitOptions } from './frame-link.ts';
import type { LinkName } from './link-name.ts';
import { UnetError } from './unet-error.ts';
import { type UnetInfo, unetInfoOf } from './unet-info.ts';
import { propsToGet, propsToSet, unetRequest } from './unet-request.ts';

/** Frames that a batch of {@link UnetLink.batches} has room for. */
const DEFAULT_FRAMES = 64;

const EAGAIN = -errnoNumber('EAGAIN');
const EOVERFLOW = -errnoNumber('EOVERFLOW');

/** What a descriptor's failures mean to the holder of a link. */
const TEXTS: Readonly<Record<string, string>> = {
  ENXIO: 'link has been destroyed',
  ERANGE: 'frame is too short or too long for the link',
  ENOMEM: 'not enough memory',
  ECONNRESET: 'the hosted server is gone; open the link again',
};

const forgotten = new FinalizationRegistry<string>((name) => {
  process.emitWarning(`link ${name} was never closed; use "await using" or call close()`, {
    type: 'UnetWarning',
    code: 'UNET_NOT_CLOSED',
  });
});

/**
 * A link held open: the frames that the IP stack sends to it are read, frames for the stack are
 * written. Made by `openUnet`; owns its descriptor.
 */
export class UnetLink implements FrameLink {
  readonly name: LinkName;
  readonly kernel: Kernel;
  readonly #ownsKernel: 'owned' | 'borrowed';
  #fd: Fd | undefined;
  #reader: 'none' | 'iterating' = 'none';

  /** @internal Use `openUnet`. */
  constructor(name: LinkName, fd: Fd, kernel: Kernel, ownsKernel: 'owned' | 'borrowed') {
    this.name = name;
    this.kernel = kernel;
    this.#fd = fd;
    this.#ownsKernel = ownsKernel;
    forgotten.register(this, name, this);
  }

  /** The descriptor, borrowed. @throws {UnetError} EBADF — closed */
  get fd(): Fd {
    return this.#open('use');
  }

  get closed(): boolean {
    return this.#fd === undefined;
  }

  /**
   * Fills `batch` (borrowed) with the frames that wait, as many as fit, and returns how many. 0:
   * none waits.
   *
   * @throws {UnetError} ENXIO — the link is gone; EOVERFLOW — the first frame is too long for the
   * batch and stays queued
   * @see kernel/unet/sys/unet.h UNET_IOC_FRAMEIO_READ
   */
  readBatch(batch: FrameBatch): number {
    const fd = this.#open('read');
    mustBeBatch(batch);
    const result = this.kernel.tryIoctl(fd, UNET_IOC_FRAMEIO_READ, batch.prepareRead());
    if (result >= 0) return batch.completeRead();
    if (result === EAGAIN) return 0;
    throw this.#failure(
      result,
      'read',
      result === EOVERFLOW
        ? `frame of ${batch.wantedLength} bytes is too long for a batch with frames of ${batch.frameSize}`
        : undefined,
    );
  }

  /**
   * Writes the frames of `batch` (borrowed) from `from` on and returns how many were taken: all of
   * them, or those that there was room for.
   *
   * @throws {UnetError} ENXIO — the link is gone; ERANGE — frame `from` is too short or too long
   * @throws {RangeError} there is no frame `from`
   * @see kernel/unet/sys/unet.h UNET_IOC_FRAMEIO_WRITE
   */
  writeBatch(batch: FrameBatch, from = 0): number {
    const fd = this.#open('write');
    mustBeBatch(batch);
    if (batch.count === 0 && from === 0) return 0;
    const result = this.kernel.tryIoctl(fd, UNET_IOC_FRAMEIO_WRITE, batch.prepareWrite(from));
    if (result >= 0) return batch.completeWrite();
    if (result === EAGAIN) return 0;
    throw this.#failure(result, 'write');
  }

  async writeAll(batch: FrameBatch, options: WaitOptions = {}): Promise<void> {
    for (let done = 0; done < batch.count; ) {
      const taken = this.writeBatch(batch, done);
      done += taken;
      if (taken === 0) await this.ready({ writable: true }, options);
    }
  }

  /**
   * Reads one frame into `memory` (borrowed) and returns its length. 0: none waits.
   *
   * @throws {UnetError} ENXIO — the link is gone; EOVERFLOW — the frame is longer and stays queued
   */
  read(memory: Uint8Array): number {
    const fd = this.#open('read');
    mustBeBytes(memory);
    const result = this.kernel.tryRead(fd, memory);
    if (result >= 0) return result;
    if (result === EAGAIN) return 0;
    throw this.#failure(
      result,
      'read',
      result === EOVERFLOW ? `frame is too long for ${memory.length} bytes` : undefined,
    );
  }

  /**
   * Writes one frame (copied). `false`: there is no room for it right now.
   *
   * @throws {UnetError} ENXIO — the link is gone; ERANGE — too short or too long
   */
  write(frame: Uint8Array): boolean {
    const fd = this.#open('write');
    mustBeBytes(frame);
    const result = this.kernel.tryWrite(fd, frame);
    if (result >= 0) return true;
    if (result === EAGAIN) return false;
    throw this.#failure(result, 'write');
  }

  batches(options: ReadOptions = {}): AsyncIterable<FrameBatch> {
    checkReadOptions(options);
    return { [Symbol.asyncIterator]: () => this.#iterate(options) };
  }

  frames(options: ReadOptions = {}): AsyncIterable<Buffer> {
    checkReadOptions(options);
    return { [Symbol.asyncIterator]: () => new FrameIterator(this.#iterate(options)) };
  }

  async ready(wanted: Wanted, options: WaitOptions = {}): Promise<Ready> {
    const readiness = this.kernel.readiness(this.#open('wait'));
    try {
      return await readiness.wait(wanted, options);
    } catch (error) {
      if (!isSysError(error)) throw error;
      const { code, syscall } = error;
      const text = this.closed ? 'link is closed' : (TEXTS[code] ?? error.text);
      throw new UnetError({ code, syscall, op: 'wait', link: this.name, text, cause: error });
    }
  }

  info(): UnetInfo {
    return unetInfoOf(
      unetRequest({
        kernel: this.kernel,
        fd: this.#open('info'),
        command: UNET_IOC_INFO,
        codec: unetIocInfo,
        value: { hdr: unetHdr() },
        op: 'info',
        link: this.name,
      }),
    );
  }

  getProps(): UnetPropValues;
  getProps<N extends UnetPropName>(names: readonly N[]): Pick<UnetPropValues, N>;
  getProps(names: readonly UnetPropName[] = UNET_PROPS.map((prop) => prop.name)): object {
    const { props } = unetRequest({
      kernel: this.kernel,
      fd: this.#open('get'),
      command: UNET_IOC_GETPROP,
      codec: unetIocProps,
      value: propsToGet(names),
      op: 'get',
      link: this.name,
    });
    return Object.fromEntries(
      names.map((name, i) => [name, decodeUnetProp(name, props[i]?.value ?? 0n)]),
    );
  }

  setProps(values: Partial<UnetPropValues>): void {
    unetRequest({
      kernel: this.kernel,
      fd: this.#open('set'),
      command: UNET_IOC_SETPROP,
      codec: unetIocProps,
      value: propsToSet(values),
      op: 'set',
      link: this.name,
    });
  }

  close(): void {
    const fd = this.#fd;
    if (fd === undefined) return;
    this.#fd = undefined;
    forgotten.unregister(this);
    try {
      this.kernel.close(fd);
    } finally {
      if (this.#ownsKernel === 'owned') this.kernel.dispose();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #open(op: string): Fd {
    if (this.#fd !== undefined) return this.#fd;
    throw new UnetError({
      code: 'EBADF',
      syscall: 'ioctl',
      op,
      link: this.name,
      text: 'link is closed',
    });
  }

  #iterate(options: ReadOptions): BatchIterator {
    this.#open('read');
    if (this.#reader === 'iterating') {
      throw new UnetError({
        code: 'EBUSY',
        syscall: 'ioctl',
        op: 'read',
        link: this.name,
        text: 'somebody iterates over the link already',
      });
    }
    this.#reader = 'iterating';
    let batch = options.batch;
    return new BatchIterator(
      {
        read: () => {
          batch ??= this.#fittingBatch();
          try {
            return this.readBatch(batch) > 0 ? batch : undefined;
          } catch (error) {
            // The MTU has grown since: a batch of our own grows with it.
            const tooLong = error instanceof UnetError && error.code === 'EOVERFLOW';
            if (!tooLong || options.batch !== undefined) throw error;
            batch = this.#fittingBatch();
            return this.readBatch(batch) > 0 ? batch : undefined;
          }
        },
        wait: (signal) => this.ready({ readable: true }, { signal }),
        isClosed: () => this.closed,
        release: () => {
          this.#reader = 'none';
        },
      },
      options.signal,
    );
  }

  #fittingBatch(): FrameBatch {
    return new FrameBatch({ frames: DEFAULT_FRAMES, frameSize: this.info().maxFrame });
  }

  #failure(result: number, op: string, text?: string): UnetError {
    return new UnetError({
      errno: -result,
      syscall: 'ioctl',
      op,
      link: this.name,
      text: text ?? TEXTS[errnoName(-result)],
    });
  }
}

function mustBeBatch(batch: FrameBatch): void {
  if (!(batch instanceof FrameBatch)) throw new TypeError('batch must be a FrameBatch');
}

function mustBeBytes(memory: Uint8Array): void {
  if (!(memory instanceof Uint8Array)) throw new TypeError('a frame must be a Uint8Array');
}

function checkReadOptions(options: ReadOptions): void {
  for (const key of Object.keys(options)) {
    if (key !== 'signal' && key !== 'batch') throw new TypeError(`there is no option ${key}`);
  }
  if (options.batch !== undefined) mustBeBatch(options.batch);
}
