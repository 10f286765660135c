import { describe, expect } from 'vitest';
import { frame, frameTo, plain, STRANGER } from './ethernet.ts';
import { it, type World } from './fixture.ts';

async function held(world: World, mtu = 1500) {
  world.create('vpn0', { mtu });
  const link = await world.open('vpn0');
  return { link, port: world.port('vpn0') };
}

describe('write', () => {
  it.for([14, 59, 60, 512, 1514, 1518])(
    'delivers %i bytes as they are',
    async (length, { world }) => {
      const { link, port } = await held(world);
      expect(link.writeFrame(frame(length, 3))).toBe(true);
      expect(plain([await port.receive()])).toEqual(plain([frame(length, 3)]));
      expect(port.take()).toBeUndefined();
    },
  );

  it.for([1, 13, 1519, 5000])('refuses %i bytes', async (length, { world }) => {
    const { link, port } = await held(world);
    expect(() => link.writeFrame(frame(length))).toThrow(
      expect.objectContaining({
        code: 'ERANGE',
        message: `ERANGE: frame of ${length} bytes is too short or too long; see minFrame and maxFrame of info(), write vpn0`,
      }),
    );
    expect(link.writeFrame(frame(60, 7))).toBe(true);
    expect(plain([await port.receive()])).toEqual(plain([frame(60, 7)]));
  });

  it('refuses an empty frame', async ({ world }) => {
    const { link } = await held(world);
    expect(() => link.writeFrame(new Uint8Array(0))).toThrow(
      expect.objectContaining({ code: 'ERANGE' }),
    );
  });

  it('delivers to the own address, everybody, and nobody else', async ({ world }) => {
    const { link, port } = await held(world);
    const own = frameTo(world.control.info('vpn0').mac, 60, 1);
    expect(link.writeFrame(frameTo(STRANGER, 60))).toBe(true);
    expect(link.writeFrame(frameTo(Uint8Array.of(1, 0, 0x5e, 1, 2, 3), 60))).toBe(true);
    expect(link.writeFrame(own)).toBe(true);
    expect(link.writeFrame(frame(60, 2))).toBe(true);
    expect(plain([await port.receive(), await port.receive()])).toEqual(plain([own, frame(60, 2)]));
    expect(port.take()).toBeUndefined();
  });

  it('takes a copy: the memory can be used again at once', async ({ world }) => {
    const { link, port } = await held(world);
    const memory = frame(60, 1);
    link.writeFrame(memory);
    memory.fill(0);
    expect(plain([await port.receive()])).toEqual(plain([frame(60, 1)]));
  });

  it('refuses memory of the wrong kind', async ({ world }) => {
    const { link } = await held(world);
    for (const wrong of [undefined, 'x'.repeat(60), 60, new ArrayBuffer(60)]) {
      expect(() => link.writeFrame(wrong as unknown as Uint8Array)).toThrow(TypeError);
    }
  });

  it('succeeds where nobody listens', async ({ world }) => {
    world.create('vpn0', { stack: 'none' });
    const link = await world.open('vpn0');
    expect(link.writeFrame(frame(60))).toBe(true);
    expect(link.info().txqFrames).toBe(0);
  });
});
