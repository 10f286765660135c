import { FrameBatch } from 'libframeio';
import { AbortError, type Ready, type Wanted } from 'libsys';
import { UNET_FRAME_MIN, type UnetPropName, type UnetPropValues } from 'libsys/unet-abi';
import { batchIsBeingWritten, isBeingWritten } from './batch-loans.ts';
import type { BatchOptions, EventOptions, FrameLink, WaitOptions } from './frame-link.ts';
import { LinkBase } from './link-base.ts';
import { type LinkName, parseLinkName } from './link-name.ts';
import { UnetError } from './unet-error.ts';
import type { UnetEvent, UnetEventMap, UnetListener } from './unet-event.ts';
import type { UnetInfo } from './unet-info.ts';
import type { UnetStats } from './unet-stats.ts';
import type { WritableBatch } from './writable-batch.ts';

interface Waiter {
  readonly wanted: Wanted;
  settle(how: () => void): void;
  resolve(ready: Ready): void;
  reject(error: unknown): void;
}

/** A link without a kernel: a test gives it frames to read, and room for what is written. */
export class FakeLink extends LinkBase implements FrameLink {
  readonly name: LinkName = parseLinkName('fake0');
  /** What waits to be read. */
  readonly incoming: Uint8Array[] = [];
  /** What was written. */
  readonly sent: Uint8Array[] = [];
  /** Calls of `readBatch` and `writeBatch`, with how many frames each. */
  readonly reads: number[] = [];
  readonly writes: number[] = [];
  maxFrame = 1518;
  closed = false;
  counters: Partial<UnetStats> = {
    rxInFrames: 0n,
    txInFrames: 0n,
    rxDrops: 0n,
    txDrops: 0n,
    rxDropsBy: { noholder: 0n, runt: 0n, toobig: 0n, nomem: 0n, offload: 0n, flush: 0n, dying: 0n },
    txDropsBy: { filter: 0n, nostack: 0n, dying: 0n },
  };
  #room = Number.POSITIVE_INFINITY;
  #failure: string | undefined;
  readonly #waiters = new Set<Waiter>();

  /** Lets frames wait to be read. */
  give(...frames: readonly Uint8Array[]): void {
    this.incoming.push(...frames);
    this.#wake();
  }

  /** Lets so many more frames be written. */
  makeRoom(frames: number): void {
    this.#room = frames;
    this.#wake();
  }

  /** Has every call fail from now on. */
  fail(code: string | undefined): void {
    this.#failure = code;
    this.#wake();
  }

  createBatch({ frames = 64, split = [], headRoom = 0 }: BatchOptions = {}): FrameBatch {
    return new FrameBatch({ frames, split, headRoom, frameSize: this.maxFrame });
  }

  readBatch(batch: FrameBatch): number {
    this.#mustWork('read');
    if (isBeingWritten(batch)) throw batchIsBeingWritten('read', this.name);
    batch.reset();
    for (const frame of this.incoming.slice(0, batch.capacity)) {
      if (frame.length > batch.frameSize) {
        if (batch.count === 0) throw this.#error('EOVERFLOW', 'read');
        break;
      }
      batch.push(frame);
      this.incoming.shift();
    }
    this.reads.push(batch.count);
    return batch.count;
  }

  writeBatch(batch: WritableBatch, from = 0): number {
    this.#mustWork('write');
    if (isBeingWritten(batch)) throw batchIsBeingWritten('write', this.name);
    if (batch.count === 0 && from === 0) return 0;
    batch.length(from);
    let i = from;
    for (; i < batch.count && this.#room > 0; i++) {
      const length = batch.length(i);
      if (length < UNET_FRAME_MIN || length > this.maxFrame) {
        if (i === from) throw this.#error('ERANGE', 'write');
        break;
      }
      this.sent.push(batch.copy(i));
      this.#room--;
    }
    this.writes.push(i - from);
    return i - from;
  }

  readFrame(memory: Uint8Array): number {
    const batch = new FrameBatch({ frames: 1, frameSize: memory.length });
    if (this.readBatch(batch) === 0) return 0;
    memory.set(batch.frame(0));
    return batch.length(0);
  }

  writeFrame(frame: Uint8Array): boolean {
    const batch = new FrameBatch({ frames: 1, frameSize: frame.length });
    batch.push(frame);
    return this.writeBatch(batch) === 1;
  }

  ready(wanted: Wanted, { signal }: WaitOptions = {}): Promise<Ready> {
    if (signal?.aborted === true) return Promise.reject(new AbortError(signal));
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        if (signal !== undefined) waiter.settle(() => reject(new AbortError(signal)));
      };
      const waiter: Waiter = {
        wanted,
        settle: (how) => {
          this.#waiters.delete(waiter);
          signal?.removeEventListener('abort', onAbort);
          how();
        },
        resolve,
        reject,
      };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', onAbort);
      this.#wake();
    });
  }

  async *events(_options?: EventOptions): AsyncIterable<UnetEvent> {
    yield { type: 'mtu', mtu: 1500, seq: 1n, time: 0n, count: 1, state: false };
  }

  on<T extends keyof UnetEventMap>(_type: T, _listener: UnetListener<T>): this {
    return this;
  }

  off<T extends keyof UnetEventMap>(_type: T, _listener: UnetListener<T>): this {
    return this;
  }

  info(): UnetInfo {
    this.#mustWork('info');
    const { name, maxFrame } = this;
    const about = { name, mac: '2:8:20:0:0:1', minFrame: UNET_FRAME_MIN, maxFrame };
    // What no wrapper looks at is not there.
    return about as Partial<UnetInfo> as UnetInfo;
  }

  getProps(): UnetPropValues;
  getProps<N extends UnetPropName>(names: readonly N[]): Pick<UnetPropValues, N>;
  getProps(): object {
    return { mtu: this.maxFrame - 18 };
  }

  setProps(values: Partial<UnetPropValues>): void {
    if (values.mtu !== undefined) this.maxFrame = values.mtu + 18;
  }

  stats(): Promise<UnetStats> {
    if (this.closed) return Promise.reject(this.#error('EBADF', 'stats'));
    return Promise.resolve(this.counters as UnetStats);
  }

  close(): void {
    this.closed = true;
    this.#wake();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #wake(): void {
    const hangup = this.#failure === 'ENXIO';
    const now = { readable: this.incoming.length > 0, writable: this.#room > 0 };
    for (const waiter of [...this.#waiters]) {
      const { wanted, settle, resolve, reject } = waiter;
      const ready =
        (wanted.readable === true && now.readable) || (wanted.writable === true && now.writable);
      if (!ready && !hangup && !this.closed) continue;
      if (this.closed) settle(() => reject(this.#error('EBADF', 'wait')));
      else settle(() => resolve({ ...now, priority: false, hangup }));
    }
  }

  #mustWork(op: string): void {
    if (this.closed) throw this.#error('EBADF', op);
    if (this.#failure !== undefined) throw this.#error(this.#failure, op);
  }

  #error(code: string, op: string): UnetError {
    return new UnetError({ code, syscall: 'ioctl', op, link: this.name });
  }
}

/** A frame of `length` bytes that all say `seed`. */
export function frameOf(seed: number, length = 60): Uint8Array {
  return new Uint8Array(length).fill(seed);
}

/** What each frame says, by its first byte. */
export function seedsOf(frames: Iterable<Uint8Array>): number[] {
  return Array.from(frames, (frame) => frame[0] ?? -1);
}
