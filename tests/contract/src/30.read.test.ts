import { describe, expect } from 'vitest';
import { frame, frameTo, plain, STRANGER, tagged } from './ethernet.ts';
import { it, type World } from './fixture.ts';

async function held(world: World, mtu = 1500) {
  world.create('vpn0', { mtu });
  const link = await world.open('vpn0');
  return { link, port: world.port('vpn0'), memory: Buffer.alloc(10_000) };
}

describe('read', () => {
  it.for([60, 61, 512, 1514])('delivers %i bytes as they were sent', async (length, { world }) => {
    const { link, port, memory } = await held(world);
    port.send(frame(length, 3));
    await link.ready({ readable: true });
    expect(link.readFrame(memory)).toBe(length);
    expect([...memory.subarray(0, length)]).toEqual([...frame(length, 3)]);
    expect(link.readFrame(memory)).toBe(0);
  });

  it('delivers a VLAN tag with its frame', async ({ world }) => {
    const { link, port, memory } = await held(world);
    port.send(tagged(1518, 3));
    await link.ready({ readable: true });
    expect(link.readFrame(memory)).toBe(1518);
    expect(plain([memory.subarray(0, 1518)])).toEqual(plain([tagged(1518, 3)]));
  });

  it('pads short frames to 60 bytes with zeros', async ({ world }) => {
    const { link, port, memory } = await held(world);
    memory.fill(0xee);
    port.send(frame(14));
    await link.ready({ readable: true });
    expect(link.readFrame(memory)).toBe(60);
    expect([...memory.subarray(0, 60)]).toEqual([...frame(14), ...new Uint8Array(46)]);
  });

  it('delivers frames for anybody: the holder is the wire', async ({ world }) => {
    const { link, port, memory } = await held(world);
    port.send(frameTo(STRANGER, 60));
    await link.ready({ readable: true });
    expect(link.readFrame(memory)).toBe(60);
  });

  it('delivers one frame a call, in order', async ({ world }) => {
    const { link, port, memory } = await held(world);
    const sent = [60, 70, 80, 90].map((length, i) => frame(length, i));
    for (const one of sent) port.send(one);
    const got: Uint8Array[] = [];
    while (got.length < sent.length) {
      await link.ready({ readable: true });
      got.push(Uint8Array.from(memory.subarray(0, link.readFrame(memory))));
    }
    expect(plain(got)).toEqual(plain(sent));
  });

  it('keeps a frame that does not fit', async ({ world }) => {
    const { link, port, memory } = await held(world);
    port.send(frame(100));
    await link.ready({ readable: true });
    for (const length of [1, 60, 99]) {
      expect(() => link.readFrame(memory.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'EOVERFLOW', link: 'vpn0' }),
      );
    }
    expect(link.readFrame(memory.subarray(0, 100))).toBe(100);
  });

  it('refuses memory of the wrong kind', async ({ world }) => {
    const { link } = await held(world);
    for (const wrong of [undefined, 'x', 5, new DataView(new ArrayBuffer(8)), [1]]) {
      expect(() => link.readFrame(wrong as unknown as Uint8Array)).toThrow(TypeError);
    }
  });

  it('gets nothing of what came before it held the link', async ({ world }) => {
    const { link, port, memory } = await held(world);
    link.close();
    port.send(frame(60));
    const again = await world.open('vpn0');
    port.send(frame(80));
    await again.ready({ readable: true });
    expect(again.readFrame(memory)).toBe(80);
  });

  it('delivers jumbo frames when the MTU is that large', async ({ world }) => {
    const { link, port, memory } = await held(world, 9000);
    port.send(tagged(9018, 5));
    await link.ready({ readable: true });
    expect(link.readFrame(memory)).toBe(9018);
    expect(memory.subarray(0, 9018).equals(tagged(9018, 5))).toBe(true);
  });
});
