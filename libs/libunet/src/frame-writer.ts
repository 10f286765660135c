import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FrameBatch } from 'libframeio';
import { AbortError } from 'libsys';
import { UNET_FRAME_MIN } from 'libsys/unet-abi';
import { batchIsBeingWritten, beginWriting, endWriting, isBeingWritten } from './batch-loans.ts';
import { checkOptions, mustBeBytes } from './check-arguments.ts';
import type { FrameLink, WaitOptions } from './frame-link.ts';
import { UnetError } from './unet-error.ts';
import { isWritableBatch, mustBeWritableBatch, type WritableBatch } from './writable-batch.ts';

/** What frames are written to. */
export type FrameSink = Pick<FrameLink, 'name' | 'createBatch' | 'ready' | 'writeBatch'>;

/** Frames that somebody waits for to be written: a batch, or single ones. */
interface Job {
  readonly frames: WritableBatch | readonly Uint8Array[];
  /** The first frame that was not taken yet. */
  next: number;
  state: 'pending' | 'done';
  settle(error?: unknown): void;
}

/** How many frames of a call are a job's. It may be given up while the call is made. */
interface Share {
  readonly job: Job;
  readonly count: number;
}

/** What goes with one call. */
interface Filled {
  readonly batch: FrameBatch;
  readonly shares: readonly Share[];
}

/** After so many calls without a wait, the rest of the program gets its turn. */
const BURST = 16;

/**
 * Writes frames in the order in which they are handed over and waits for room. Single frames go as
 * many with a call as one batch holds; those handed over in one turn of the program go together.
 */
export class FrameWriter {
  readonly #sink: FrameSink;
  readonly #jobs: Job[] = [];
  #batch: FrameBatch | undefined;
  #running: 'no' | 'yes' = 'no';
  #waiting: AbortController | undefined;

  /** @param sink borrowed */
  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** See {@link FrameLink.write}. */
  async write(frames: Uint8Array | readonly Uint8Array[], options: WaitOptions): Promise<void> {
    checkOptions('write', options, ['signal']);
    const list = frames instanceof Uint8Array ? [frames] : frames;
    if (!Array.isArray(list))
      throw new TypeError('frames must be a Uint8Array or an array of them');
    for (const frame of list) mustBeBytes(frame);
    if (options.signal?.aborted === true) throw new AbortError(options.signal);
    if (list.length > 0) await this.#enqueue([...list], 0, options.signal);
  }

  /** See {@link FrameLink.writeAll}. */
  async writeAll(batch: WritableBatch, options: WaitOptions): Promise<void> {
    mustBeWritableBatch(batch);
    checkOptions('writeAll', options, ['signal']);
    if (isBeingWritten(batch)) throw batchIsBeingWritten('write', this.#sink.name);
    const { signal } = options;
    if (signal?.aborted === true) throw new AbortError(signal);
    const done = this.#running === 'no' ? this.#sink.writeBatch(batch) : 0;
    if (done === batch.count) return;
    beginWriting(batch);
    try {
      await this.#enqueue(batch, done, signal);
    } finally {
      endWriting(batch);
    }
  }

  #enqueue(frames: Job['frames'], next: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        if (signal !== undefined) job.settle(new AbortError(signal));
        this.#waiting?.abort();
      };
      const job: Job = {
        frames,
        next,
        state: 'pending',
        settle: (error) => {
          job.state = 'done';
          signal?.removeEventListener('abort', onAbort);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#jobs.push(job);
      if (this.#running === 'yes') return;
      this.#running = 'yes';
      queueMicrotask(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    let calls = 0;
    for (let job = this.#head(); job !== undefined; job = this.#head()) {
      try {
        const taken = isWritableBatch(job.frames)
          ? this.#writeRest(job.frames, job)
          : this.#writeFrames();
        if (taken === 0) {
          calls = 0;
          await this.#room();
        } else if (++calls % BURST === 0) await nextTurn();
      } catch (error) {
        // What is refused is the first frame, or everything.
        if (job.state === 'pending') job.settle(error);
      }
    }
    this.#running = 'no';
  }

  /** Waits for room, or until somebody gives up. */
  async #room(): Promise<void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    try {
      await this.#sink.ready({ writable: true }, { signal: waiting.signal });
    } catch (error) {
      if (!waiting.signal.aborted) throw error;
    } finally {
      this.#waiting = undefined;
    }
  }

  /** The first job that is not done. */
  #head(): Job | undefined {
    while (this.#jobs[0]?.state === 'done') this.#jobs.shift();
    return this.#jobs[0];
  }

  /** Writes the rest of a batch. Returns how many frames were taken. */
  #writeRest(batch: WritableBatch, job: Job): number {
    // For this call alone the batch is not somebody else's, here and in each link that is wrapped.
    endWriting(batch);
    try {
      const taken = this.#sink.writeBatch(batch, job.next);
      this.#took(job, taken);
      return taken;
    } finally {
      beginWriting(batch);
    }
  }

  /** Writes the frames that come first, of as many jobs as fit. Returns how many were taken. */
  #writeFrames(): number {
    const filled = this.#fill();
    const taken = this.#sink.writeBatch(filled.batch);
    let left = taken;
    for (const { job, count } of filled.shares) {
      const of = Math.min(left, count);
      this.#took(job, of);
      left -= of;
    }
    return taken;
  }

  #took(job: Job, taken: number): void {
    job.next += taken;
    if (job.next === lengthOf(job.frames) && job.state === 'pending') job.settle();
  }

  /** @throws {UnetError} ERANGE — the first frame cannot be the link's */
  #fill(): Filled {
    this.#batch ??= this.#sink.createBatch();
    this.#batch.reset();
    const shares: Share[] = [];
    for (const job of this.#jobs) {
      const { frames, next, state } = job;
      if (state === 'done') continue;
      if (isWritableBatch(frames)) break;
      let i = next;
      while (i < frames.length && this.#push(frames[i] as Uint8Array)) i++;
      shares.push({ job, count: i - next });
      if (i < frames.length) break;
    }
    return { batch: this.#batch, shares };
  }

  /** Puts a frame into the batch; `false`: not into this one. */
  #push(frame: Uint8Array): boolean {
    let batch = this.#batch as FrameBatch;
    if (batch.room === 0) return false;
    if (frame.length < UNET_FRAME_MIN || frame.length > batch.frameSize) {
      if (batch.count > 0) return false;
      // The MTU may have grown since the batch was made.
      if (frame.length > batch.frameSize) batch = this.#batch = this.#sink.createBatch();
      if (frame.length < UNET_FRAME_MIN || frame.length > batch.frameSize) {
        throw this.#outOfRange(frame.length, batch.frameSize);
      }
    }
    batch.push(frame);
    return true;
  }

  #outOfRange(length: number, most: number): UnetError {
    return new UnetError({
      code: 'ERANGE',
      syscall: 'ioctl',
      op: 'write',
      link: this.#sink.name,
      text: `frame of ${length} bytes is too short or too long; the link takes ${UNET_FRAME_MIN} to ${most}`,
    });
  }
}

function lengthOf(frames: WritableBatch | readonly Uint8Array[]): number {
  return isWritableBatch(frames) ? frames.count : frames.length;
}
