/**
 * Moves frames in a kernel of this process and says what became of the heap:
 *
 *   node --expose-gc heap.js read|write BATCH FRAMES
 *
 * The answer is one line of JSON, a {@link HeapCost}.
 */
import { openLinkWay } from './link-way.ts';
import { NO_BATCH, type Op, QUEUE_FRAMES, type Way } from './way.ts';

/** What moving frames does to the heap: a row of `--heap --json`. */
export interface HeapCost {
  readonly op: Op;
  readonly batch: number;
  readonly frames: number;
  /** Bytes that the heap and the memory outside it grew by, garbage collected before and after. */
  readonly growth: number;
  /** Bytes that a call allocates, garbage or not. */
  readonly perCall: number;
}

const BYTES = 64;
/** The compiler is done with what was called so often; what it replaces is garbage. */
const WARM_CALLS = 40_960;

const collect = (): void => {
  if (globalThis.gc === undefined) throw new Error('node must be started with --expose-gc');
  for (let i = 0; i < 3; i++) globalThis.gc();
};

const inUse = (): number => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Moves whole queues and returns what each of them allocated on the heap. */
function moveQueues(way: Way, op: Op, batch: number, queues: number): Float64Array {
  const move = way.mover(op, BYTES, batch);
  const allocated = new Float64Array(queues);
  for (let i = 0; i < queues; i++) {
    if (op === 'read') way.fill(BYTES, QUEUE_FRAMES);
    // To ask allocates too.
    const first = process.memoryUsage().heapUsed;
    const before = process.memoryUsage().heapUsed;
    move(QUEUE_FRAMES);
    const after = process.memoryUsage().heapUsed;
    allocated[i] = after - before - (before - first);
  }
  return allocated;
}

/** Of many, so that a collection, which makes one of them negative, does not count. */
function middle(values: Float64Array): number {
  return values.toSorted()[values.length >> 1] ?? Number.NaN;
}

function measure(way: Way, op: Op, batch: number, frames: number): HeapCost {
  const perCall = batch === NO_BATCH ? 1 : batch;
  moveQueues(way, op, batch, Math.ceil((WARM_CALLS * perCall) / QUEUE_FRAMES));
  const before = inUse();
  const allocated = moveQueues(way, op, batch, Math.ceil(frames / QUEUE_FRAMES));
  const growth = inUse() - before;
  return {
    op,
    batch,
    frames: allocated.length * QUEUE_FRAMES,
    growth: growth - allocated.byteLength,
    perCall: (middle(allocated) * perCall) / QUEUE_FRAMES,
  };
}

const [op, batch, frames] = process.argv.slice(2);
if ((op !== 'read' && op !== 'write') || batch === undefined || frames === undefined) {
  process.stderr.write('usage: heap read|write BATCH FRAMES\n');
  process.exit(2);
}
const way = await openLinkWay('inproc', 'bench0');
try {
  process.stdout.write(`${JSON.stringify(measure(way, op, Number(batch), Number(frames)))}\n`);
} finally {
  await way.close();
}
