import { FrameBatch } from 'libunet';
import { describe, expect } from 'vitest';
import { frame } from './ethernet.ts';
import { it } from './fixture.ts';

const gone = expect.objectContaining({ code: 'ENXIO', link: 'vpn0' });

describe('destroy of a link that is held', () => {
  it('goes ahead: nobody refuses', async ({ world }) => {
    world.create('vpn0');
    await world.open('vpn0');
    expect(world.control.destroy('vpn0').holder).toBe(0);
    expect(world.control.list()).toEqual([]);
    expect(world.hosted.dlList()).toEqual([]);
  });

  it('ends every call of the holder with ENXIO, and close works', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    world.port('vpn0').send(frame(60));
    await link.ready({ readable: true });
    world.control.destroy('vpn0');
    const batch = new FrameBatch({ frames: 1, frameSize: 2000 });
    expect(() => link.readFrame(Buffer.alloc(2000))).toThrow(gone);
    expect(() => link.readBatch(batch)).toThrow(gone);
    expect(() => link.writeFrame(frame(60))).toThrow(gone);
    batch.push(frame(60));
    expect(() => link.writeBatch(batch)).toThrow(gone);
    expect(() => link.info()).toThrow(gone);
    expect(() => link.getProps()).toThrow(gone);
    expect(() => link.setProps({ linger: 0 })).toThrow(gone);
    expect(await link.ready({ readable: true })).toMatchObject({ hangup: true });
    link.close();
  });

  it('wakes who waits', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    const ready = link.ready({ readable: true });
    world.control.destroy('vpn0');
    expect((await ready).hangup).toBe(true);
  });

  it('ends an iteration with ENXIO', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    const iterate = async (): Promise<void> => {
      setImmediate(() => world.control.destroy('vpn0'));
      for await (const _ of link.batches()) expect.unreachable();
    };
    await expect(iterate()).rejects.toMatchObject({
      code: 'ENXIO',
      message: 'ENXIO: link has been destroyed; close it, read vpn0',
    });
  });

  it('lets a new link of the name have a new holder', async ({ world }) => {
    world.create('vpn0');
    const old = await world.open('vpn0');
    world.control.destroy('vpn0');
    world.create('vpn0', { mtu: 9000 });
    const link = await world.open('vpn0');
    expect(link.info().mtu).toBe(9000);
    expect(() => old.info()).toThrow(gone);
    old.close();
    expect(link.info().linkState).toBe('up');
  });

  it('comes by itself when a single-shot link is closed', async ({ world }) => {
    world.create('vpn0', { lifetime: 3 });
    const link = await world.open('vpn0');
    link.close();
    while (world.control.list().length > 0) await new Promise((turn) => setImmediate(turn));
  });
});
