/**
 * The thread that frames come from while latency is measured: each time it is asked it waits a
 * little, so that whoever is to be woken sleeps, writes down the time, and sends.
 */
import { workerData } from 'node:worker_threads';
import { addressOf, openKernel } from 'libsys';
import { openPort } from './link-way.ts';
import * as native from './tap-native.ts';

/** Where frames are sent to. */
export type Target =
  /** The stack end of a link. */
  | { readonly kernel: string; readonly link: string }
  /** A descriptor of this process, which takes a frame a write. */
  | { readonly descriptor: number };

/** What the two threads share. */
export interface Shared {
  readonly target: Target;
  readonly frame: Uint8Array;
  /** When the frame was sent, by the clock that every thread and process has. */
  readonly sentAt: BigInt64Array<SharedArrayBuffer>;
  /** How many frames were asked for; negative: no more. */
  readonly asked: Int32Array<SharedArrayBuffer>;
}

/** Milliseconds between two frames: never the same, or they could keep step with something. */
const PAUSES = [0.21, 0.47, 0.33, 0.59, 0.28, 0.41];

async function opened(target: Target, frame: Buffer): Promise<() => void> {
  if ('descriptor' in target) {
    const address = addressOf(frame);
    return () => void native.write(target.descriptor, address, frame.length);
  }
  const kernel = await openKernel({ kernel: target.kernel });
  const port = openPort(kernel, target.link);
  process.once('exit', () => kernel.dispose());
  return () => void kernel.write(port, frame);
}

const { target, frame, sentAt, asked } = workerData as Shared;
const memory = Buffer.allocUnsafeSlow(frame.length);
memory.set(frame);
const send = await opened(target, memory);
const never = new Int32Array(new SharedArrayBuffer(4));
for (let sent = 0; ; sent++) {
  Atomics.wait(asked, 0, sent);
  if (Atomics.load(asked, 0) < 0) break;
  Atomics.wait(never, 0, 0, PAUSES[sent % PAUSES.length]);
  Atomics.store(sentAt, 0, process.hrtime.bigint());
  send();
}
