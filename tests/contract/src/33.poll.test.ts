import { FrameBatch, openUnet, type UnetLink } from 'libunet';
import { describe, expect } from 'vitest';
import type { BusPort } from './bus-port.ts';
import { frame, plain } from './ethernet.ts';
import { it, type World } from './fixture.ts';

async function held(world: World): Promise<{ link: UnetLink; port: BusPort }> {
  world.create('vpn0');
  const link = await world.open('vpn0');
  return { link, port: world.port('vpn0') };
}

describe('ready', () => {
  it('says at once what is ready', async ({ world }) => {
    const { link } = await held(world);
    expect(await link.ready({ writable: true })).toMatchObject({ writable: true, hangup: false });
  });

  it('waits for a frame, again and again', async ({ world }) => {
    const { link, port } = await held(world);
    const memory = Buffer.alloc(2000);
    for (let i = 0; i < 100; i++) {
      const ready = link.ready({ readable: true });
      port.send(frame(60, i));
      expect(await ready).toMatchObject({ readable: true, writable: false });
      expect(link.readFrame(memory)).toBe(60);
    }
  });

  it('gives up when its signal fires', async ({ world }) => {
    const { link, port } = await held(world);
    const controller = new AbortController();
    const ready = link.ready({ readable: true }, { signal: controller.signal });
    controller.abort('enough');
    await expect(ready).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
    const again = link.ready({ readable: true });
    port.send(frame(60));
    expect((await again).readable).toBe(true);
  });

  it('gives up at once when its signal has fired before, also if something is ready', async ({
    world,
  }) => {
    const { link, port } = await held(world);
    port.send(frame(60));
    await link.ready({ readable: true });
    const signal = AbortSignal.abort('enough');
    const aborted = { name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' };
    const batch = link.createBatch();
    batch.push(frame(60));
    const all = await Promise.allSettled([
      link.ready({ readable: true }, { signal }),
      link.write(frame(60), { signal }),
      link.writeAll(batch, { signal }),
      link.batches({ signal })[Symbol.asyncIterator]().next(),
      link.events({ signal })[Symbol.asyncIterator]().next(),
    ]);
    expect(all).toMatchObject(all.map(() => ({ status: 'rejected', reason: aborted })));
    const frames = link.frames({ signal })[Symbol.asyncIterator]();
    await expect(frames.next()).rejects.toMatchObject(aborted);
    expect(port.take(), 'nothing was written').toBeUndefined();
    expect(link.readFrame(Buffer.alloc(2000)), 'and nothing read').toBe(60);
  });

  it('ends with EBADF when the link is closed meanwhile', async ({ world }) => {
    const { link } = await held(world);
    const ready = link.ready({ readable: true });
    link.close();
    await expect(ready).rejects.toMatchObject({ code: 'EBADF' });
  });

  it('wakes hundreds of links in one event loop', async ({ world }) => {
    const names = Array.from({ length: 100 }, (_, i) => `vpn${i}`);
    for (const name of names) world.create(name, { stack: 'none' });
    const links = await Promise.all(names.map((name) => world.open(name)));
    const waits = links.map((link) => link.ready({ readable: true }));
    for (const name of names) world.control.destroy(name);
    for (const ready of await Promise.all(waits)) expect(ready.hangup).toBe(true);
  });
});

describe('batches', () => {
  it('come as they are sent, in one batch that is used again', async ({ world }) => {
    const { link, port } = await held(world);
    const sent = Array.from({ length: 30 }, (_, i) => frame(60 + i, i));
    const got: number[][] = [];
    const seen = new Set<FrameBatch>();
    port.send(sent[0] as Uint8Array);
    for await (const batch of link.batches()) {
      seen.add(batch);
      got.push(...plain(batch));
      if (got.length === sent.length) break;
      port.send(sent[got.length] as Uint8Array);
    }
    expect(got).toEqual(plain(sent));
    expect(seen.size).toBe(1);
  });

  it('fill the batch they are given', async ({ world }) => {
    const { link, port } = await held(world);
    const batch = new FrameBatch({ frames: 1, frameSize: 100 });
    port.send(frame(60));
    for await (const got of link.batches({ batch })) {
      expect(got).toBe(batch);
      break;
    }
    port.send(frame(101));
    const iterate = async (): Promise<void> => {
      for await (const _ of link.batches({ batch })) expect.unreachable();
    };
    await expect(iterate()).rejects.toMatchObject({ code: 'EOVERFLOW' });
  });

  it('grow with the MTU when they are their own', async ({ world }) => {
    const { link, port } = await held(world);
    const lengths: number[] = [];
    port.send(frame(1514));
    for await (const batch of link.batches()) {
      lengths.push(batch.length(0));
      if (lengths.length === 2) break;
      link.setProps({ mtu: 9000 });
      port.send(frame(9014));
    }
    expect(lengths).toEqual([1514, 9014]);
  });

  it('are for one at a time', async ({ world }) => {
    const { link, port } = await held(world);
    port.send(frame(60));
    for await (const _ of link.batches()) {
      const second = async (): Promise<void> => {
        for await (const __ of link.frames()) expect.unreachable();
      };
      await expect(second()).rejects.toMatchObject({
        code: 'EBUSY',
        message: 'EBUSY: somebody iterates over the link already, read vpn0',
      });
      break;
    }
    port.send(frame(61));
    for await (const one of link.frames()) {
      expect(one).toHaveLength(61);
      break;
    }
  });

  it('end when the signal fires, also in the middle of a wait', async ({ world }) => {
    const { link, port } = await held(world);
    const controller = new AbortController();
    const got: number[] = [];
    port.send(frame(60));
    const iterate = async (): Promise<void> => {
      for await (const batch of link.batches({ signal: controller.signal })) {
        got.push(batch.count);
        setImmediate(() => controller.abort(new Error('enough')));
      }
    };
    await expect(iterate()).rejects.toMatchObject({
      name: 'AbortError',
      cause: { message: 'enough' },
    });
    expect(got).toEqual([1]);
    port.send(frame(60));
    expect((await link.ready({ readable: true })).readable).toBe(true);
  });

  it('end quietly when the link is closed here', async ({ world }) => {
    const { link, port } = await held(world);
    port.send(frame(60));
    let turns = 0;
    for await (const _ of link.batches()) {
      turns++;
      setImmediate(() => link.close());
    }
    expect(turns).toBe(1);
    expect(link.closed).toBe(true);
  });

  it('end quietly when the link is closed in the loop, or while somebody waits', async ({
    world,
  }) => {
    const { link, port } = await held(world);
    port.send(frame(60));
    port.send(frame(61));
    let turns = 0;
    for await (const _ of link.frames()) {
      turns++;
      link.close();
    }
    expect(turns, 'the frames of a batch that was read are still given').toBeLessThan(3);
    const again = await world.open('vpn0');
    const next = again.batches()[Symbol.asyncIterator]().next();
    await new Promise((turn) => setImmediate(turn));
    again.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('end when the iterator is given up in the middle of a wait', async ({ world }) => {
    const { link } = await held(world);
    const iterator = link.batches()[Symbol.asyncIterator]();
    const next = iterator.next();
    await expect(iterator.next()).rejects.toThrow(TypeError);
    await iterator.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    link.batches()[Symbol.asyncIterator]();
  });

  it('leave the event loop its turn however busy the link is', async ({ world }) => {
    const { link, port } = await held(world);
    let turns = 0;
    let batches = 0;
    const turn = (): void => {
      turns++;
      if (turns < 3) setImmediate(turn);
    };
    setImmediate(turn);
    port.send(frame(60));
    for await (const _ of link.batches()) {
      // There is always a next frame before it is asked for.
      port.send(frame(60));
      batches++;
      if (turns === 3) break;
    }
    expect(batches).toBeLessThan(1000);
  });

  it('refuse options that they do not know', async ({ world }) => {
    const { link } = await held(world);
    expect(() => link.batches({ singal: undefined } as object)).toThrow(TypeError);
    expect(() => link.frames({ frames: 3 } as object)).toThrow(TypeError);
  });
});

describe('frames', () => {
  it('come one by one, in order', async ({ world }) => {
    const { link, port } = await held(world);
    const sent = Array.from({ length: 150 }, (_, i) => frame(60 + (i % 40), i));
    for (const one of sent) port.send(one);
    const got: number[][] = [];
    for await (const one of link.frames()) {
      got.push([...one]);
      if (got.length === sent.length) break;
    }
    expect(got).toEqual(plain(sent));
  });

  it('come from another open of the same link after a break', async ({ world }) => {
    const { link, port } = await held(world);
    port.send(frame(60));
    for await (const _ of link.frames()) break;
    link.close();
    await using again = await openUnet('vpn0', { kernel: world.kernel });
    port.send(frame(70));
    for await (const one of again.frames()) {
      expect(one).toHaveLength(70);
      break;
    }
  });
});
