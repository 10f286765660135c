import { FrameBatch, type UnetLink } from 'libunet';
import { describe, expect } from 'vitest';
import type { BusPort } from './bus-port.ts';
import { frame, plain } from './ethernet.ts';
import { it, type World } from './fixture.ts';

async function held(world: World): Promise<{ link: UnetLink; port: BusPort }> {
  world.create('vpn0');
  return { link: await world.open('vpn0'), port: world.port('vpn0') };
}

async function receive(port: BusPort, count: number): Promise<Uint8Array[]> {
  const got: Uint8Array[] = [];
  while (got.length < count) got.push(await port.receive());
  return got;
}

const frames = (count: number, length = 60): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => frame(length, i));

describe('write', () => {
  it('writes one frame, and many with few requests', async ({ world }) => {
    const { link, port } = await held(world);
    await link.write(frame(60, 7));
    expect(plain([await port.receive()])).toEqual(plain([frame(60, 7)]));
    const received = receive(port, 200);
    await link.write(frames(200));
    expect(plain(await received)).toEqual(plain(frames(200)));
    const { fiowriteCalls, writeCalls, txFrames } = await link.stats();
    expect(txFrames).toBe(201n);
    expect(writeCalls).toBe(0n);
    expect(fiowriteCalls).toBeLessThan(12n);
  });

  it('keeps the order of concurrent calls, batches among them', async ({ world }) => {
    const { link, port } = await held(world);
    const all = frames(300, 1514);
    const batch = link.createBatch();
    for (const one of all.slice(100, 164)) batch.push(one);
    const received = receive(port, 300);
    await Promise.all([
      link.write(all.slice(0, 100)),
      link.writeAll(batch),
      ...all.slice(164).map((one) => link.write(one)),
    ]);
    expect(plain(await received)).toEqual(plain(all));
  });

  it('says which frame is refused, and has written those before it', async ({ world }) => {
    const { link, port } = await held(world);
    await expect(link.write([frame(60, 1), frame(1600), frame(60, 2)])).rejects.toMatchObject({
      code: 'ERANGE',
      message:
        'ERANGE: frame of 1600 bytes is too short or too long; the link takes 14 to 1518, write vpn0',
    });
    await link.write(frame(60, 3));
    expect(plain(await receive(port, 2))).toEqual(plain([frame(60, 1), frame(60, 3)]));
  });

  it('grows with the MTU', async ({ world }) => {
    const { link, port } = await held(world);
    await link.write(frame(60, 1));
    link.setProps({ mtu: 9000 });
    await link.write(frame(9014, 2));
    expect(plain(await receive(port, 2))).toEqual(plain([frame(60, 1), frame(9014, 2)]));
  });

  it('ends with the link: ENXIO when it is destroyed, EBADF when it is closed', async ({
    world,
  }) => {
    const { link } = await held(world);
    const closing = link.write(frames(3));
    link.close();
    await expect(closing).rejects.toMatchObject({ code: 'EBADF', text: 'link is closed' });
    await expect(link.write(frame(60))).rejects.toMatchObject({ code: 'EBADF' });
    const again = await world.open('vpn0');
    world.control.destroy('vpn0');
    await expect(again.write(frames(3))).rejects.toMatchObject({ code: 'ENXIO', link: 'vpn0' });
  });

  it('refuses what is no frame, and options that it does not know', async ({ world }) => {
    const { link } = await held(world);
    await expect(link.write('x' as never)).rejects.toThrow(TypeError);
    await expect(link.write([new ArrayBuffer(60)] as never)).rejects.toThrow(TypeError);
    await expect(link.write(frame(60), { singal: 1 } as object)).rejects.toThrow(TypeError);
    await expect(
      link.write(frame(60), { signal: AbortSignal.abort('enough') }),
    ).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
  });
});

describe('createBatch', () => {
  it('fits the link, as it is then', async ({ world }) => {
    const { link } = await held(world);
    expect(link.createBatch()).toBeInstanceOf(FrameBatch);
    expect(link.createBatch()).toMatchObject({ capacity: 64, frameSize: 1518, headRoom: 0 });
    link.setProps({ mtu: 9000 });
    const batch = link.createBatch({ frames: 8, split: [14], headRoom: 32 });
    expect(batch).toMatchObject({ capacity: 8, frameSize: 9018, vectorsPerFrame: 2, headRoom: 32 });
  });

  it('makes batches that work', async ({ world }) => {
    const { link, port } = await held(world);
    const batch = link.createBatch({ split: [14] });
    port.send(frame(100, 1));
    await link.ready({ readable: true });
    expect(link.readBatch(batch)).toBe(1);
    expect(plain(batch)).toEqual(plain([frame(100, 1)]));
    await link.writeAll(batch);
    expect(plain([await port.receive()])).toEqual(plain([frame(100, 1)]));
  });

  it('refuses what cannot be', async ({ world }) => {
    const { link } = await held(world);
    expect(() => link.createBatch({ frames: 0 })).toThrow(RangeError);
    expect(() => link.createBatch({ frames: '3' as never })).toThrow(TypeError);
    expect(() => link.createBatch({ frameSize: 3 } as object)).toThrow(TypeError);
    expect(() => link.createBatch(null as never)).toThrow(TypeError);
    world.control.destroy('vpn0');
    expect(() => link.createBatch()).toThrow(expect.objectContaining({ code: 'ENXIO' }));
  });
});
