import { AbortError, isSysError } from 'libsys';
import { FrameGatherer } from './frame-gatherer.ts';
import type { FrameLink } from './frame-link.ts';
import { FrameReceiver } from './frame-receiver.ts';
import {
  BATCH_MAX,
  type CheckedStreamOptions,
  checkStreamOptions,
  type LinkStreamOptions,
  readAhead,
} from './stream-options.ts';

/** Both directions of a link. */
export interface LinkStreams {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/**
 * The frames of a link as a stream of copies, each its own. A slow consumer leaves them in the link,
 * whose read queue fills, until the IP stack waits. The stream closes when the link is closed here,
 * and fails with what reading fails with: ENXIO when the link is destroyed.
 *
 * Until it ends it is the link's one iteration. Cancelling it ends that, and leaves the link open
 * unless `closeLink` says otherwise.
 *
 * @param link borrowed
 * @throws {TypeError | RangeError} an option
 */
export function readableOf(
  link: FrameLink,
  options: LinkStreamOptions = {},
): ReadableStream<Uint8Array> {
  const checked = checkStreamOptions(link, options);
  return readable(link, checked, closer(link, checked, 1));
}

/**
 * A stream that writes frames to a link; they are copied. What is queued goes with as few calls as
 * possible. A promise for one frame says that the stream has it; a failure (ERANGE, ENXIO) comes
 * with a later one, with `close` at the latest, and ends the stream.
 *
 * Closing it waits until the link has taken everything; aborting it does not. Both leave the link
 * open unless `closeLink` says otherwise.
 *
 * @param link borrowed
 * @throws {TypeError | RangeError} an option
 */
export function writableOf(
  link: FrameLink,
  options: LinkStreamOptions = {},
): WritableStream<Uint8Array> {
  const checked = checkStreamOptions(link, options);
  return writable(link, checked, closer(link, checked, 1));
}

/**
 * {@link readableOf} and {@link writableOf} of one link. With `closeLink`, it is closed when both have
 * ended, or one of them has failed.
 */
export function streamsOf(link: FrameLink, options: LinkStreamOptions = {}): LinkStreams {
  const checked = checkStreamOptions(link, options);
  const ended = closer(link, checked, 2);
  return { readable: readable(link, checked, ended), writable: writable(link, checked, ended) };
}

/** What `@types/node` does not know yet; every Node from 18 on has it. */
interface AbortableController extends WritableStreamDefaultController {
  readonly signal: AbortSignal;
}

/** Is told that a stream has ended. */
type Ended = (how: 'well' | 'badly') => void;

function closer(link: FrameLink, { closeLink }: CheckedStreamOptions, streams: number): Ended {
  let open = streams;
  return (how) => {
    open = how === 'badly' ? 0 : open - 1;
    if (!closeLink || open > 0) return;
    try {
      link.close();
    } catch (error) {
      // Somebody else has closed its descriptor: it is not open, and the stream has its own story.
      if (!isSysError(error)) throw error;
    }
  };
}

/** Calls `give` once when the signal fires. Returns what forgets it. */
function onAbort(signal: AbortSignal | undefined, give: (error: AbortError) => void): () => void {
  if (signal === undefined) return () => undefined;
  const listener = (): void => give(new AbortError(signal));
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

function readable(
  link: FrameLink,
  { highWaterMark, signal }: CheckedStreamOptions,
  ended: Ended,
): ReadableStream<Uint8Array> {
  const { frames, mark } = readAhead(highWaterMark);
  const receiver = new FrameReceiver(link, frames);
  let forget: () => void = () => undefined;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        forget = onAbort(signal, (error) => {
          receiver.stop();
          controller.error(error);
          ended('badly');
        });
      },
      async pull(controller) {
        try {
          const batch = await receiver.next();
          if (receiver.stopped) return;
          if (batch === undefined) {
            forget();
            controller.close();
            ended('well');
            return;
          }
          for (let i = 0; i < batch.count; i++) controller.enqueue(batch.copy(i));
        } catch (error) {
          if (receiver.stopped) return;
          forget();
          ended('badly');
          throw error;
        }
      },
      cancel() {
        forget();
        receiver.stop();
        ended('well');
      },
    },
    { highWaterMark: mark },
  );
}

function writable(
  link: FrameLink,
  { highWaterMark, signal }: CheckedStreamOptions,
  ended: Ended,
): WritableStream<Uint8Array> {
  const gatherer = new FrameGatherer(link, Math.min(Math.max(1, highWaterMark), BATCH_MAX));
  let forget: () => void = () => undefined;
  /** Frames that the stream has and has not handed over yet. */
  let queued = 0;
  const trying = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      forget();
      ended('badly');
      throw error;
    }
  };
  return new WritableStream<Uint8Array>(
    {
      start(controller) {
        // An abort is told to the sink only when what it writes now has ended.
        const aborted = (controller as AbortableController).signal;
        aborted.addEventListener('abort', () => gatherer.stop(), { once: true });
        forget = onAbort(signal, (error) => {
          controller.error(error);
          gatherer.stop();
          ended('badly');
        });
      },
      write: (frame) =>
        trying(async () => {
          queued--;
          await gatherer.add(frame);
          if (queued <= 0) await gatherer.flush();
        }),
      async close() {
        await trying(() => gatherer.flush());
        forget();
        ended('well');
      },
      abort() {
        forget();
        ended('badly');
      },
    },
    {
      highWaterMark,
      // Asked for each frame as it is queued: so the last one of a queue is known.
      size: () => {
        queued++;
        return 1;
      },
    },
  );
}
