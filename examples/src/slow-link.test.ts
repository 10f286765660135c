import { openDladm } from 'libdladm-ts';
import { type Kernel, openKernel } from 'libsys';
import { type FrameLink, openUnet } from 'libunet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { heldUp } from './held-up.fixture.ts';
import { hostAddresses, marksAt, nextMark, testFrame } from './host.fixture.ts';
import { pump } from './pipe/pump.ts';
import { BusPort } from './second-host/bus-port.ts';
import { LearningSwitch } from './switch/learning-switch.ts';

/** What happens to the examples when a link has no room, with a kernel in this very process. */

const BROADCAST = new Uint8Array(6).fill(0xff);
const A = hostAddresses(0).mac;
const C = hostAddresses(2).mac;

let kernel: Kernel;
let opened: { close(): void }[];
let stop: AbortController;
let done: Promise<unknown>;
beforeEach(async () => {
  kernel = await openKernel({ kernel: 'inproc' });
  opened = [];
  stop = new AbortController();
  done = Promise.resolve();
});
afterEach(async () => {
  stop.abort();
  await done;
  for (const one of opened) one.close();
  using dladm = await openDladm({ kernel, root: '/nonexistent' });
  for await (const { name } of dladm.list()) await dladm.destroy(name);
  expect(kernel.hosted?.usage()).toMatchObject({ links: 0n, mblks: 0n });
  kernel.dispose();
});

async function make(name: string, props: { mtu?: number; rxbuf?: number } = {}) {
  using dladm = await openDladm({ kernel, root: '/nonexistent' });
  await dladm.create(name, { lifetime: 'temporary', stack: `bus:${name}`, ...props });
  const link = await openUnet(name, { kernel });
  const port = new BusPort(kernel, name);
  opened.push(link, port);
  return { link, port };
}

function switchOver(links: readonly FrameLink[], said: string[], now?: () => number) {
  const one = new LearningSwitch(links, {
    stations: 16,
    age: 1000,
    say: (text) => said.push(text),
    now,
  });
  done = one.run(stop.signal);
  return one;
}

describe('a switch', () => {
  it('loses what a link has no room for, says so, and lets nobody wait', async () => {
    const [a, b, c] = [await make('a0'), await make('b0'), await make('c0')];
    const slow = heldUp(b.link);
    const said: string[] = [];
    let now = 0;
    const one = switchOver([a.link, slow, c.link], said, () => now);

    for (let mark = 1; mark <= 10; mark++) a.port.send(testFrame(BROADCAST, A, mark));
    for (let mark = 1; mark <= 10; mark++) expect(await nextMark(c.port)).toBe(mark);
    expect(marksAt(b.port)).toEqual([]);
    expect(one.counts.get('b0')).toMatchObject({ sent: 0, noRoom: 10 });
    expect(one.counts.get('c0')).toMatchObject({ sent: 10, noRoom: 0 });
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^b0 has no room: \d+ frames for it are lost by now$/);

    // Said again only after a while.
    now = 999;
    a.port.send(testFrame(BROADCAST, A, 11));
    expect(await nextMark(c.port)).toBe(11);
    expect(said).toHaveLength(1);
    now = 1000;
    a.port.send(testFrame(BROADCAST, A, 12));
    expect(await nextMark(c.port)).toBe(12);
    expect(said[1]).toBe('b0 has no room: 12 frames for it are lost by now');

    slow.room = 'as inside';
    a.port.send(testFrame(BROADCAST, A, 13));
    expect([await nextMark(b.port), await nextMark(c.port)]).toEqual([13, 13]);
  });

  it('loses a frame that is too long for a link, and no other', async () => {
    const [a, b, c] = [
      await make('a0', { mtu: 9000 }),
      await make('b0'),
      await make('c0', { mtu: 9000 }),
    ];
    const said: string[] = [];
    const one = switchOver([a.link, b.link, c.link], said);
    for (const [mark, length] of [60, 5000, 1514, 1519, 60].entries()) {
      a.port.send(testFrame(BROADCAST, A, mark, length));
    }
    expect([await nextMark(b.port), await nextMark(b.port), await nextMark(b.port)]).toEqual([
      0, 2, 4,
    ]);
    for (const mark of [0, 1, 2, 3, 4]) expect(await nextMark(c.port)).toBe(mark);
    expect(one.counts.get('b0')).toMatchObject({ sent: 3, tooLong: 2 });

    // And when the frames of one batch go different ways.
    c.port.send(testFrame(BROADCAST, C, 5));
    expect([await nextMark(a.port), await nextMark(b.port)]).toEqual([5, 5]);
    kernel.hosted?.stackWant(kernel.hosted.dlInfo('c0').linkid, 'all');
    a.port.send(testFrame(C, A, 6, 5000));
    a.port.send(testFrame(BROADCAST, A, 7, 5000));
    a.port.send(testFrame(BROADCAST, A, 8));
    expect(await nextMark(b.port)).toBe(8);
    for (const mark of [6, 7, 8]) expect(await nextMark(c.port)).toBe(mark);
    expect(one.counts.get('b0')).toMatchObject({ sent: 5, tooLong: 3 });
    expect(said).toEqual([]);
  });

  it('forgets a station that was silent for long', async () => {
    const [a, b, c] = [await make('a0'), await make('b0'), await make('c0')];
    let now = 0;
    switchOver([a.link, b.link, c.link], [], () => now);
    kernel.hosted?.stackWant(kernel.hosted.dlInfo('b0').linkid, 'all');
    kernel.hosted?.stackWant(kernel.hosted.dlInfo('c0').linkid, 'all');
    c.port.send(testFrame(BROADCAST, C, 1));
    expect([await nextMark(a.port), await nextMark(b.port)]).toEqual([1, 1]);
    a.port.send(testFrame(C, A, 2));
    expect(await nextMark(c.port)).toBe(2);
    expect(marksAt(b.port)).toEqual([]);
    now = 1000;
    a.port.send(testFrame(C, A, 3));
    expect([await nextMark(b.port), await nextMark(c.port)]).toEqual([3, 3]);
  });
});

describe('a pipe', () => {
  it('reads nothing while it cannot write, and loses nothing', async () => {
    const [a, b] = [await make('a0', { rxbuf: 16_384 }), await make('b0')];
    const slow = heldUp(b.link);
    const pumped = { frames: 0, bytes: 0 };
    done = pump(a.link, slow, { signal: stop.signal, pumped });

    a.port.send(testFrame(BROADCAST, A, 0, 1000));
    while ((await a.link.stats()).rxFrames === 0n) await a.port.wait({}, 1);

    // It has one, which it cannot write. Until the stack itself is held up: nobody reads the rest.
    let sent = 1;
    while ((await a.link.stats()).fcEvents === 0n) {
      if (a.port.send(testFrame(BROADCAST, A, sent, 1000))) sent++;
      await a.port.wait({}, 1);
    }
    expect(sent).toBeGreaterThan(10); // the queue holds some 14
    expect(await a.link.stats()).toMatchObject({ rxFrames: 1n });
    expect(pumped.frames).toBe(0);

    slow.room = 'as inside';
    for (let mark = 0; mark < sent; mark++) expect(await nextMark(b.port)).toBe(mark);
    expect(pumped).toEqual({ frames: sent, bytes: sent * 1000 });
    expect(await a.link.stats()).toMatchObject({ rxFrames: BigInt(sent), rxDrops: 0n });
  });
});
