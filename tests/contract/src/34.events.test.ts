import { type Kernel, type Readiness, SysError } from 'libsys';
import {
  type FrameLink,
  openUnet,
  type UnetEvent,
  type UnetEventMap,
  type UnetLink,
} from 'libunet';
import { describe, expect } from 'vitest';
import { CHILD_START, runChild } from './child.ts';
import { it, type World } from './fixture.ts';

/** Number `n` of many multicast groups, as memory and as text. */
function group(n: number): { readonly address: Uint8Array; readonly text: string } {
  const address = Uint8Array.of(1, 0, 0x5e, 1, n >> 8, n & 0xff);
  return { address, text: Array.from(address, (byte) => byte.toString(16)).join(':') };
}

async function held(world: World): Promise<{ link: UnetLink; linkid: number }> {
  const linkid = world.create('vpn0');
  return { link: await world.open('vpn0'), linkid };
}

const iterationOf = (
  link: FrameLink,
  options: { signal?: AbortSignal; resync?: boolean } = {},
): AsyncIterator<UnetEvent, undefined> => link.events(options)[Symbol.asyncIterator]();

/** A kernel whose event loop knows no priority events, as that of illumos. */
function withoutPriority(kernel: Kernel): Kernel {
  const readiness = (fd: Parameters<Kernel['readiness']>[0]): Readiness => {
    const real = kernel.readiness(fd);
    return {
      wait: (wanted, options) =>
        wanted.priority === true
          ? Promise.reject(new SysError({ code: 'ENOTSUP', syscall: 'poll' }))
          : real.wait(wanted, options),
      close: () => real.close(),
    };
  };
  return new Proxy(kernel, {
    get: (target, key): unknown => {
      if (key === 'readiness') return readiness;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** The next `count` events. */
async function next(events: AsyncIterator<UnetEvent>, count: number): Promise<UnetEvent[]> {
  const got: UnetEvent[] = [];
  while (got.length < count) {
    const { done, value } = await events.next();
    if (done === true) throw new Error(`the events ended after ${got.length}`);
    got.push(value);
  }
  return got;
}

/** Every event up to and with one of a type. */
async function upTo(
  events: AsyncIterator<UnetEvent>,
  type: UnetEvent['type'],
): Promise<UnetEvent[]> {
  const got: UnetEvent[] = [];
  while (got.at(-1)?.type !== type) got.push(...(await next(events, 1)));
  return got;
}

/** What somebody knows who goes by events alone. */
class Knowledge {
  groups: Set<string> = new Set();
  linger = -1;
  overflows = 0;
  #synced: Set<string> | undefined;

  constructor(start: 'from the open' | 'resync') {
    if (start === 'resync') this.#synced = new Set();
  }

  get certain(): boolean {
    return this.#synced === undefined;
  }

  learn(event: UnetEvent): void {
    if (event.type === 'overflow') {
      this.overflows++;
      this.#synced = new Set();
    } else if (event.type === 'synced') {
      this.groups = this.#synced ?? this.groups;
      this.#synced = undefined;
    } else if (event.type === 'join') (this.#synced ?? this.groups).add(event.group);
    else if (event.type === 'leave') (this.#synced ?? this.groups).delete(event.group);
    else if (event.type === 'property' && event.property === 'linger') this.linger = event.value;
  }
}

/** Numbers that look as if by chance, the same ones each time. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

describe('events', () => {
  it('tell what happens, each with what it is about', async ({ world }) => {
    const { link, linkid } = await held(world);
    const events = iterationOf(link);
    const { address, text } = group(1);
    world.hosted.stackWant(linkid, 'join', address);
    world.hosted.stackWant(linkid, 'all');
    link.setProps({ mtu: 1400, mac: '2:0:0:0:0:7', linger: 5 });
    expect(await next(events, 5)).toMatchObject([
      { type: 'join', group: text, state: false, count: 1 },
      { type: 'promisc', on: true },
      { type: 'mtu', mtu: 1400 },
      { type: 'mac', mac: '2:0:0:0:0:7' },
      { type: 'property', property: 'linger', value: 5 },
    ]);
    world.hosted.stackWant(linkid, 'leave', address);
    world.hosted.stackWant(linkid, 'own');
    world.hosted.unplumb(linkid);
    expect(await next(events, 3)).toMatchObject([
      { type: 'leave', group: text },
      { type: 'promisc', on: false },
      { type: 'link', up: false },
    ]);
  });

  it('are numbered and timed by the driver', async ({ world }) => {
    const { link } = await held(world);
    link.setProps({ mtu: 1400 });
    link.setProps({ linger: 5 });
    const [first, second] = await next(iterationOf(link), 2);
    expect(second?.seq).toBe((first?.seq ?? 0n) + 1n);
    expect(second?.time).toBeGreaterThan(first?.time ?? 0n);
  });

  it('that came before anybody asked are told the first who does', async ({ world }) => {
    const { link } = await held(world);
    for (let mtu = 1400; mtu < 1410; mtu++) link.setProps({ mtu });
    expect(await next(iterationOf(link), 1)).toMatchObject([{ type: 'mtu', mtu: 1409, count: 10 }]);
  });

  it('are told everybody', async ({ world }) => {
    const { link } = await held(world);
    const iterations = [iterationOf(link), iterationOf(link)];
    const heard: UnetEvent[] = [];
    link.on('mtu', (event) => heard.push(event));
    link.setProps({ mtu: 1400 });
    const told = await Promise.all(iterations.map((events) => next(events, 1)));
    expect(told[0]).toMatchObject([{ type: 'mtu', mtu: 1400 }]);
    expect(told[1]).toEqual(told[0]);
    expect(heard).toEqual(told[0]);
  });

  it('end with "destroy"', async ({ world }) => {
    const { link } = await held(world);
    const types: string[] = [];
    setImmediate(() => world.control.destroy('vpn0'));
    for await (const { type } of link.events()) types.push(type);
    expect(types.at(-1)).toBe('destroy');
  });

  it('end with "destroy" for who asks a dead link, once', async ({ world }) => {
    const { link } = await held(world);
    link.setProps({ mtu: 1400 });
    world.control.destroy('vpn0');
    expect(await upTo(iterationOf(link), 'destroy')).toMatchObject([
      { type: 'mtu' },
      { type: 'link' },
      { type: 'destroy' },
    ]);
    await expect(iterationOf(link).next()).rejects.toMatchObject({
      code: 'ENXIO',
      link: 'vpn0',
    });
  });

  it('start with how everything is for who wants that', async ({ world }) => {
    const { link, linkid } = await held(world);
    for (let n = 0; n < 100; n++) world.hosted.stackWant(linkid, 'join', group(n).address);
    link.setProps({ mtu: 1400 });
    const told = await upTo(iterationOf(link, { resync: true }), 'synced');
    expect(told.slice(0, -1).every(({ state }) => state)).toBe(true);
    expect(told).toContainEqual(expect.objectContaining({ type: 'link', up: true }));
    expect(told).toContainEqual(expect.objectContaining({ type: 'mtu', mtu: 1400 }));
    const groups = told.flatMap((event) => (event.type === 'join' ? [event.group] : []));
    expect(groups.sort()).toEqual(Array.from({ length: 100 }, (_, n) => group(n).text).sort());
    const properties = told.flatMap((event) =>
      event.type === 'property' ? [[event.property, event.value]] : [],
    );
    expect(properties).toContainEqual(['rxbuf', 65536]);
    expect(properties).toContainEqual(['linkstate', 'auto']);
  });

  it("do not tell others what only a newcomer's resync tells", async ({ world }) => {
    const { link } = await held(world);
    const old = iterationOf(link);
    link.setProps({ mtu: 1400 });
    expect(await next(old, 1)).toMatchObject([{ type: 'mtu', mtu: 1400 }]);
    await upTo(iterationOf(link, { resync: true }), 'synced');
    link.setProps({ mtu: 1401 });
    expect(await next(old, 1)).toMatchObject([{ type: 'mtu', mtu: 1401, state: false }]);
  });

  it('that were lost are said to be, and everything is told anew', async ({ world }) => {
    const { link, linkid } = await held(world);
    // More than the driver keeps, and nobody takes any.
    for (let n = 0; n < 200; n++) world.hosted.stackWant(linkid, 'join', group(n).address);
    for (let n = 0; n < 150; n++) world.hosted.stackWant(linkid, 'leave', group(n).address);
    const told = await upTo(iterationOf(link), 'synced');
    expect(told[0]).toMatchObject({ type: 'overflow', state: false });
    expect(told[0]?.count).toBe(350);
    const groups = told.flatMap((event) => (event.type === 'join' ? [event.group] : []));
    expect(groups.sort()).toEqual(Array.from({ length: 50 }, (_, n) => group(150 + n).text).sort());
  });

  it('are told a reader that is too slow as well as can be, and then in full', async ({
    world,
  }) => {
    const { link, linkid } = await held(world);
    const slow = iterationOf(link);
    let heard = 0;
    link.on('join', () => heard++);
    for (let n = 0; n < 150; n++) {
      world.hosted.stackWant(linkid, 'join', group(n).address);
      while (heard === n) await new Promise((turn) => setImmediate(turn));
    }
    const told = await upTo(slow, 'synced');
    expect(told[0]).toMatchObject({ type: 'overflow', count: 150 });
    const groups = told.flatMap((event) => (event.type === 'join' ? [event.group] : []));
    expect(groups).toHaveLength(150);
    link.setProps({ mtu: 1400 });
    expect(await next(slow, 1)).toMatchObject([{ type: 'mtu', mtu: 1400, state: false }]);
    expect(heard, 'and nobody else twice').toBe(150);
  });

  it.for([1, 2, 3, 4])(
    'tell everybody the truth in the end, however slow (%i)',
    async (seed, { world }) => {
      const { link, linkid } = await held(world);
      const below = chance(seed);
      const joined = new Set<string>();
      const readers = ([false, true, false, true] as const).map((resync, i) => ({
        events: iterationOf(link, { resync }),
        knows: new Knowledge(resync ? 'resync' : 'from the open'),
        // One reads all there is, the next hardly anything.
        pace: [1000, 20, 3, 0][i] ?? 0,
      }));
      const last = 3000;
      const read = async (some: number, reader: (typeof readers)[number]): Promise<void> => {
        for (let n = 0; n < some; n++) {
          if (reader.knows.certain && reader.knows.linger === last) return;
          const { value } = await reader.events.next();
          if (value !== undefined) reader.knows.learn(value);
        }
      };
      const readings: Promise<void>[] = readers.map(() => Promise.resolve());
      for (let round = 0; round < 30; round++) {
        for (let change = below(40); change >= 0; change--) {
          const { address, text } = group(below(150));
          const want = joined.delete(text) ? 'leave' : 'join';
          if (want === 'join') joined.add(text);
          world.hosted.stackWant(linkid, want, address);
        }
        readers.forEach((reader, i) => {
          readings[i] =
            readings[i]?.then(() => read(below(reader.pace + 1), reader)) ?? read(0, reader);
        });
        await new Promise((turn) => setImmediate(turn));
      }
      link.setProps({ linger: last });
      readers.forEach((reader, i) => {
        readings[i] =
          readings[i]?.then(() => read(Number.POSITIVE_INFINITY, reader)) ?? read(0, reader);
      });
      await Promise.all(readings);
      for (const { knows } of readers) expect([...knows.groups].sort()).toEqual([...joined].sort());
      expect(readers[3]?.knows.overflows, 'who never read was too slow').toBeGreaterThan(0);
    },
  );

  it('come as well where the event loop cannot wait for them', async ({ world }) => {
    world.create('vpn0');
    const link = await openUnet('vpn0', { kernel: withoutPriority(world.kernel) });
    await expect(link.ready({ priority: true })).rejects.toMatchObject({
      code: 'ENOTSUP',
      text: 'the event loop cannot wait for events here; use events()',
    });
    const events = iterationOf(link);
    const first = next(events, 1);
    await new Promise((turn) => setImmediate(turn));
    link.setProps({ mtu: 1400 });
    expect(await first).toMatchObject([{ type: 'mtu', mtu: 1400 }]);
    const last = upTo(events, 'destroy');
    await new Promise((turn) => setImmediate(turn));
    world.control.destroy('vpn0');
    // Whatever wakes the link has it look: this does, at once.
    expect((await link.ready({ readable: true })).hangup).toBe(true);
    await last;
    expect(await events.next()).toEqual({ done: true, value: undefined });
    link.close();
  });

  it('end when the link is closed: in the loop, from outside, in the middle of a wait', async ({
    world,
  }) => {
    const { link } = await held(world);
    link.setProps({ mtu: 1400 });
    let turns = 0;
    const outside = iterationOf(link);
    const waiting = iterationOf(link);
    await next(waiting, 1);
    const wait = waiting.next();
    for await (const _ of link.events({ resync: true })) {
      turns++;
      link.close();
    }
    expect(turns, 'what was told before is still given').toBeGreaterThan(1);
    expect(await wait).toEqual({ done: true, value: undefined });
    await next(outside, 1);
    expect(await outside.next()).toEqual({ done: true, value: undefined });
    expect(() => iterationOf(link)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    expect(() => link.on('mtu', () => undefined)).toThrow(
      expect.objectContaining({ code: 'EBADF' }),
    );
    link.off('mtu', () => undefined);
  });

  it('end when the signal fires, before and while they are waited for', async ({ world }) => {
    const { link } = await held(world);
    const controller = new AbortController();
    const events = iterationOf(link, { signal: controller.signal });
    const wait = events.next();
    controller.abort('enough');
    await expect(wait).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
    await expect(iterationOf(link, { signal: controller.signal }).next()).rejects.toMatchObject({
      code: 'ABORT_ERR',
    });
    link.setProps({ mtu: 1400 });
    expect(await next(iterationOf(link), 1)).toMatchObject([{ type: 'mtu' }]);
  });

  it('refuse options and names that they do not know', async ({ world }) => {
    const { link } = await held(world);
    expect(() => link.events({ sync: true } as object)).toThrow(TypeError);
    expect(() => link.on('up' as 'link', () => undefined)).toThrow(TypeError);
    expect(() => link.on('link', null as never)).toThrow(TypeError);
    expect(() => link.off('up' as 'link', () => undefined)).toThrow(TypeError);
  });

  it('are not to be had of a descriptor that is not open for reading', async ({ world }) => {
    world.create('vpn0');
    const fd = world.kernel.open('/dev/unet/vpn0', { access: 'write', nonblock: true });
    const link = await openUnet({ fd }, { kernel: world.kernel });
    const failure = new Promise((resolve) => link.on('error', resolve));
    await expect(iterationOf(link).next()).rejects.toMatchObject({
      code: 'EBADF',
      unetCode: 'WRONLY',
      text: 'descriptor is not open for reading; open it for reading and writing',
    });
    expect(await failure).toMatchObject({ code: 'EBADF' });
    link.close();
  });
});

describe('on and off', () => {
  it('call listeners by type, with the type of event that it is', async ({ world }) => {
    const { link, linkid } = await held(world);
    const heard: string[] = [];
    const onMtu = ({ mtu }: UnetEventMap['mtu']): void => void heard.push(`mtu ${mtu}`);
    link
      .on('mtu', onMtu)
      .on('link', ({ up }) => heard.push(`up ${up}`))
      .on('property', (event) => {
        if (event.property === 'linkstate') heard.push(`linkstate ${event.value}`);
      });
    link.setProps({ mtu: 1400, linkstate: 'up' });
    world.hosted.unplumb(linkid);
    while (heard.length < 3) await new Promise((turn) => setImmediate(turn));
    expect(heard.sort()).toEqual(['linkstate up', 'mtu 1400', 'up false']);
    link.off('mtu', onMtu);
    link.setProps({ mtu: 1401 });
    link.setProps({ linkstate: 'down' });
    while (heard.length < 4) await new Promise((turn) => setImmediate(turn));
    expect(heard.at(-1)).toBe('linkstate down');
  });

  it('can be called by a listener', async ({ world }) => {
    const { link } = await held(world);
    const heard: number[] = [];
    const once = ({ mtu }: UnetEventMap['mtu']): void => {
      link.off('mtu', once);
      heard.push(mtu);
    };
    link.on('mtu', once);
    const events = iterationOf(link);
    link.setProps({ mtu: 1400 });
    await next(events, 1);
    link.setProps({ mtu: 1401 });
    await next(events, 1);
    expect(heard).toEqual([1400]);
  });

  it('hold the process while somebody listens', async () => {
    const program = (ending: string): string => `${CHILD_START}
      (async () => {
        const host = await Host.open();
        host.create('vpn0');
        const link = await openUnet('vpn0', { kernel: host.kernel });
        const listener = () => {
          console.log('told');
          ${ending}
          host.destroy('vpn0');
        };
        link.on('mtu', listener);
        setTimeout(() => link.setProps({ mtu: 1400 }), 50).unref();
        process.on('exit', () => console.log('ends'));
      })();`;
    for (const ending of ["link.off('mtu', listener);", 'link.close();']) {
      expect(await runChild(program(ending))).toMatchObject({ code: 0, out: 'told\nends\n' });
    }
  });
});
