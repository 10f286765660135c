import { constants, type NodeGCPerformanceDetail, PerformanceObserver } from 'node:perf_hooks';
import { FrameBatch } from 'libunet';
import { describe, expect } from 'vitest';
import { frame } from './ethernet.ts';
import { it } from './fixture.ts';

/** Calls enough that 16 bytes for each would fill the heap's nursery several times. */
const CALLS = 300_000;

/** How often the heap's nursery was full while `work` was done: what is allocated goes there first. */
async function collections(work: () => void): Promise<number> {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      // The type of an entry does not know what entries of one sort have besides.
      const { detail } = entry as unknown as { detail: NodeGCPerformanceDetail };
      if (detail.kind === constants.NODE_PERFORMANCE_GC_MINOR) count++;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  // What was allocated before is not this work's: it is collected now or counts for nothing.
  await new Promise((turn) => setImmediate(turn));
  count = 0;
  work();
  // Entries are delivered in a later turn.
  await new Promise((turn) => setTimeout(turn, 10));
  observer.disconnect();
  return count;
}

describe('the steady state', () => {
  it('allocates nothing: reading, writing and looking at frames', async ({ world }) => {
    world.create('vpn0', { stack: 'none' });
    const link = await world.open('vpn0');
    const full = new FrameBatch({ frames: 2, frameSize: 1518 });
    const empty = new FrameBatch({ frames: 2, frameSize: 1518 });
    full.push(frame(60));
    full.push(frame(1514));
    let bytes = 0;
    const work = (calls: number): void => {
      for (let i = 0; i < calls; i++) {
        link.readBatch(empty);
        link.writeBatch(full);
        for (let f = 0; f < full.count; f++) bytes += full.length(f);
      }
    };
    work(20_000);
    // The server's round trips take their time; a nursery's worth of them is enough.
    const calls = world.way === 'server' ? CALLS / 10 : CALLS;
    expect(await collections(() => work(calls))).toBeLessThanOrEqual(1);
    expect(bytes).toBe((20_000 + calls) * 1574);
  });
});
