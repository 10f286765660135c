/**
 * Says how long it takes from the sending of a frame to the program that waited for it having it:
 *
 *   latency inproc | server SOCKET LINK | tap | event
 *
 * Every line of input is `HOW idle|busy SAMPLES`; the answer to it are the samples in nanoseconds,
 * as JSON.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { Shared } from './wake-sender.ts';
import { type How, type Wakeable, wakeableEvent, wakeableLink, wakeableTap } from './wakeable.ts';

/** What a loop that is busy does in each of its turns, in nanoseconds. */
const BUSY_NS = 50_000n;

async function open(args: readonly string[]): Promise<Wakeable> {
  const [kind, socket, link] = args;
  if (kind === 'inproc' && args.length === 1) return wakeableLink('inproc', 'bench0');
  if (kind === 'server' && socket !== undefined && link !== undefined) {
    return wakeableLink(`unix:${socket}`, link);
  }
  if (kind === 'tap' && args.length === 1) return wakeableTap();
  if (kind === 'event' && args.length === 1) return wakeableEvent();
  process.stderr.write('usage: latency inproc | server SOCKET LINK | tap | event\n');
  process.exit(2);
}

/** Keeps the event loop of this thread busy until the returned function is called. */
function keepBusy(): () => void {
  let stopped = false;
  const work = (): void => {
    const until = process.hrtime.bigint() + BUSY_NS;
    while (process.hrtime.bigint() < until);
    if (!stopped) setImmediate(work);
  };
  setImmediate(work);
  return () => {
    stopped = true;
  };
}

/** Asks the sender for one frame after the other. */
async function sample(
  wakeable: Wakeable,
  shared: Shared,
  how: How,
  loop: string,
  samples: number,
): Promise<number[]> {
  const taken: number[] = [];
  const ask = (): void => {
    Atomics.add(shared.asked, 0, 1);
    Atomics.notify(shared.asked, 0);
  };
  const rest = loop === 'busy' ? keepBusy() : () => undefined;
  await new Promise<void>((resolve, reject) => {
    const stop = wakeable.listen(how, () => {
      taken.push(Number(process.hrtime.bigint() - Atomics.load(shared.sentAt, 0)));
      if (taken.length < samples) ask();
      else setImmediate(() => Promise.resolve(stop()).then(resolve, reject));
    });
    ask();
  });
  rest();
  return taken;
}

const wakeable = await open(process.argv.slice(2));
const shared: Shared = {
  target: wakeable.target,
  frame: wakeable.frame,
  sentAt: new BigInt64Array(new SharedArrayBuffer(8)),
  asked: new Int32Array(new SharedArrayBuffer(4)),
};
const sender = new Worker(new URL('./wake-sender.js', import.meta.url), { workerData: shared });
sender.on('error', (error) => {
  throw error;
});
try {
  for await (const line of createInterface({ input: process.stdin })) {
    const [how = '', loop = '', samples = ''] = line.split(' ');
    const known = wakeable.hows.find((one) => one === how);
    if (known === undefined || (loop !== 'idle' && loop !== 'busy') || !(Number(samples) > 0)) {
      throw new RangeError(`that cannot be measured: ${line}`);
    }
    const taken = await sample(wakeable, shared, known, loop, Number(samples));
    process.stdout.write(`${JSON.stringify(taken)}\n`);
  }
} finally {
  const ended = once(sender, 'exit');
  Atomics.store(shared.asked, 0, -1);
  Atomics.notify(shared.asked, 0);
  await ended;
  await wakeable.close();
}
