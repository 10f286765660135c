/**
 * Moves frames and says how long it took: the same program as c/main.c, with the same input and
 * output.
 */
import { createInterface } from 'node:readline';
import {
  BATCH_MAX,
  FIRST_FRAMES,
  FRAME_MAX,
  type Mover,
  NO_BATCH,
  type Op,
  QUEUE_FRAMES,
  type Way,
} from './way.ts';

async function openWay(args: readonly string[]): Promise<Way> {
  const [kind, socket, link] = args;
  if (kind === 'tap' && args.length === 1) {
    const { openTapWay } = await import('./tap-way.ts');
    return openTapWay();
  }
  const { openLinkWay } = await import('./link-way.ts');
  if (kind === 'inproc' && args.length === 1) return openLinkWay('inproc', 'bench0');
  if (kind === 'server' && socket !== undefined && link !== undefined) {
    return openLinkWay(`unix:${socket}`, link);
  }
  process.stderr.write('usage: frames inproc | server SOCKET LINK | tap\n');
  process.exit(2);
}

/**
 * What has moved frames moves them again, in the memory it has: new memory would be touched for the
 * first time while the clock runs.
 */
const movers = new Map<string, Mover>();

function moverOf(way: Way, op: Op, bytes: number, batch: number): Mover {
  const key = `${op} ${bytes} ${batch}`;
  const known = movers.get(key);
  if (known !== undefined) return known;
  const made = way.mover(op, bytes, batch);
  movers.set(key, made);
  return made;
}

/** Nanoseconds that moving the frames took. Reading goes in rounds: fill, then empty. */
function time(way: Way, op: Op, bytes: number, batch: number, frames: number): bigint {
  const move = moverOf(way, op, bytes, batch);
  const room = op === 'read' ? QUEUE_FRAMES : frames;
  let ns = 0n;
  let moved = 0;
  for (let left = frames; left > 0; ) {
    const n = Math.min(left, room);
    if (op === 'read') {
      way.fill(bytes, FIRST_FRAMES + n);
      move(FIRST_FRAMES);
    }
    const start = process.hrtime.bigint();
    moved += move(n);
    ns += process.hrtime.bigint() - start;
    left -= n;
  }
  if (moved !== bytes * frames) throw new Error(`${moved} bytes moved, not ${bytes * frames}`);
  return ns;
}

const way = await openWay(process.argv.slice(2));
try {
  await way.prove();
  for await (const line of createInterface({ input: process.stdin })) {
    const [op, ...rest] = line.split(' ');
    const [bytes = 0, batch = 0, frames = 0] = rest.map(Number);
    const whole = batch === NO_BATCH || frames % batch === 0;
    const sound = bytes >= 14 && bytes <= FRAME_MAX && batch >= NO_BATCH && batch <= BATCH_MAX;
    if ((op !== 'read' && op !== 'write') || !sound || !whole) {
      throw new RangeError(`that cannot be measured: ${line}`);
    }
    process.stdout.write(`${time(way, op, bytes, batch, frames)} ${frames}\n`);
  }
} finally {
  await way.close();
}
