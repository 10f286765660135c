import { FrameBatch } from 'libframeio';
import {
  errnoName,
  errnoNumber,
  type Fd,
  isSysError,
  type Kernel,
  type Ready,
  shareClass,
  type Wanted,
} from 'libsys';
import {
  decodeUnetProp,
  UNET_EVENT_RESYNC,
  UNET_IOC_EVENT,
  UNET_IOC_FRAMEIO_READ,
  UNET_IOC_FRAMEIO_WRITE,
  UNET_IOC_GETPROP,
  UNET_IOC_INFO,
  UNET_IOC_SETPROP,
  UNET_PROPS,
  type UnetPropName,
  type UnetPropValues,
  unetHdr,
  unetIocEvent,
  unetIocInfo,
  unetIocProps,
} from 'libsys/unet-abi';
import { batchIsBeingWritten, isBeingWritten } from './batch-loans.ts';
import { checkOptions, mustBeBatch, mustBeBytes } from './check-arguments.ts';
import { EventIterator } from './event-iterator.ts';
import { EventListeners } from './event-listeners.ts';
import { EventStream } from './event-stream.ts';
import { EventWait } from './event-wait.ts';
import { failureText } from './failure-text.ts';
import type { BatchOptions, EventOptions, FrameLink, WaitOptions } from './frame-link.ts';
import { LinkBase } from './link-base.ts';
import type { LinkName } from './link-name.ts';
import { StatsReader } from './stats-reader.ts';
import { UnetError } from './unet-error.ts';
import {
  decodeUnetEvent,
  type UnetEvent,
  type UnetEventMap,
  type UnetListener,
} from './unet-event.ts';
import { type UnetInfo, unetInfoOf } from './unet-info.ts';
import { propsToGet, propsToSet, unetRequest } from './unet-request.ts';
import type { UnetStats } from './unet-stats.ts';
import { mustBeWritableBatch, type WritableBatch } from './writable-batch.ts';

/** Frames that a batch of {@link UnetLink.createBatch} has room for. */
const DEFAULT_FRAMES = 64;

const EAGAIN = -errnoNumber('EAGAIN');
const EBADF = -errnoNumber('EBADF');
const ERANGE = -errnoNumber('ERANGE');
const EOVERFLOW = -errnoNumber('EOVERFLOW');

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
export class UnetLink extends LinkBase implements FrameLink {
  static {
    shareClass(UnetLink, 'libunet.UnetLink');
  }

  readonly name: LinkName;
  readonly kernel: Kernel;
  readonly #ownsKernel: 'owned' | 'borrowed';
  readonly #events: EventStream;
  readonly #eventWait: EventWait;
  readonly #listeners: EventListeners;
  readonly #stats: StatsReader;
  readonly #minor: number;
  #fd: Fd | undefined;

  /** @internal Use `openUnet`. */
  constructor(
    name: LinkName,
    minor: number,
    fd: Fd,
    kernel: Kernel,
    ownsKernel: 'owned' | 'borrowed',
  ) {
    super();
    this.name = name;
    this.kernel = kernel;
    this.#minor = minor;
    this.#fd = fd;
    this.#ownsKernel = ownsKernel;
    this.#eventWait = new EventWait((signal) => this.ready({ priority: true }, { signal }));
    this.#events = new EventStream({
      take: (how) => this.#takeEvents(how),
      wait: (signal) => this.#eventWait.wait(signal),
      isClosed: () => this.closed,
    });
    this.#listeners = new EventListeners(this.#events, name);
    this.#stats = new StatsReader(kernel, name);
    forgotten.register(this, name, this);
  }

  /** The descriptor, borrowed. @throws {UnetError} EBADF — closed */
  get fd(): Fd {
    return this.#open('use');
  }

  /** Whether it was closed here; one that was destroyed is not. */
  get closed(): boolean {
    return this.#fd === undefined;
  }

  createBatch(options: BatchOptions = {}): FrameBatch {
    checkOptions('createBatch', options, ['frames', 'split', 'headRoom']);
    const { frames = DEFAULT_FRAMES, split = [], headRoom = 0 } = options;
    return new FrameBatch({
      frames,
      split,
      headRoom,
      frameSize: this.#info('createBatch').maxFrame,
      memory: (bytes) => this.kernel.memory(bytes),
    });
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
    if (isBeingWritten(batch)) throw batchIsBeingWritten('read', this.name);
    const result = this.kernel.tryIoctl(fd, UNET_IOC_FRAMEIO_READ, batch.prepareRead());
    return result >= 0 ? batch.completeRead() : this.#unread(result, batch);
  }

  /** After a read that failed: 0, or the error. */
  #unread(result: number, batch: FrameBatch): 0 {
    if (result === EAGAIN) return 0;
    const text =
      result === EOVERFLOW
        ? `frame of ${batch.wantedLength} bytes is too long for a batch with frames of ${batch.frameSize}`
        : undefined;
    throw this.#failure(result, 'read', text);
  }

  /**
   * Writes the frames of `batch` (borrowed) from `from` on and returns how many were taken: all of
   * them, or those that there was room for. Those of a `GatherBatch` are taken from where they lie.
   *
   * @throws {UnetError} ENXIO — the link is gone; ERANGE — frame `from` is too short or too long
   * @throws {RangeError} there is no frame `from`
   * @see kernel/unet/sys/unet.h UNET_IOC_FRAMEIO_WRITE
   */
  writeBatch(batch: WritableBatch, from = 0): number {
    const fd = this.#open('write');
    mustBeWritableBatch(batch);
    if (isBeingWritten(batch)) throw batchIsBeingWritten('write', this.name);
    if (batch.count === 0 && from === 0) return 0;
    const result = this.kernel.tryIoctl(fd, UNET_IOC_FRAMEIO_WRITE, batch.prepareWrite(from));
    if (result >= 0) return batch.completeWrite();
    if (result === EAGAIN) return 0;
    throw this.#failure(result, 'write');
  }

  /**
   * Reads one frame into `memory` (borrowed) and returns its length. 0: none waits.
   *
   * @throws {RangeError} no memory
   * @throws {UnetError} ENXIO — the link is gone; EOVERFLOW — the frame is longer and stays queued
   */
  readFrame(memory: Uint8Array): number {
    const fd = this.#open('read');
    mustBeBytes(memory, 'memory for a frame');
    // The driver would say of no memory what it says of no frame.
    if (memory.length === 0)
      throw new RangeError('memory for a frame must not be empty or detached');
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
  writeFrame(frame: Uint8Array): boolean {
    const fd = this.#open('write');
    mustBeBytes(frame);
    const result = this.kernel.tryWrite(fd, frame);
    if (result >= 0) return true;
    if (result === EAGAIN) return false;
    throw this.#failure(
      result,
      'write',
      result === ERANGE
        ? `frame of ${frame.length} bytes is too short or too long; see minFrame and maxFrame of info()`
        : undefined,
    );
  }

  events(options: EventOptions = {}): AsyncIterable<UnetEvent> {
    checkOptions('events', options, ['signal', 'resync']);
    const { signal, resync = false } = options;
    return {
      [Symbol.asyncIterator]: () => {
        this.#open('events');
        return new EventIterator(this.#events, resync ? 'wanting' : 'following', signal);
      },
    };
  }

  on<T extends keyof UnetEventMap>(type: T, listener: UnetListener<T>): this {
    this.#open('on');
    this.#listeners.add(type, listener);
    return this;
  }

  off<T extends keyof UnetEventMap>(type: T, listener: UnetListener<T>): this {
    this.#listeners.remove(type, listener);
    return this;
  }

  async ready(wanted: Wanted, options: WaitOptions = {}): Promise<Ready> {
    checkOptions('ready', wanted, ['readable', 'writable', 'priority']);
    checkOptions('ready', options, ['signal']);
    const readiness = this.kernel.readiness(this.#open('wait'));
    try {
      const ready = await readiness.wait(wanted, options);
      this.#eventWait.wake();
      return ready;
    } catch (error) {
      if (!isSysError(error)) throw error;
      const { code, syscall } = error;
      const text = this.closed ? 'link is closed' : (failureText('request', code) ?? error.text);
      throw new UnetError({ code, syscall, op: 'wait', link: this.name, text, cause: error });
    }
  }

  info(): UnetInfo {
    return this.#info('info');
  }

  getProps(): UnetPropValues;
  /** The properties of these names. @throws {UnetError} ENXIO — the link is gone */
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

  async stats(): Promise<UnetStats> {
    // Only a link that is still there has the statistics of its name, before and afterwards.
    this.#info('stats');
    const stats = await this.#stats.read();
    this.#info('stats');
    return stats;
  }

  close(): void {
    const fd = this.#fd;
    if (fd === undefined) return;
    const ours = this.#isOurs();
    this.#fd = undefined;
    forgotten.unregister(this);
    this.#events.close();
    this.#stats.close();
    try {
      if (!ours) throw this.#failure(EBADF, 'close');
      this.kernel.close(fd);
    } catch (error) {
      if (!isSysError(error) || error instanceof UnetError) throw error;
      throw this.#failure(-error.errno, 'close');
    } finally {
      if (this.#ownsKernel === 'owned') this.kernel.dispose();
    }
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

  /** INFO, asked for the sake of `op`. */
  #info(op: string): UnetInfo {
    return unetInfoOf(
      unetRequest({
        kernel: this.kernel,
        fd: this.#open(op),
        command: UNET_IOC_INFO,
        codec: unetIocInfo,
        value: { hdr: unetHdr() },
        op,
        link: this.name,
      }),
    );
  }

  /** Whether the number is not another file's by now, as it may be when somebody closed ours. */
  #isOurs(): boolean {
    try {
      return this.info().minor === this.#minor;
    } catch (error) {
      return !isSysError(error, 'ENOTTY');
    }
  }

  /** Takes what the driver has to tell, without waiting for anything. */
  #takeEvents(how: 'resync' | 'pending'): readonly UnetEvent[] {
    try {
      const { count, events } = unetRequest({
        kernel: this.kernel,
        fd: this.#open('events'),
        command: UNET_IOC_EVENT,
        codec: unetIocEvent,
        value: { hdr: unetHdr('', how === 'resync' ? UNET_EVENT_RESYNC : 0) },
        op: 'events',
        link: this.name,
      });
      return events
        .slice(0, count)
        .map(decodeUnetEvent)
        .filter((event) => event !== undefined);
    } catch (error) {
      if (isSysError(error, 'EAGAIN')) return [];
      throw error;
    }
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

  #failure(result: number, op: string, text?: string): UnetError {
    return new UnetError({
      errno: -result,
      syscall: 'ioctl',
      op,
      link: this.name,
      text: text ?? failureText('request', errnoName(-result)),
    });
  }
}
