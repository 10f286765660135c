import { describe, expect } from 'vitest';
import { CHILD_START, runChild } from './child.ts';
import { it } from './fixture.ts';

/** What the workers of the program below do with their link. */
const WORKER = `
  const { workerData, parentPort } = require('node:worker_threads');
  const { openUnet } = require('libunet');
  (async () => {
    const link = await openUnet(workerData.name);
    parentPort.postMessage('open');
    const events = async () => { for await (const _ of link.events()); };
    const batches = async () => { for await (const batch of link.batches()) await link.writeAll(batch); };
    if (workerData.what === 'returns') return;
    if (workerData.what === 'listens') link.on('mtu', () => undefined);
    if (workerData.what === 'iterates') await Promise.all([events(), batches()]);
    if (workerData.what === 'throws') throw new Error('worker fails');
    if (workerData.what === 'exits') process.exit(0);
    if (workerData.what === 'spins') for (;;) link.readFrame(Buffer.alloc(2000));
  })();
`;

const program = (what: string): string => `${CHILD_START}
  const { Worker } = require('node:worker_threads');
  (async () => {
    const host = await Host.open();
    host.create('vpn0');
    host.create('vpn1');
    const link = await openUnet('vpn0', { kernel: host.kernel });
    const files = host.files();
    for (let round = 0; round < 2; round++) {
      const worker = new Worker(${JSON.stringify(WORKER)}, {
        eval: true, workerData: { name: 'vpn1', what: '${what}' },
      });
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      worker.on('error', () => undefined);
      await new Promise((resolve) => worker.once('message', resolve));
      if (['iterates', 'listens', 'spins'].includes('${what}')) {
        if (host.holder('vpn1') !== process.pid) throw new Error('the worker holds it not');
        await worker.terminate();
      }
      await ended;
      while (host.holder('vpn1') !== 0) await new Promise((turn) => setImmediate(turn));
      while (host.files() !== files) await new Promise((turn) => setImmediate(turn));
      // The link of this thread is as it was.
      await link.write(frame(round + 1));
      for await (const one of link.frames()) {
        if (one[20] === round + 1) break;
      }
    }
    link.close();
    host.destroy('vpn0');
    host.destroy('vpn1');
    host.close();
    console.log('all is well');
  })();
`;

describe('a worker with a link of its own', () => {
  it.for(['returns', 'exits', 'throws', 'listens', 'iterates', 'busy'])(
    'that %s leaves nothing behind, and the process lives',
    async (what) => {
      expect(await runChild(program(what))).toMatchObject({ code: 0, out: 'all is well\n' });
    },
  );
});
