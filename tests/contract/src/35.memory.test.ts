import { readFileSync } from 'node:fs';
import type { KernelMemory } from 'libsys';
import { FrameBatch } from 'libunet';
import { describe, expect } from 'vitest';
import { runChild } from './child.ts';
import { frame, plain } from './ethernet.ts';
import { anotherKernel, it } from './fixture.ts';

/** How many pieces of memory this process shares with a server. */
function shared(): number {
  const maps = readFileSync('/proc/self/maps', 'utf8');
  return maps.split('\n').filter((line) => line.includes('/memfd:unet')).length;
}

describe('memory of a kernel', () => {
  it('is where it says, and shared with a server', ({ world }) => {
    const before = shared();
    const { buffer, address } = world.kernel.memory(100_000);
    expect(buffer).toHaveLength(100_000);
    expect(address % 8).toBe(0);
    expect(shared() - before).toBe(world.way === 'server' ? 1 : 0);
    expect(buffer.fill(1).length).toBe(100_000);
  });

  it('is what frames of a batch can be in, both ways', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    const port = world.port('vpn0');
    const memory = (bytes: number): KernelMemory => world.kernel.memory(bytes);
    const batch = new FrameBatch({ frames: 8, frameSize: 1518, memory });
    // From the second round on a server has it mapped.
    for (let round = 0; round < 3; round++) {
      batch.reset();
      const sent = [60, 1514, 61, 700].map((bytes) => frame(bytes, round));
      for (const one of sent) batch.push(one);
      expect(link.writeBatch(batch)).toBe(4);
      const arrived: Uint8Array[] = [];
      while (arrived.length < 4) arrived.push(await port.receive());
      expect(plain(arrived)).toEqual(plain(sent));
      const answers = sent.map((one) => frame(one.length, round + 100));
      for (const one of answers) port.send(one);
      while (link.info().rxqFrames < 4) await new Promise((turn) => setImmediate(turn));
      expect(link.readBatch(batch)).toBe(4);
      expect(plain(batch)).toEqual(plain(answers));
    }
  });

  it('is where batches of a link are', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    const before = shared();
    const batch = link.createBatch();
    expect(batch.frameSize).toBe(1518);
    expect(shared() - before).toBe(world.way === 'server' ? 1 : 0);
  });

  it('is no hindrance to the end of a program that still has some', async () => {
    const program = `
      const { openKernel } = require('libsys');
      (async () => {
        const kernel = await openKernel();
        globalThis.kept = kernel.memory(4096);
        kernel.dispose();
        globalThis.kept.buffer.write('still there');
        console.log('done');
      })();
    `;
    expect(await runChild(program)).toEqual({ code: 0, out: 'done\n', err: '' });
  });

  it('outlives its kernel', async () => {
    const kernel = await anotherKernel();
    const { buffer } = kernel.memory(4096);
    buffer.write('still there');
    kernel.dispose();
    expect(buffer.toString('utf8', 0, 11)).toBe('still there');
    expect(() => kernel.memory(4096)).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });

  it('has a length', ({ world }) => {
    for (const bytes of [0, -1, 1.5, Number.NaN, 2 ** 53]) {
      expect(() => world.kernel.memory(bytes)).toThrow(RangeError);
    }
  });
});
