import { once } from 'node:events';
import { finished, pipeline } from 'node:stream/promises';
import {
  nodeDuplexOf,
  nodeReadableOf,
  nodeWritableOf,
  readableOf,
  type UnetLink,
  writableOf,
} from 'libunet';
import { describe, expect } from 'vitest';
import type { BusPort } from './bus-port.ts';
import { frame, plain } from './ethernet.ts';
import { it, type World } from './fixture.ts';

async function held(world: World, name = 'vpn0'): Promise<{ link: UnetLink; port: BusPort }> {
  world.create(name);
  const link = await world.open(name);
  return { link, port: world.port(name) };
}

const READABLES = [
  ['a ReadableStream', readableOf],
  ['a Readable', nodeReadableOf],
  ['a Duplex', nodeDuplexOf],
] as const;

async function receive(port: BusPort, count: number): Promise<number[][]> {
  const got: Uint8Array[] = [];
  while (got.length < count) got.push(await port.receive());
  return plain(got);
}

describe.each(READABLES)('%s that nobody hurries to read', (_, open) => {
  it('leaves the frames in the link, until the stack waits', async ({ world }) => {
    const { link, port } = await held(world);
    const sent = Array.from({ length: 300 }, (_frame, i) => frame(1514, i));
    for (const one of sent) port.send(one);
    const highWaterMark = 8;
    const iterator = open(link, { highWaterMark })[Symbol.asyncIterator]();
    const first = await iterator.next();
    // The driver says by itself when its queue is full and the stack is held up.
    while ((await link.stats()).fcEvents === 0n) await new Promise((turn) => setImmediate(turn));
    const { rxFrames, rxqFrames, rxDrops } = await link.stats();
    expect(rxFrames).toBeLessThanOrEqual(BigInt(1 + highWaterMark));
    expect(rxqFrames).toBeGreaterThan(10n);
    expect(rxDrops).toBe(0n);
    const got = [first.value as Uint8Array];
    while (got.length < sent.length) got.push((await iterator.next()).value as Uint8Array);
    expect(plain(got)).toEqual(plain(sent));
    expect(await link.stats()).toMatchObject({ rxFrames: 300n, rxDrops: 0n, rxqFrames: 0n });
    await iterator.return?.();
  });

  it('fails with ENXIO when the link is destroyed', async ({ world }) => {
    const { link } = await held(world);
    const iterator = open(link, { closeLink: true })[Symbol.asyncIterator]();
    const next = iterator.next();
    setImmediate(() => world.control.destroy('vpn0'));
    await expect(next).rejects.toMatchObject({ code: 'ENXIO', link: 'vpn0' });
    expect(link.closed).toBe(true);
  });
});

describe('streams that write', () => {
  it.for(['web', 'node'] as const)(
    'wait for room and lose nothing, %s',
    async (kind, { world }) => {
      const { link, port } = await held(world);
      const sent = Array.from({ length: 1000 }, (_, i) => frame(60 + (i % 1000), i));
      const received = receive(port, sent.length);
      if (kind === 'node') {
        const stream = nodeWritableOf(link);
        for (const one of sent) if (!stream.write(one)) await once(stream, 'drain');
        stream.end();
        await finished(stream);
      } else {
        const writer = writableOf(link).getWriter();
        for (const one of sent) {
          await writer.ready;
          void writer.write(one);
        }
        await writer.close();
      }
      expect(await received).toEqual(plain(sent));
      const { txFrames, txDrops, writeCalls, fiowriteCalls } = await link.stats();
      expect({ txFrames, txDrops, writeCalls }).toEqual({
        txFrames: 1000n,
        txDrops: 0n,
        writeCalls: 0n,
      });
      // Many frames a call: what was queued went together.
      expect(fiowriteCalls).toBeLessThan(300n);
    },
  );
});

describe('a pipe between two links', () => {
  it('carries frames both ways', async ({ world }) => {
    const one = await held(world, 'vpn0');
    const two = await held(world, 'vpn1');
    const pipes = [
      readableOf(one.link).pipeTo(writableOf(two.link)),
      pipeline(nodeReadableOf(two.link), nodeWritableOf(one.link)),
    ];
    const sent = Array.from({ length: 200 }, (_, i) => frame(100 + i, i));
    for (const there of sent) one.port.send(there);
    expect(await receive(two.port, sent.length)).toEqual(plain(sent));
    for (const back of sent) two.port.send(back);
    expect(await receive(one.port, sent.length)).toEqual(plain(sent));
    one.link.close();
    two.link.close();
    // The second pipe may be told of its end by the link that it writes to.
    await Promise.allSettled(pipes);
    await expect(pipes[0]).resolves.toBeUndefined();
  });

  it('ends with the failure of either', async ({ world }) => {
    const one = await held(world, 'vpn0');
    const two = await held(world, 'vpn1');
    const piped = readableOf(one.link).pipeTo(writableOf(two.link));
    world.control.destroy('vpn1');
    one.port.send(frame(60));
    await expect(piped).rejects.toMatchObject({ code: 'ENXIO', link: 'vpn1' });
    // The link that was read can be read again.
    one.port.send(frame(61));
    for await (const next of one.link.frames()) {
      expect(next).toHaveLength(61);
      break;
    }
  });
});
