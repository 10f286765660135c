import { FrameioView } from 'libframeio';
import { addressOf, errnoName } from 'libsys';
import { UNET_IOC_FRAMEIO_READ, UNET_IOC_FRAMEIO_WRITE } from 'libsys/unet-abi';
import {
  captureLink,
  type FrameLink,
  faultyLink,
  GatherBatch,
  type LinkCall,
  tracedLink,
} from 'libunet';
import { describe, expect } from 'vitest';
import { frame, plain } from './ethernet.ts';
import { it } from './fixture.ts';

describe('a gathering batch', () => {
  it('writes frames from where they lie, whatever memory that is', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    const port = world.port('vpn0');
    const whole = frame(200, 1);
    const shared = new Uint8Array(new SharedArrayBuffer(100));
    shared.set(whole.subarray(20, 120));
    const batch = new GatherBatch({ frames: 4, parts: 4 });
    batch.push([whole.slice(0, 20), shared, Buffer.from(whole.subarray(120))]);
    batch.push([whole]);
    expect(
      world.kernel.tryIoctl(link.fd, UNET_IOC_FRAMEIO_WRITE, batch.prepareWrite()),
    ).toBeGreaterThanOrEqual(0);
    expect(batch.completeWrite()).toBe(2);
    expect(plain([await port.receive(), await port.receive()])).toEqual(plain([whole, whole]));
  });
});

describe('a gathering batch and a link', () => {
  const header = (n: number): Uint8Array => frame(1514, n).slice(0, 14);
  const payload = (n: number): Uint8Array => frame(1514, n).slice(14);

  it('that has no room for all of it goes on from there, in order', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    const port = world.port('vpn0');
    const batch = new GatherBatch({ frames: 100, parts: 2 });
    for (let n = 0; n < 100; n++) batch.push([header(n), payload(n)]);
    void link.write(frame(60, 200));
    const done = link.writeAll(batch);
    expect(() => link.writeBatch(batch)).toThrow(expect.objectContaining({ code: 'EBUSY' }));
    const arrived: Uint8Array[] = [];
    while (arrived.length < 101) arrived.push(await port.receive());
    await done;
    expect(plain(arrived)).toEqual(
      plain([frame(60, 200), ...Array.from({ length: 100 }, (_, n) => frame(1514, n))]),
    );
    batch.reset();
    expect(link.writeBatch(batch)).toBe(0);
    expect(() => link.writeBatch(batch, 1)).toThrow(RangeError);
    expect(() => link.readBatch(batch as never)).toThrow(TypeError);
  });

  it('with wrappers around it', async ({ world }) => {
    world.create('vpn0');
    const port = world.port('vpn0');
    const calls: LinkCall[] = [];
    const pieces: Uint8Array[] = [];
    const captured = captureLink(await world.open('vpn0'), (piece) => pieces.push(piece));
    const link: FrameLink = tracedLink(
      faultyLink(captured, { write: [{ fault: 'drop', at: 1 }] }),
      (call) => calls.push(call),
    );
    const batch = new GatherBatch({ frames: 4, parts: 3 });
    for (let n = 0; n < 3; n++) batch.push([header(n), payload(n)]);
    expect(link.writeBatch(batch)).toBe(3);
    await link.writeAll(batch);
    const sent = [0, 2, 0, 1, 2].map((n) => frame(1514, n));
    const arrived: Uint8Array[] = [];
    while (arrived.length < sent.length) arrived.push(await port.receive());
    expect(plain(arrived)).toEqual(plain(sent));
    expect(calls.find(({ op }) => op === 'writeBatch')).toMatchObject({
      frames: 3,
      bytes: 3 * 1514,
    });
    // What is captured is what went out.
    const file = Buffer.concat(pieces);
    for (const one of sent) expect(file.includes(Buffer.from(one))).toBe(true);
    batch.reset();
    batch.push([header(0), new Uint8Array(5000)]);
    expect(() => link.writeBatch(batch)).toThrow(expect.objectContaining({ code: 'ERANGE' }));
    link.close();
  });
});

describe('a view of a frameio_t', () => {
  it.for<[string, (view: FrameioView) => void]>([
    ['another version', (view) => view.bytes.fill(9, 0, 4)],
    ['half a frame', (view) => view.setHeader(2, 3)],
    ['no vectors', (view) => view.setHeader(2, 0)],
    ['no vectors a frame', (view) => view.setHeader(0, 4)],
    ['more vectors than there can be', (view) => view.setHeader(1, 257)],
    ['an empty vector', (view) => view.setVector(3, 8n, 0n)],
    ['a vector at 0', (view) => view.setVector(3, 0n, 8n)],
    ['a frame that is too short', (view) => view.setVector(1, BigInt(addressOf(view.bytes)), 1n)],
  ])('refuses what the driver refuses: %s', async ([, spoil], { world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    const bytes = Buffer.allocUnsafeSlow(16 + 256 * 24).fill(0);
    const address = BigInt(addressOf(bytes));
    const view = new FrameioView(bytes);
    view.setHeader(2, 4);
    for (let v = 0; v < 4; v++) view.setVector(v, address, 10n);
    const { minFrame: shortest, maxFrame: longest } = link.info();
    expect(view.writeFault({ shortest, longest })).toBeUndefined();
    spoil(view);
    for (const [command, fault] of [
      [UNET_IOC_FRAMEIO_WRITE, view.writeFault({ shortest, longest })],
      [UNET_IOC_FRAMEIO_READ, view.fault()],
    ] as const) {
      const result = world.kernel.tryIoctl(link.fd, command, addressOf(bytes));
      // Nothing waits to be read, so that a good request ends with EAGAIN.
      expect(errnoName(-result)).toBe(fault?.code ?? 'EAGAIN');
    }
  });
});
