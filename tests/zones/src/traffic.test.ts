import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespaces } from './namespaces.ts';
import { printed } from './printed.ts';
import { ended, World } from './world.ts';

const program = (name: string): string =>
  fileURLToPath(new URL(`./programs/${name}.mjs`, import.meta.url));
const RESPONDER = fileURLToPath(new URL('../../../examples/dist/responder.js', import.meta.url));

let world: World;
beforeEach(async () => {
  world = new World();
  await world.open();
});
afterEach(() => world.close());

describe('two zones on one segment', () => {
  it('exchange ARP and ICMP, without any privilege', async () => {
    for (const [zone, link] of [
      ['blue', 'vpn0'],
      ['red', 'vpn1'],
    ] as const) {
      const view = await world.zone(zone);
      const { linkId } = await view.dladm.create(link, {
        lifetime: 'temporary',
        stack: 'bus:lan0',
      });
      // What one holder sends is for the other, and not for the stack of its own link.
      view.hosted.stackWant(linkId, 'all');
    }
    const responder = world.start(
      [process.execPath, RESPONDER, '--ipv4', '10.65.0.2', '--mac', '02:75:6e:65:74:02', 'vpn1'],
      { UNET_ZONE: 'red' },
    );
    await printed(responder, 'responder: vpn1');
    const pinger = world.start(
      [process.execPath, program('pinger'), 'vpn0', '10.65.0.1', '10.65.0.2', '3'],
      { UNET_ZONE: 'blue' },
    );
    expect(await ended(pinger)).toEqual({
      exit: 0,
      out:
        '10.65.0.2 is at 02:75:6e:65:74:02\n' +
        [1, 2, 3].map((n) => `98 bytes from 10.65.0.2: icmp_seq=${n}\n`).join(''),
      err: '',
    });
    const gone = ended(responder);
    responder.kill('SIGINT');
    expect((await gone).out).toContain('answered 1 ARP, 0 neighbour, 3 ICMP, 0 ICMPv6');
  });
});

const lack = Namespaces.lack();

describe('zones tied to network namespaces', () => {
  let namespaces: Namespaces;
  beforeEach((context) => {
    if (lack !== undefined) context.skip(lack);
    namespaces = new Namespaces();
  });
  afterEach(() => namespaces?.close());

  /** A zone in a namespace of its own, with a link that has an address there. */
  async function machine(zone: string, link: string, address: string): Promise<string> {
    const netns = namespaces.make(zone);
    expect(await world.adm(`host zone create -n ${netns} ${zone}`)).toMatchObject({ err: '' });
    expect(await world.adm(`host zone boot ${zone}`)).toMatchObject({ err: '' });
    expect(await world.adm(`create -t -p stack=tap ${link}`, zone)).toMatchObject({ err: '' });
    expect(namespaces.interfaces(netns)).toEqual([link]);
    namespaces.ip(netns, `addr add ${address}/24 dev ${link}`);
    namespaces.ip(netns, `link set ${link} up`);
    return netns;
  }

  it('ping each other over one segment, and take their interfaces along', async () => {
    const blue = await machine('blue', 'vpn0', '10.65.0.1');
    const red = await machine('red', 'vpn1', '10.65.0.2');
    const bridges = ['blue vpn0', 'red vpn1'].map((words) => {
      const [zone = '', link = ''] = words.split(' ');
      return world.start([process.execPath, program('bridge'), zone, link, 'lan0']);
    });
    await Promise.all(bridges.map((bridge) => printed(bridge, 'bridges')));
    for (const [netns, to] of [
      [blue, '10.65.0.2'],
      [red, '10.65.0.1'],
    ] as const) {
      const ping = ['ip', 'netns', 'exec', netns, 'ping', '-c', '5', '-i', '0.05', '-W', '5', to];
      expect((await ended(world.start(ping))).out).toContain(' 5 received, 0% packet loss');
    }
    const gone = bridges.map((bridge) => ended(bridge));
    expect(await world.adm('host zone halt blue')).toMatchObject({ exit: 0, err: '' });
    expect(namespaces.interfaces(blue)).toEqual([]);
    expect(namespaces.interfaces(red)).toEqual(['vpn1']);
    expect(await gone[0]).toMatchObject({ exit: 0, out: 'gone\n' });
    expect(await world.adm('host zone halt red')).toMatchObject({ exit: 0, err: '' });
    expect(await gone[1]).toMatchObject({ exit: 0 });
  });

  it('are where their programs are, without asking, and nowhere else', async () => {
    const blue = await machine('blue', 'vpn0', '10.65.0.1');
    await world.zone('red');
    const within = (netns: string, words: string, env = {}) =>
      ended(
        world.start(
          ['ip', 'netns', 'exec', netns, process.execPath, world.unetadm, ...words.split(' ')],
          env,
        ),
      );
    const inside = (words: string, env = {}) => within(blue, words, env);
    expect(await inside('list -p -o link,zone')).toEqual({ exit: 0, out: 'vpn0:blue\n', err: '' });
    expect(await inside('list -p -o link', { UNET_ZONE: 'blue' })).toMatchObject({ out: 'vpn0\n' });
    expect(await inside('host zone list -p -o zone')).toMatchObject({ out: 'blue\n' });
    for (const zone of ['red', 'global', 'no-such-zone']) {
      expect(await inside('list', { UNET_ZONE: zone })).toMatchObject({
        exit: 1,
        err: expect.stringContaining(`zone ${zone} is not for you`),
      });
    }
    expect(await inside('host zone halt blue')).toMatchObject({
      exit: 1,
      err: 'unetadm: cannot halt zone blue: only administrators of the global zone may\n',
    });
    const refused = { exit: 1, err: expect.stringContaining('this network namespace is none of') };
    expect(await within(namespaces.make('third'), 'list')).toMatchObject(refused);
    await world.adm('host zone halt blue');
    expect(await inside('list')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('the zone of this network namespace does not run'),
    });
    await world.adm('host zone destroy blue');
    expect(await inside('list')).toMatchObject(refused);
  });

  it('have the interfaces of links that are lent to them, there and back', async () => {
    const netns = namespaces.make('blue');
    const own = namespaces.make('red');
    await world.adm(`host zone create -n ${netns} blue`);
    await world.adm(`host zone create -n ${own} red`);
    await world.adm('host zone boot blue');
    await world.adm('host zone boot red');
    const here = (): boolean => spawnedIp().includes('vpnlent0');
    expect(await world.adm('create -t -p stack=tap vpnlent0')).toMatchObject({ err: '' });
    expect(here()).toBe(true);
    const mac = (await world.global.dladm.info('vpnlent0')).mac;
    for (const [zone, there, gone] of [
      ['blue', netns, own],
      ['red', own, netns],
    ] as const) {
      expect(await world.adm(`set -t vpnlent0 zone=${zone}`)).toMatchObject({ err: '' });
      expect(here()).toBe(false);
      expect(namespaces.interfaces(there)).toEqual(['vpnlent0']);
      expect(namespaces.interfaces(gone)).toEqual([]);
      const [link] = JSON.parse(namespaces.ip(there, '-j link show vpnlent0')) as {
        address: string;
        mtu: number;
      }[];
      expect(link).toMatchObject({ mtu: 1500 });
      expect(link?.address.replace(/\b0/g, '')).toBe(mac.replace(/\b0(?=[0-9a-f])/g, ''));
    }
    expect(await world.adm('host zone halt red')).toMatchObject({ err: '' });
    expect(here()).toBe(true);
    expect(namespaces.interfaces(own)).toEqual([]);
    // A name that is taken there is no reason to lose the link here.
    namespaces.ip(netns, 'tuntap add dev vpnlent0 mode tap');
    expect(await world.adm('set -t vpnlent0 zone=blue')).toMatchObject({ exit: 1 });
    expect(here()).toBe(true);
    expect((await world.global.dladm.find('vpnlent0')).zone).toBe('global');
    await world.global.dladm.destroy('vpnlent0');
    expect(here()).toBe(false);
  });

  it('keep their links when the namespace goes, which is said, and the namespace goes', async () => {
    const netns = await machine('blue', 'vpn0', '10.65.0.1');
    namespaces.remove(netns);
    const log = join(world.dir, 'unethostd.log');
    const text = 'vpn0: the network namespace of its zone is gone, and with it its interface';
    await expect.poll(() => readFileSync(log, 'utf8'), { timeout: 30_000 }).toContain(text);
    expect((await world.global.dladm.find('vpn0')).zone).toBe('blue');
    expect(await world.adm('create -t vpn1', 'blue')).toEqual({
      exit: 1,
      out: '',
      err: 'unetadm: cannot create vpn1: the network namespace of the zone is gone\n',
    });
    expect(await world.adm('host zone halt -r blue')).toMatchObject({
      exit: 1,
      err: 'unetadm: cannot boot zone blue: there is no network namespace of the zone\n',
    });
    expect(await world.global.names()).toEqual([]);
  });
});

/** Interfaces of the network namespace that the server is in, which is ours. */
function spawnedIp(): string[] {
  return readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .map((line) => line.split(':')[0]?.trim() ?? '');
}
