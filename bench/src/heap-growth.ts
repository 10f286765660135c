import { spawnSync } from 'node:child_process';
import type { HeapCost } from './heap.ts';
import { NO_BATCH, type Op } from './way.ts';

const BATCHES: readonly number[] = [NO_BATCH, 32, 128];
const OPS: readonly Op[] = ['read', 'write'];
const FRAMES = 10_000_000;

/** Has the program `heap` move frames. @throws {Error} it failed */
export function measureHeap(program: string, op: Op, batch: number, frames: number): HeapCost {
  const args = ['--expose-gc', program, op, String(batch), String(frames)];
  const ran = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (ran.error !== undefined) throw ran.error;
  if (ran.status !== 0) throw new Error(ran.stderr.trim());
  return JSON.parse(ran.stdout) as HeapCost;
}

/** What moving many frames does to the heap, each way. @throws {Error} the program failed */
export function measureHeaps(program: string, frames: number = FRAMES): HeapCost[] {
  return OPS.flatMap((op) => BATCHES.map((batch) => measureHeap(program, op, batch, frames)));
}

/** The costs as people read them. */
export function heapReport(costs: readonly HeapCost[]): string {
  const lines = [
    'The heap of TypeScript, in a kernel of this process',
    '  op    batch     frames  growth in KiB  bytes a call',
    ...costs.map(
      ({ op, batch, frames, growth, perCall }) =>
        `  ${op.padEnd(5)} ${(batch === NO_BATCH ? 'none' : String(batch)).padStart(5)}` +
        ` ${String(frames).padStart(10)} ${(growth / 1024).toFixed(1).padStart(14)}` +
        ` ${perCall.toFixed(1).padStart(13)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
