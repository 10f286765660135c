import { openKstat } from 'libkstat-ts';
import { FrameBatch, type UnetLink } from 'libunet';
import { describe, expect } from 'vitest';
import type { BusPort } from './bus-port.ts';
import { frame, frameTo, STRANGER } from './ethernet.ts';
import { it, type World } from './fixture.ts';

async function held(world: World): Promise<{ link: UnetLink; port: BusPort }> {
  world.create('vpn0');
  const link = await world.open('vpn0');
  return { link, port: world.port('vpn0') };
}

/** The driver's counters of vpn0. */
async function counters(world: World): Promise<Record<string, bigint | string>> {
  using kstat = await openKstat({ kernel: world.kernel });
  const [found] = kstat.list({ module: 'unet', name: 'vpn0' });
  if (found === undefined) throw new Error('vpn0 has no kstat');
  return Object.fromEntries(kstat.read(found).data);
}

/** Every frame that came in went out, was dropped for a reason, or is queued. */
function expectBalance(stats: Record<string, bigint | string>): void {
  for (const way of ['rx', 'tx']) {
    const number = (name: string): bigint => BigInt(stats[`${way}${name}`] ?? 'missing');
    expect(number('_in_frames'), way).toBe(
      number('_frames') + number('_drops') + number('q_frames'),
    );
    const reasons = Object.entries(stats).filter(([name]) => name.startsWith(`${way}_drop_`));
    expect(reasons.length).toBeGreaterThan(1);
    expect(number('_drops'), way).toBe(reasons.reduce((sum, [, value]) => sum + BigInt(value), 0n));
  }
}

describe('counters', () => {
  it('start at zero and name the link', async ({ world }) => {
    await held(world);
    const stats = await counters(world);
    expect(stats).toMatchObject({ linkname: 'vpn0', zonename: 'global', iomode: 'none' });
    const numbers = Object.entries(stats).filter(([, value]) => typeof value === 'bigint');
    expect(numbers.length).toBeGreaterThan(40);
    // The stack end may have said hello when the link came up; nothing else has happened.
    for (const [name, value] of numbers) {
      if (!name.startsWith('rx')) expect(value, name).toBe(0n);
    }
    expectBalance(stats);
  });

  it('count what is read and written, and how', async ({ world }) => {
    const { link, port } = await held(world);
    const memory = Buffer.alloc(2000);
    port.send(frame(100));
    port.send(frame(200));
    while (link.info().rxqFrames < 2) await new Promise((turn) => setImmediate(turn));
    expect(await counters(world)).toMatchObject({ rxq_frames: 2n, rxq_bytes: 300n + 2n * 256n });
    link.readFrame(memory);
    expect((await counters(world))['iomode']).toBe('read-write');
    const batch = new FrameBatch({ frames: 4, frameSize: 2000 });
    link.readBatch(batch);
    link.writeBatch(batch);
    link.writeFrame(frame(60));
    const stats = await counters(world);
    expect(stats).toMatchObject({
      iomode: 'frameio',
      rx_in_frames: 2n,
      rx_in_bytes: 300n,
      rx_frames: 2n,
      rx_bytes: 300n,
      tx_in_frames: 2n,
      tx_in_bytes: 260n,
      tx_frames: 2n,
      tx_bytes: 260n,
      read_calls: 1n,
      write_calls: 1n,
      fioread_calls: 1n,
      fiowrite_calls: 1n,
      rxq_frames: 0n,
      rx_drops: 0n,
      tx_drops: 0n,
    });
    expectBalance(stats);
  });

  it('count drops by their reason', async ({ world }) => {
    const { link, port } = await held(world);
    link.writeFrame(frameTo(STRANGER, 60));
    link.close();
    port.send(frame(60));
    while ((await counters(world))['rx_drop_noholder'] === 0n) {
      await new Promise((turn) => setImmediate(turn));
    }
    const stats = await counters(world);
    expect(stats).toMatchObject({ tx_drop_filter: 1n, rx_drop_noholder: 1n, tx_frames: 0n });
    expectBalance(stats);
  });

  it('balance while the read queue is full and the stack has to wait', async ({ world }) => {
    const { link, port } = await held(world);
    for (let i = 0; i < 500; i++) port.send(frame(1514, i));
    const batch = new FrameBatch({ frames: 16, frameSize: 1518 });
    while (((await counters(world))['fc_events'] as bigint) === 0n) {
      await new Promise((turn) => setImmediate(turn));
    }
    expectBalance(await counters(world));
    let got = 0;
    for await (const { count } of link.batches({ batch })) {
      got += count;
      expectBalance(await counters(world));
      if (got === 500) break;
    }
    expect(await counters(world)).toMatchObject({ rx_frames: 500n, rx_drops: 0n, rxq_frames: 0n });
  });
});

describe('stats', () => {
  it('are the counters that the kernel has, every one of them', async ({ world }) => {
    const { link, port } = await held(world);
    port.send(frame(100));
    await link.ready({ readable: true });
    link.readFrame(Buffer.alloc(2000));
    link.writeFrame(frameTo(STRANGER, 60));
    await link.write([frame(60), frame(61)]);
    const stats = await link.stats();
    const kernels = await counters(world);
    // Flat, as the kernel has them.
    const { rxDropsBy, txDropsBy, fcLasted, linkName, zoneName, ioMode, snaptime, ...single } =
      stats;
    const flat = Object.fromEntries([
      ...Object.entries(single).map(([name, value]) => [
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        value,
      ]),
      ...Object.entries(rxDropsBy).map(([name, value]) => [`rx_drop_${name}`, value]),
      ...Object.entries(txDropsBy).map(([name, value]) => [`tx_drop_${name}`, value]),
      ...Object.entries(fcLasted).map(([name, value]) => [`fc_${name}`, value]),
      ['linkname', linkName],
      ['zonename', zoneName],
      ['iomode', ioMode],
    ]);
    expect(flat).toEqual(kernels);
    expect(snaptime).toBeGreaterThan(0n);
    expect(stats).toMatchObject({
      rxFrames: 1n,
      rxBytes: 100n,
      txInFrames: 3n,
      txFrames: 2n,
      txDrops: 1n,
      txDropsBy: { filter: 1n, nostack: 0n },
      linkName: 'vpn0',
      ioMode: 'frameio',
    });
    expect((await link.stats()).snaptime).toBeGreaterThan(snaptime);
  });

  it('are of the link by its whole name, and not of another of that name later', async ({
    world,
  }) => {
    const long = `${'l'.repeat(29)}1`;
    world.create(`${long}0`);
    world.create(`${long}1`);
    const links = [await world.open(`${long}0`), await world.open(`${long}1`)] as const;
    await links[1].write(frame(60));
    expect((await links[0].stats()).txFrames).toBe(0n);
    expect(await links[1].stats()).toMatchObject({ txFrames: 1n, linkName: `${long}1` });
    world.control.destroy(`${long}1`);
    world.create(`${long}1`);
    await expect(links[1].stats()).rejects.toMatchObject({ code: 'ENXIO', link: `${long}1` });
    links[0].close();
    await expect(links[0].stats()).rejects.toMatchObject({ code: 'EBADF', text: 'link is closed' });
  });

  it('end when the link is closed meanwhile', async ({ world }) => {
    const { link } = await held(world);
    const asked = [link.stats(), link.stats()];
    link.close();
    for (const stats of asked) await expect(stats).rejects.toMatchObject({ code: 'EBADF' });
  });
});
