import { addAbortSignal, Duplex, Readable, Writable } from 'node:stream';
import type { FrameLink } from './frame-link.ts';
import { FrameReceiver } from './frame-receiver.ts';
import {
  type CheckedStreamOptions,
  checkStreamOptions,
  type LinkStreamOptions,
  readAhead,
} from './stream-options.ts';

/**
 * The frames of a link as a `Readable` in object mode: copies, each its own. Otherwise as
 * {@link readableOf}; to destroy it is to cancel it.
 *
 * @param link borrowed
 * @throws {TypeError | RangeError} an option
 */
export function nodeReadableOf(link: FrameLink, options: LinkStreamOptions = {}): Readable {
  const checked = checkStreamOptions(link, options);
  const reading = new Reading(link, checked);
  return withSignal(
    new Readable({
      objectMode: true,
      highWaterMark: reading.mark,
      read() {
        void reading.read(this);
      },
      destroy: destroyer(link, checked, [reading]),
    }),
    checked,
  );
}

/**
 * A `Writable` in object mode that writes frames to a link; those that are queued go with as few
 * calls as possible, and are borrowed until their callback is called. Otherwise as
 * {@link writableOf}; to destroy it is to abort it.
 *
 * @param link borrowed
 * @throws {TypeError | RangeError} an option
 */
export function nodeWritableOf(link: FrameLink, options: LinkStreamOptions = {}): Writable {
  const checked = checkStreamOptions(link, options);
  const writing = new Writing(link);
  return withSignal(
    new Writable({
      objectMode: true,
      highWaterMark: checked.highWaterMark,
      ...writing.methods,
      destroy: destroyer(link, checked, [writing]),
    }),
    checked,
  );
}

/** {@link nodeReadableOf} and {@link nodeWritableOf} of one link, in one. */
export function nodeDuplexOf(link: FrameLink, options: LinkStreamOptions = {}): Duplex {
  const checked = checkStreamOptions(link, options);
  const reading = new Reading(link, checked);
  const writing = new Writing(link);
  return withSignal(
    new Duplex({
      objectMode: true,
      readableHighWaterMark: reading.mark,
      writableHighWaterMark: checked.highWaterMark,
      read() {
        void reading.read(this);
      },
      ...writing.methods,
      destroy: destroyer(link, checked, [reading, writing]),
    }),
    checked,
  );
}

type Callback = (error?: Error | null) => void;

/** One direction of a stream. */
interface Side {
  stop(): void;
}

function withSignal<S extends Readable | Writable>(stream: S, { signal }: CheckedStreamOptions): S {
  if (signal !== undefined) addAbortSignal(signal, stream);
  return stream;
}

function destroyer(
  link: FrameLink,
  { closeLink }: CheckedStreamOptions,
  sides: readonly Side[],
): (error: Error | null, callback: Callback) => void {
  return (error, callback) => {
    for (const side of sides) side.stop();
    const failure = closeLink ? closeFailure(link) : null;
    callback(error ?? failure);
  };
}

/** Closes the link; says what went wrong. */
function closeFailure(link: FrameLink): Error | null {
  try {
    link.close();
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

class Reading implements Side {
  /** Below so many frames the stream asks for more. */
  readonly mark: number;
  readonly #receiver: FrameReceiver;

  constructor(link: FrameLink, { highWaterMark }: CheckedStreamOptions) {
    const { frames, mark } = readAhead(highWaterMark);
    this.mark = mark;
    this.#receiver = new FrameReceiver(link, frames);
  }

  async read(stream: Readable): Promise<void> {
    try {
      const batch = await this.#receiver.next();
      if (this.#receiver.stopped) return;
      if (batch === undefined) stream.push(null);
      else {
        // All of them are counted already, whatever push says.
        const frames = Array.from({ length: batch.count }, (_, i) => batch.copy(i));
        for (const frame of frames) stream.push(frame);
      }
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  stop(): void {
    this.#receiver.stop();
  }
}

class Writing implements Side {
  readonly methods: {
    write(frame: Uint8Array, encoding: BufferEncoding, callback: Callback): void;
    writev(queued: readonly { readonly chunk: Uint8Array }[], callback: Callback): void;
  };
  readonly #stop = new AbortController();

  constructor(link: FrameLink) {
    const { signal } = this.#stop;
    const write = (frames: readonly Uint8Array[], callback: Callback): void => {
      link.write(frames, { signal }).then(() => callback(), callback);
    };
    this.methods = {
      write: (frame, _, callback) => write([frame], callback),
      writev: (queued, callback) =>
        write(
          queued.map(({ chunk }) => chunk),
          callback,
        ),
    };
  }

  stop(): void {
    this.#stop.abort();
  }
}
