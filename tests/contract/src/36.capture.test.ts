import { type CapturedFrame, openCapture, openUnet, openWatch, type WatchedEvent } from 'libunet';
import { describe, expect } from 'vitest';
import { BROADCAST, frame, frameTo, STRANGER } from './ethernet.ts';
import { it } from './fixture.ts';

/** The frames of a capture, as far as tests look at them. */
const shown = ({ direction, drop, length, frame: bytes }: CapturedFrame) => ({
  direction,
  drop,
  length,
  bytes: [...bytes],
});

describe('a capture', () => {
  it('sees what the holder reads, writes and loses, and the holder does not notice', async ({
    world,
  }) => {
    world.create('vpn0');
    const port = world.port('vpn0');
    await using capture = await openCapture('vpn0', { kernel: world.kernel });
    const before = BigInt(Date.now()) * 1_000_000n;
    port.send(frame(60, 1));
    const link = await world.open('vpn0');
    port.send(frame(70, 2));
    await link.write(frameTo(BROADCAST, 80));
    await link.write(frameTo(STRANGER, 90));
    const memory = Buffer.alloc(2000);
    await link.ready({ readable: true });
    expect(link.readFrame(memory)).toBe(70);
    expect((await port.receive()).length).toBe(80);

    const seen: object[] = [];
    let last = before - 1_000_000_000n;
    for await (const one of capture) {
      seen.push(shown(one));
      expect(one.time).toBeGreaterThanOrEqual(last);
      last = one.time;
      if (seen.length === 4) break;
    }
    expect(last).toBeLessThan(before + 60_000_000_000n);
    expect(seen).toEqual([
      { direction: 'read', drop: 'noholder', length: 60, bytes: [...frame(60, 1)] },
      { direction: 'read', drop: undefined, length: 70, bytes: [...frame(70, 2)] },
      { direction: 'write', drop: undefined, length: 80, bytes: [...frameTo(BROADCAST, 80)] },
      { direction: 'write', drop: 'filter', length: 90, bytes: [...frameTo(STRANGER, 90)] },
    ]);
    expect(capture.captured).toBe(4n);
    expect(capture.lost).toBe(0n);
  });

  it('keeps as much of each frame, and of those frames, as was asked for', async ({ world }) => {
    world.create('vpn0');
    const port = world.port('vpn0');
    await using capture = await openCapture('vpn0', {
      kernel: world.kernel,
      snapLength: 20,
      directions: ['drop'],
    });
    const link = await world.open('vpn0');
    port.send(frame(70, 2));
    await link.write(frameTo(STRANGER, 90));
    const batch = capture.createBatch();
    await capture.ready();
    expect(capture.readBatch(batch)).toBe(1);
    expect(batch.length(0)).toBe(90);
    expect(batch.captured(0)).toBe(20);
    expect(batch.drop(0)).toMatchObject({ name: 'filter', way: 'write' });
    expect(batch.frame(0).equals(frameTo(STRANGER, 90).subarray(0, 20))).toBe(true);
    expect(() => batch.frame(1)).toThrow(RangeError);
    expect(capture.readBatch(batch)).toBe(0);
  });

  it('counts what it has no room for', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    await using capture = await openCapture('vpn0', {
      kernel: world.kernel,
      snapLength: 100,
      bytes: 1000,
    });
    for (let i = 0; i < 20; i++) await link.write(frameTo(STRANGER, 90));
    const batch = capture.createBatch();
    let count = 0;
    for (let n = capture.readBatch(batch); n > 0; n = capture.readBatch(batch)) count += n;
    expect(BigInt(count) + capture.lost).toBe(20n);
    expect(capture.lost).toBeGreaterThan(0n);
  });

  it('ends with its link, when everything has been read', async ({ world }) => {
    world.create('vpn0', { stack: 'none' });
    const link = await world.open('vpn0');
    await using capture = await openCapture('vpn0', { kernel: world.kernel });
    await link.write(frameTo(BROADCAST, 90));
    world.control.destroy('vpn0');
    const drops: (string | undefined)[] = [];
    for await (const { drop } of capture) drops.push(drop);
    expect(drops).toEqual(['nostack']);
    expect(() => capture.readBatch(capture.createBatch())).toThrow(
      expect.objectContaining({ code: 'ENXIO' }),
    );
  });

  it('ends when it is told to', async ({ world }) => {
    world.create('vpn0');
    await using capture = await openCapture('vpn0', { kernel: world.kernel });
    const stop = new AbortController();
    const frames = capture.frames({ signal: stop.signal });
    const next = frames.next();
    stop.abort();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
    const more = capture.frames().next();
    capture.close();
    expect(await more).toMatchObject({ done: true });
    expect(() => capture.createBatch()).not.toThrow();
    expect(() => capture.readBatch(capture.createBatch())).toThrow(
      expect.objectContaining({ code: 'EBADF' }),
    );
  });

  it('is given up while it waits', async ({ world }) => {
    world.create('vpn0');
    await using capture = await openCapture('vpn0', { kernel: world.kernel });
    const frames = capture.frames();
    const next = frames.next();
    expect(await frames.return?.()).toMatchObject({ done: true });
    expect(await next).toMatchObject({ done: true });
  });

  it('is refused where it makes no sense', async ({ world }) => {
    const { kernel } = world;
    const misuse = new TypeError('kernel must be what openKernel resolves to');
    await expect(openCapture('vpn0', { kernel: {} as never })).rejects.toThrow(misuse);
    await expect(openWatch('vpn0', { kernel: {} as never })).rejects.toThrow(misuse);
    const open = (name: string, options: object) => openCapture(name, { kernel, ...options });
    await expect(open('nonesuch0', {})).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(open('x', {})).rejects.toThrow(/link name/);
    world.create('vpn0');
    await expect(open('vpn0', { snapLength: 13 })).rejects.toThrow(RangeError);
    await expect(open('vpn0', { directions: ['up'] })).rejects.toThrow(TypeError);
    await expect(open('vpn0', { directions: [] })).rejects.toThrow(RangeError);
    await expect(open('vpn0', { colour: 1 })).rejects.toThrow(/no option colour/);
    await expect(open('vpn0', { bytes: 100 })).rejects.toMatchObject({ code: 'ERANGE' });
  });
});

describe('a watch', () => {
  const told = ({ type, link }: WatchedEvent) => `${link} ${type}`;

  it('follows all links, those to come as well', async ({ world }) => {
    await using watch = await openWatch(undefined, { kernel: world.kernel });
    world.create('vpn0', { stack: 'none' });
    const link = await openUnet('vpn0', { kernel: world.kernel });
    link.setProps({ rxbuf: 100_000 });
    link.close();
    world.control.destroy('vpn0');
    const events: WatchedEvent[] = [];
    for await (const event of watch) {
      events.push(event);
      if (event.type === 'destroy') break;
    }
    expect(events.map(told)).toEqual([
      'vpn0 create',
      'vpn0 property',
      'vpn0 holder',
      'vpn0 destroy',
    ]);
    expect(events[1]).toMatchObject({ property: 'rxbuf', value: 100_000 });
    expect(events[2]).toMatchObject({ holder: undefined, count: 2 });
  });

  it('follows one link to its end, beside its holder', async ({ world }) => {
    world.create('vpn0', { stack: 'none' });
    world.create('vpn1', { stack: 'none' });
    await using watch = await openWatch('vpn0', { kernel: world.kernel });
    const link = await world.open('vpn0');
    const iterator = watch[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toMatchObject({ type: 'holder', holder: process.pid });
    world.control.destroy('vpn1');
    world.control.destroy('vpn0');
    expect((await iterator.next()).value).toMatchObject({ type: 'destroy', link: 'vpn0' });
    expect(await iterator.next()).toMatchObject({ done: true });
    const own = link.events()[Symbol.asyncIterator]();
    expect((await own.next()).value).toMatchObject({ type: 'destroy' });
  });

  it('is given up while it waits, and takes no options that it does not know', async ({
    world,
  }) => {
    await using watch = await openWatch(undefined, { kernel: world.kernel });
    expect(() => watch.events({ colour: 1 } as object)).toThrow(TypeError);
    const events = watch.events();
    const next = events.next();
    expect(await events.return?.()).toMatchObject({ done: true });
    expect(await next).toMatchObject({ done: true });
  });

  it('is of links that there are', async ({ world }) => {
    await expect(openWatch('nonesuch0', { kernel: world.kernel })).rejects.toMatchObject({
      code: 'ENOENT',
      message: expect.stringContaining('no such link'),
    });
  });
});
