import { FrameioView, GatherBatch } from 'libframeio';
import { addressOf, errnoName } from 'libsys';
import { UNET_IOC_FRAMEIO_READ, UNET_IOC_FRAMEIO_WRITE } from 'libsys/unet-abi';
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
