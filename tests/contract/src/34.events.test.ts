import type { FrameLink, UnetEvent, UnetLink } from 'libunet';
import { describe, expect } from 'vitest';
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
});
