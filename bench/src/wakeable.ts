import { addressOf, PollGuard } from 'libsys';
import { makeLink, unmakeLink } from './link-way.ts';
import * as native from './tap-native.ts';
import { openTapWay } from './tap-way.ts';
import type { Target } from './wake-sender.ts';
import { FRAME_MAX, makeFrame } from './way.ts';

/**
 * What a program waits with: `poll` for a callback of the event loop and then a read, `ready` for
 * the promise of a link and then a read, `batches` for the next batch of an iteration.
 */
export type How = 'poll' | 'ready' | 'batches';

/** Something in whose event loop a frame, or only a signal, can be waited for. */
export interface Wakeable {
  readonly hows: readonly How[];
  readonly target: Target;
  readonly frame: Uint8Array;
  /** Calls back each time that a frame is there and read, until what it returns is called. */
  listen(how: How, onFrame: () => void): () => Promise<void> | void;
  close(): Promise<void> | void;
}

/** A link of the kernel that `where` names. */
export async function wakeableLink(where: string, name: string): Promise<Wakeable> {
  const made = await makeLink(where, name);
  const { link, mac } = made;
  const batch = link.createBatch();
  const untilReady = async (signal: AbortSignal, onFrame: () => void): Promise<void> => {
    for (;;) {
      await link.ready({ readable: true }, { signal });
      if (link.readBatch(batch) > 0) onFrame();
    }
  };
  const iterate = async (signal: AbortSignal, onFrame: () => void): Promise<void> => {
    for await (const _ of link.batches({ batch, signal })) onFrame();
  };
  return {
    hows: ['ready', 'batches'],
    target: { kernel: where, link: name },
    frame: makeFrame(64, mac),
    listen(how, onFrame) {
      const stop = new AbortController();
      const done = (how === 'ready' ? untilReady : iterate)(stop.signal, onFrame);
      const ended = done.catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
      return () => {
        stop.abort();
        return ended;
      };
    },
    close: () => unmakeLink(made),
  };
}

/** A descriptor that the event loop polls: a read from it, of `frame`'s length at most, empties it. */
function wakeableDescriptor(
  descriptor: number,
  target: Target,
  frame: Uint8Array,
  close: () => void,
): Wakeable {
  const memory = Buffer.allocUnsafeSlow(FRAME_MAX);
  const address = addressOf(memory);
  return {
    hows: ['poll'],
    target,
    frame,
    listen(_how, onFrame) {
      const guard = new PollGuard(descriptor, () => {
        if (native.tryRead(descriptor, address, memory.length) > 0) onFrame();
      });
      guard.start({ readable: true });
      return () => guard.close();
    },
    close,
  };
}

/** A TAP interface of Linux; the process is in a network namespace of its own. */
export function wakeableTap(): Wakeable {
  const tap = openTapWay();
  const { descriptor, sender, mac } = tap;
  return wakeableDescriptor(descriptor, { descriptor: sender }, makeFrame(64, mac), () =>
    tap.close(),
  );
}

/** An eventfd: what it takes to wake an event loop, with no frame and no kernel of ours. */
export function wakeableEvent(): Wakeable {
  const descriptor = native.eventfd();
  const one = new Uint8Array(new BigUint64Array([1n]).buffer);
  return wakeableDescriptor(descriptor, { descriptor }, one, () => native.close(descriptor));
}
