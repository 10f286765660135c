import { addressOf, errnoName } from 'libsys';
import { UNET_IOC_FRAMEIO_READ, UNET_IOC_FRAMEIO_WRITE } from 'libsys/unet-abi';
import { FrameBatch, type UnetLink } from 'libunet';
import { describe, expect } from 'vitest';
import type { BusPort } from './bus-port.ts';
import { frame, plain } from './ethernet.ts';
import { it, type World } from './fixture.ts';

async function held(world: World, mtu = 1500): Promise<{ link: UnetLink; port: BusPort }> {
  world.create('vpn0', { mtu });
  const link = await world.open('vpn0');
  return { link, port: world.port('vpn0') };
}

const frames = (count: number, length = 100): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => frame(length + i, i));

async function receive(port: BusPort, count: number): Promise<Uint8Array[]> {
  const got: Uint8Array[] = [];
  while (got.length < count) got.push(await port.receive());
  return got;
}

/** Waits until the link has `count` frames to read. */
async function queued(link: UnetLink, count: number): Promise<void> {
  while (link.info().rxqFrames < count) await new Promise((turn) => setImmediate(turn));
}

describe('readBatch', () => {
  it.for([
    ['one vector a frame', undefined],
    ['header and payload', [14]],
    ['many vectors a frame', [6, 6, 2, 20]],
  ] as const)('takes all that wait, with %s', async ([, split], { world }) => {
    const { link, port } = await held(world);
    const sent = frames(10);
    for (const one of sent) port.send(one);
    await queued(link, 10);
    const batch = new FrameBatch({ frames: 16, frameSize: 1518, ...(split && { split }) });
    expect(link.readBatch(batch)).toBe(10);
    expect(batch.count).toBe(10);
    expect(plain(batch)).toEqual(plain(sent));
    expect(link.readBatch(batch)).toBe(0);
    expect(batch.count).toBe(0);
  });

  it('takes what fits and leaves the rest', async ({ world }) => {
    const { link, port } = await held(world);
    const sent = frames(10);
    for (const one of sent) port.send(one);
    await queued(link, 10);
    const batch = new FrameBatch({ frames: 4, frameSize: 1518, headRoom: 32 });
    const got: number[][] = [];
    for (const expected of [4, 4, 2, 0]) {
      expect(link.readBatch(batch)).toBe(expected);
      got.push(...plain(batch));
    }
    expect(got).toEqual(plain(sent));
  });

  it('stops before a frame that is too long, and says so when it comes first', async ({
    world,
  }) => {
    const { link, port } = await held(world);
    const sent = [frame(60, 1), frame(200, 2), frame(61, 3)];
    for (const one of sent) port.send(one);
    await queued(link, 3);
    const small = new FrameBatch({ frames: 8, frameSize: 100 });
    expect(link.readBatch(small)).toBe(1);
    expect(() => link.readBatch(small)).toThrow(
      expect.objectContaining({
        code: 'EOVERFLOW',
        message:
          'EOVERFLOW: frame of 200 bytes is too long for a batch with frames of 100, read vpn0',
      }),
    );
    expect(small.wantedLength).toBe(200);
    expect(small.count).toBe(0);
    const large = new FrameBatch({ frames: 8, frameSize: 200 });
    expect(link.readBatch(large)).toBe(2);
    expect(plain(large)).toEqual(plain(sent.slice(1)));
  });

  it('serves two links with one batch, one after the other', async ({ world }) => {
    world.create('vpn0');
    world.create('vpn1');
    const links = [await world.open('vpn0'), await world.open('vpn1')] as const;
    const ports = [world.port('vpn0'), world.port('vpn1')] as const;
    const batch = new FrameBatch({ frames: 4, frameSize: 1518 });
    ports[0].send(frame(100, 1));
    await links[0].ready({ readable: true });
    expect(links[0].readBatch(batch)).toBe(1);
    expect(links[1].writeBatch(batch)).toBe(1);
    expect(plain([await ports[1].receive()])).toEqual(plain([frame(100, 1)]));
  });
});

describe('writeBatch', () => {
  it.for([
    ['one vector a frame', undefined],
    ['header and payload', [14]],
    ['many vectors a frame', [6, 6, 2, 20]],
  ] as const)('sends all in order, with %s', async ([, split], { world }) => {
    const { link, port } = await held(world);
    const batch = new FrameBatch({ frames: 16, frameSize: 1518, ...(split && { split }) });
    const sent = [frame(14), ...frames(15, 30)];
    for (const one of sent) batch.push(one);
    expect(link.writeBatch(batch)).toBe(16);
    expect(plain(await receive(port, 16))).toEqual(plain(sent));
  });

  it('takes nothing of an empty batch', async ({ world }) => {
    const { link } = await held(world);
    expect(link.writeBatch(new FrameBatch({ frames: 1, frameSize: 60 }))).toBe(0);
  });

  it('stops before a bad frame, and says so when it comes first', async ({ world }) => {
    const { link, port } = await held(world);
    const batch = new FrameBatch({ frames: 4, frameSize: 2000 });
    batch.push(frame(60, 1));
    batch.push(frame(1519, 2));
    batch.push(frame(60, 3));
    expect(link.writeBatch(batch)).toBe(1);
    expect(() => link.writeBatch(batch, 1)).toThrow(expect.objectContaining({ code: 'ERANGE' }));
    expect(link.writeBatch(batch, 2)).toBe(1);
    expect(plain(await receive(port, 2))).toEqual(plain([frame(60, 1), frame(60, 3)]));
  });

  it('sends back what was read, without a copy', async ({ world }) => {
    const { link, port } = await held(world);
    const sent = frames(8);
    for (const one of sent) port.send(one);
    await queued(link, 8);
    const batch = new FrameBatch({ frames: 8, frameSize: 1518, split: [14] });
    link.readBatch(batch);
    expect(link.writeBatch(batch)).toBe(8);
    expect(plain(await receive(port, 8))).toEqual(plain(sent));
    for (const one of sent) port.send(one);
    await queued(link, 8);
    expect(link.readBatch(batch)).toBe(8);
    expect(plain(batch)).toEqual(plain(sent));
  });

  it('sends batch after batch, waiting for room as it goes', async ({ world }) => {
    const { link, port } = await held(world);
    const batch = new FrameBatch({ frames: 256, frameSize: 64 });
    for (let i = 0; i < 256; i++) batch.push(frame(60, i));
    const received = receive(port, 4 * 256);
    for (let i = 0; i < 4; i++) await link.writeAll(batch);
    const expected = plain(batch);
    expect(plain(await received)).toEqual([...expected, ...expected, ...expected, ...expected]);
  });
});

describe('misuse of a batch', () => {
  it('of the wrong kind is a TypeError', async ({ world }) => {
    const { link } = await held(world);
    const forged = { prepareRead: () => 8, completeRead: () => 1, count: 1, prepareWrite: () => 8 };
    for (const wrong of [undefined, {}, Buffer.alloc(64), forged]) {
      expect(() => link.readBatch(wrong as unknown as FrameBatch)).toThrow(TypeError);
      expect(() => link.writeBatch(wrong as unknown as FrameBatch)).toThrow(TypeError);
      expect(() => link.batches({ batch: (wrong ?? null) as unknown as FrameBatch })).toThrow(
        TypeError,
      );
    }
  });

  it('of a frame that is not there is a RangeError', async ({ world }) => {
    const { link } = await held(world);
    const batch = new FrameBatch({ frames: 4, frameSize: 100 });
    batch.push(frame(60));
    for (const from of [-1, 1, 0.5]) {
      expect(() => link.writeBatch(batch, from)).toThrow(RangeError);
    }
  });
});

describe('frameio requests as raw memory', () => {
  /** A `frameio_t` (LP64) with one vector for each `[address, length]`. */
  function frameio(
    head: { version?: number; nvpf?: number; nvecs?: number },
    ...vectors: readonly (readonly [bigint, bigint])[]
  ): Buffer {
    const memory = Buffer.allocUnsafeSlow(16 + 24 * Math.max(vectors.length, 1)).fill(0);
    memory.writeUInt32LE(head.version ?? 1, 0);
    memory.writeUInt32LE(head.nvpf ?? 1, 4);
    memory.writeUInt32LE(head.nvecs ?? vectors.length, 8);
    vectors.forEach(([address, length], i) => {
      memory.writeBigUInt64LE(address, 16 + i * 24);
      memory.writeBigUInt64LE(length, 24 + i * 24);
    });
    return memory;
  }
  const good = Buffer.allocUnsafeSlow(2000);
  const vector = [BigInt(addressOf(good)), 2000n] as const;

  it.for<[string, Buffer, string]>([
    ['another version', frameio({ version: 2 }, vector), 'EINVAL'],
    ['no vectors', frameio({ nvecs: 0 }), 'EINVAL'],
    ['no vectors a frame', frameio({ nvpf: 0 }, vector), 'EINVAL'],
    ['half a frame', frameio({ nvpf: 2 }, vector), 'EINVAL'],
    ['more vectors than there can be', frameio({ nvecs: 257 }, vector), 'EINVAL'],
    ['very many vectors', frameio({ nvecs: 0xffffffff }, vector), 'EINVAL'],
    ['an empty vector', frameio({}, [vector[0], 0n]), 'EINVAL'],
    ['a vector at 0', frameio({}, [0n, 2000n]), 'EINVAL'],
    ['a vector at 8', frameio({}, [8n, 100n]), 'EFAULT'],
    ['a vector in the kernel', frameio({}, [0xffff_8000_0000_0000n, 100n]), 'EFAULT'],
    ['a length that wraps', frameio({}, [vector[0], 0xffff_ffff_ffff_ffffn]), 'refusal'],
    ['a second vector at 8', frameio({ nvpf: 2 }, [vector[0], 14n], [8n, 100n]), 'EFAULT'],
  ])('with %s lose nothing', async ([, memory, code], { world }) => {
    const { link, port } = await held(world);
    frame(60, 1).forEach((byte, i) => {
      good[i] = byte;
    });
    port.send(frame(70, 2));
    await link.ready({ readable: true });
    const write = world.kernel.tryIoctl(link.fd, UNET_IOC_FRAMEIO_WRITE, addressOf(memory));
    expect(write).toBeLessThan(0);
    expect(port.take()).toBeUndefined();
    if (code !== 'refusal') {
      expect(errnoName(-write)).toBe(code);
      const read = world.kernel.tryIoctl(link.fd, UNET_IOC_FRAMEIO_READ, addressOf(memory));
      expect(errnoName(-read)).toBe(code);
    }
    expect(link.readFrame(good)).toBe(70);
  });

  it.for([0, 8, 0x7fff_ffff_f000])('at %i answer EFAULT', async (address, { world }) => {
    const { link, port } = await held(world);
    port.send(frame(70));
    await link.ready({ readable: true });
    for (const command of [UNET_IOC_FRAMEIO_READ, UNET_IOC_FRAMEIO_WRITE]) {
      expect(errnoName(-world.kernel.tryIoctl(link.fd, command, address))).toBe('EFAULT');
    }
    expect(link.readFrame(good)).toBe(70);
  });

  it('on a descriptor that is not open for it answer EBADF', ({ world }) => {
    world.create('vpn0');
    const memory = frameio({}, vector);
    for (const [access, command] of [
      ['write', UNET_IOC_FRAMEIO_READ],
      ['read', UNET_IOC_FRAMEIO_WRITE],
    ] as const) {
      const fd = world.kernel.open('/dev/unet/vpn0', { access, nonblock: true });
      expect(errnoName(-world.kernel.tryIoctl(fd, command, addressOf(memory)))).toBe('EBADF');
      world.kernel.close(fd);
    }
  });
});
