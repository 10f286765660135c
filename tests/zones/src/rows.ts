import { DladmError } from 'libdladm-ts';
import type { DataLink } from 'libsys';
import { expect } from 'vitest';
import { withoutPrivileges } from './unprivileged.ts';
import { ELSEWHERE, HERE, UNKNOWN, type View } from './view.ts';
import { watchGlobal } from './watcher.ts';
import type { World } from './world.ts';

/** One of the nineteen statements about links and zones, and how it is seen to hold. */
export interface Row {
  readonly z: string;
  readonly given: string;
  readonly when: string;
  readonly expect: string;
  test(world: World): Promise<void>;
}

/** @see HK_DL_ACTIVE, HK_DL_PERSIST and HK_DL_TRANSIENT in kernel/hosted/hk.h */
const DL = { active: 0x1, persist: 0x2, transient: 0x200 };

const TEMPORARY = { lifetime: 'temporary', stack: 'none' } as const;

/** What an operation that must fail failed with: status and errno's name. */
async function refusal(work: Promise<unknown>): Promise<{ status: string; code: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof DladmError) return { status: error.status, code: error.code };
    throw error;
  }
  throw new Error('it did not fail');
}

/** The link as the daemon has it. */
function book(view: View, link: string): DataLink | undefined {
  return view.hosted.dlList().find(({ name }) => name === link);
}

/** A transient link of a zone, which is what most of these are about. */
async function transientIn(zone: View, link = 'vpn0'): Promise<number> {
  return (await zone.dladm.create(link, TEMPORARY)).linkId;
}

/** A link of the global zone, lent. */
async function lent(world: World, to: string, lifetime: 'temporary' | 'persistent') {
  const { dladm } = world.global;
  const { linkId } = await dladm.create('vpn0', { lifetime, stack: 'none' });
  await dladm.setProps('vpn0', { zone: to }, { temporary: true });
  return linkId;
}

function zoneIdOf(world: World, name: string): number | undefined {
  return world.global.hosted.zoneList().find((zone) => zone.name === name)?.zoneid;
}

export const ROWS: readonly Row[] = [
  {
    z: 'Z1',
    given: 'a zone with the privilege',
    when: 'a link is created with -t',
    expect: 'it is transient, the zone owns it and has it, and nothing is recorded',
    async test(world) {
      const [blue, red] = [await world.zone('blue'), await world.zone('red')];
      expect(await world.adm('create -t -p stack=none vpn0', 'blue')).toMatchObject({ exit: 0 });
      const zoneid = zoneIdOf(world, 'blue');
      expect(book(world.global, 'vpn0')).toMatchObject({
        flags: DL.active | DL.transient,
        zoneid,
      });
      expect(world.global.control.list()).toMatchObject([{ name: 'vpn0', zoneid }]);
      expect(await blue.dladm.info('vpn0')).toMatchObject({
        lifetime: 'transient',
        zoneId: zoneid,
      });
      expect(await blue.seen('vpn0')).toEqual(HERE);
      expect(await red.seen('vpn0')).toEqual(UNKNOWN);
      expect(await world.global.seen('vpn0')).toEqual(ELSEWHERE);
      expect(world.global.node('zone/blue/vpn0')).toBe('opened');
      expect(world.global.node('zone/red/vpn0')).toBe('ENOENT');
      expect(world.records()).toBe('');
    },
  },
  {
    z: 'Z2',
    given: 'a zone with the privilege',
    when: 'a link is created without -t',
    expect: 'TEMPONLY, and nothing is left anywhere',
    async test(world) {
      const blue = await world.zone('blue');
      const before = await world.snapshot();
      expect(await refusal(blue.dladm.create('vpn0', { stack: 'none' }))).toMatchObject({
        status: 'TEMPONLY',
      });
      expect(await world.adm('create -p stack=none vpn0', 'blue')).toMatchObject({
        exit: 1,
        err: expect.stringContaining('change cannot be persistent'),
      });
      expect(await world.snapshot()).toEqual(before);
      expect(await blue.seen('vpn0')).toEqual(UNKNOWN);
    },
  },
  {
    z: 'Z3',
    given: 'a transient link',
    when: 'its zone halts',
    expect: 'it is destroyed, and at no instant was it in the global zone',
    async test(world) {
      const watcher = await watchGlobal(world, 'vpn0');
      for (let round = 0; round < 10; round++) {
        const blue = round === 0 ? await world.zone('blue') : await reboot(world, 'blue');
        await transientIn(blue);
        await watcher.seesIt();
        expect(await world.adm('host zone halt blue')).toEqual({ exit: 0, out: '', err: '' });
        expect(await world.global.seen('vpn0')).toEqual(UNKNOWN);
        expect(book(world.global, 'vpn0')).toBeUndefined();
      }
      expect(await watcher.strangeThings()).toEqual([]);
    },
  },
  {
    z: 'Z4',
    given: 'a transient link that a process of the global zone holds',
    when: 'its zone halts',
    expect: 'the halt does not wait, and the holder gets ENXIO and POLLHUP',
    async test(world) {
      const blue = await world.zone('blue');
      await transientIn(blue);
      const { kernel } = world.global;
      const fd = kernel.open('/dev/unet/zone/blue/vpn0', { access: 'readwrite', nonblock: true });
      const waits = kernel.readiness(fd).wait({ readable: true });
      world.global.hosted.zoneHalt('blue');
      expect(await waits).toMatchObject({ hangup: true });
      expect(() => kernel.read(fd, Buffer.alloc(2000))).toThrow(
        expect.objectContaining({ code: 'ENXIO' }),
      );
      expect(await world.global.seen('vpn0')).toEqual(UNKNOWN);
      kernel.close(fd);
    },
  },
  {
    z: 'Z5',
    given: 'a transient link with IP on it, and a client of its MAC that lets go late',
    when: 'its zone halts',
    expect: 'all of it is gone, in the right order',
    async test(world) {
      for (const nth of [0, 1, 2]) {
        const blue = nth === 0 ? await world.zone('blue') : await reboot(world, 'blue');
        const linkid = await transientIn(blue);
        blue.hosted.plumb(linkid, { kind: 'bus', bus: 'lan0', pinned: true });
        world.global.hosted.fault('mac', nth);
        world.global.hosted.zoneHalt('blue');
        world.global.hosted.fault('mac', 0);
        expect(await world.global.seen('vpn0')).toEqual(UNKNOWN);
        expect(() => world.global.hosted.stackInfo(linkid)).toThrow(
          expect.objectContaining({ code: 'ENOENT' }),
        );
      }
    },
  },
  {
    z: 'Z6',
    given: 'a temporary link of the global zone, lent to a zone',
    when: 'that zone halts',
    expect: 'it is back, with its id and name, and as it was before',
    async test(world) {
      const blue = await world.zone('blue');
      const linkid = await lent(world, 'blue', 'temporary');
      expect(await blue.seen('vpn0')).toMatchObject({ known: true, node: 'opened', kstat: true });
      expect(book(world.global, 'vpn0')).toMatchObject({ flags: DL.active });
      world.global.hosted.zoneHalt('blue');
      expect(book(world.global, 'vpn0')).toMatchObject({ linkid, flags: DL.active, zoneid: 0 });
      expect(await world.global.dladm.info('vpn0')).toMatchObject({
        linkId: linkid,
        lifetime: 'temporary',
        zoneId: 0,
      });
      expect(await world.global.seen('vpn0')).toEqual(HERE);
    },
  },
  {
    z: 'Z7',
    given: 'a persistent link of the global zone, lent to a zone',
    when: 'that zone halts',
    expect: 'it is back, and its record is what it was, byte for byte',
    async test(world) {
      await world.zone('blue');
      const linkid = await lent(world, 'blue', 'persistent');
      const record = world.records();
      expect(record).toMatch(/^vpn0\t/m);
      expect(record).not.toMatch(/zone=/);
      world.global.hosted.zoneHalt('blue');
      expect(world.records()).toBe(record);
      expect(await world.global.dladm.info('vpn0')).toMatchObject({
        linkId: linkid,
        lifetime: 'persistent',
      });
      expect(await world.global.seen('vpn0')).toEqual(HERE);
    },
  },
  {
    z: 'Z8',
    given: 'a link in the global zone and one in a zone',
    when: 'the second is to have the name of the first, and the zone halts',
    expect:
      'no link is made with the name of another; a rename in the zone, where nobody can know of it, does no harm',
    async test(world) {
      const blue = await world.zone('blue');
      await world.global.dladm.create('vpn0', TEMPORARY);
      expect(await refusal(blue.dladm.create('vpn0', TEMPORARY))).toMatchObject({
        code: 'EEXIST',
      });
      await transientIn(blue, 'vpn1');
      expect(await refusal(world.global.dladm.create('vpn1', TEMPORARY))).toMatchObject({
        code: 'EEXIST',
      });
      expect(await refusal(world.global.dladm.rename('vpn0', 'vpn1'))).toMatchObject({
        code: 'EEXIST',
      });
      const id = world.global.dladm.idOf('vpn0');
      await blue.dladm.rename('vpn1', 'vpn0');
      expect(await blue.seen('vpn0')).toEqual(HERE);
      expect((await blue.dladm.info('vpn0')).linkId).not.toBe(id);
      expect(await world.global.seen('vpn0')).toEqual(HERE);
      world.global.hosted.zoneHalt('blue');
      expect(await world.global.names()).toEqual(['vpn0']);
      expect(world.global.hosted.dlList()).toMatchObject([{ name: 'vpn0', zoneid: 0, linkid: id }]);
      expect((await world.global.dladm.info('vpn0')).linkId).toBe(id);
    },
  },
  {
    z: 'Z9',
    given: 'two zones',
    when: 'both create a link of one name',
    expect: 'names are unique over all zones: the second is refused, and learns no more',
    async test(world) {
      const [blue, red] = [await world.zone('blue'), await world.zone('red')];
      await transientIn(blue);
      const before = await world.snapshot();
      expect(await refusal(red.dladm.create('vpn0', TEMPORARY))).toMatchObject({
        status: 'EXIST',
        code: 'EEXIST',
      });
      expect(await red.seen('vpn0')).toEqual(UNKNOWN);
      expect(await world.snapshot()).toEqual(before);
    },
  },
  {
    z: 'Z10',
    given: 'a zone that makes a link whenever it boots',
    when: 'it is rebooted twenty times',
    expect: 'nothing is left: memory, locks, threads, kstats, ids',
    async test(world) {
      const first = await world.zone('blue');
      first.close();
      const cycle = async (): Promise<void> => {
        const blue = await reboot(world, 'blue');
        const linkid = await transientIn(blue);
        blue.hosted.plumb(linkid, { kind: 'bus', bus: 'lan0' });
        expect(blue.node('vpn0')).toBe('opened');
        blue.close();
        world.global.hosted.zoneHalt('blue');
      };
      await cycle();
      const before = world.global.hosted.usage();
      for (let round = 0; round < 20; round++) await cycle();
      expect(world.global.hosted.usage()).toEqual(before);
    },
  },
  {
    z: 'Z11',
    given: 'a transient link and a lent one',
    when: 'the manager is killed, and comes back',
    expect: 'zone, flags and ids are as before',
    async test(world) {
      const blue = await world.zone('blue');
      await lent(world, 'blue', 'persistent');
      await transientIn(blue, 'vpn1');
      const before = await world.snapshot();
      world.global.hosted.dlmgmtd('stop');
      expect(() => world.global.hosted.dlList()).toThrow(
        expect.objectContaining({ code: 'EBADF' }),
      );
      expect(blue.node('vpn1')).toBe('opened');
      world.global.hosted.dlmgmtd('start');
      expect(await world.snapshot()).toEqual(before);
      expect(await blue.seen('vpn1')).toEqual(HERE);
    },
  },
  {
    z: 'Z12',
    given: 'a transient link and a lent one, and no manager',
    when: 'the zone halts, and the manager comes back',
    expect: 'nothing stays behind: the zone can be halted and booted, the lent link is back',
    async test(world) {
      const blue = await world.zone('blue');
      const linkid = await lent(world, 'blue', 'temporary');
      await transientIn(blue, 'vpn1');
      world.global.hosted.dlmgmtd('stop');
      const halted = await world.adm('host zone halt blue');
      world.global.hosted.dlmgmtd('start');
      if (halted.exit !== 0) {
        expect(halted.err).toBe(
          'unetadm: cannot halt zone blue: a link that was lent to it cannot be taken back; halt it again\n',
        );
        expect(await world.adm('host zone halt blue')).toEqual({ exit: 0, out: '', err: '' });
      }
      expect(await world.global.seen('vpn1')).toEqual(UNKNOWN);
      expect(book(world.global, 'vpn1')).toBeUndefined();
      expect(await world.global.dladm.info('vpn0')).toMatchObject({ linkId: linkid, zoneId: 0 });
      const again = await reboot(world, 'blue');
      await transientIn(again, 'vpn1');
      world.global.hosted.zoneHalt('blue');
      expect(await world.global.names()).toEqual(['vpn0']);
    },
  },
  {
    z: 'Z13',
    given: 'a program without the privilege, in a zone',
    when: 'it creates, destroys and changes links',
    expect: 'DENIED, and it may look',
    test: withoutPrivileges,
  },
  {
    z: 'Z14',
    given: 'two zones, each with a link',
    when: "one asks the driver for the other's by its id",
    expect: 'ENOENT, and nothing of it in the answer',
    async test(world) {
      const [blue, red] = [await world.zone('blue'), await world.zone('red')];
      const linkid = await transientIn(blue);
      const own = await transientIn(red, 'vpn1');
      const { mac } = await blue.dladm.info('vpn0');
      const { code, answer } = red.control.refusedInfo(linkid);
      expect(code).toBe('ENOENT');
      const nowhere = red.control.refusedInfo(linkid + own + 1000).answer;
      nowhere.writeUInt32LE(
        linkid,
        nowhere.indexOf(Buffer.from(Uint32Array.of(linkid + own + 1000).buffer)),
      );
      expect(answer).toEqual(nowhere);
      expect(
        answer.includes(Buffer.from(mac.split(':').map((byte) => Number.parseInt(byte, 16)))),
      ).toBe(false);
      expect(() => red.hosted.dlInfo(linkid)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
      expect(() => red.hosted.stackInfo(linkid)).toThrow(
        expect.objectContaining({ code: 'ENOENT' }),
      );
      expect(red.control.destroy(linkid)).toBe('ENOENT');
      expect(red.kstats()).toEqual(['vpn1']);
      expect(await blue.seen('vpn0')).toEqual(HERE);
    },
  },
  {
    z: 'Z15',
    given: 'a link of a zone that runs',
    when: 'an administrator of the global zone destroys it, by its id or by its name',
    expect: 'it is refused: it is for the zone that owns it, or for its halt',
    async test(world) {
      const blue = await world.zone('blue');
      const linkid = await transientIn(blue);
      const before = await world.snapshot();
      expect(world.global.control.destroy(linkid)).toBe('EPERM');
      for (const options of [{}, { force: true }, { zone: 'blue' }]) {
        expect(await refusal(world.global.dladm.destroy('vpn0', options))).toMatchObject({
          code: 'EPERM',
        });
      }
      expect(await refusal(world.global.dladm.destroy('vpn0', { zone: 'global' }))).toMatchObject({
        status: 'NOTFOUND',
      });
      expect(await world.snapshot()).toEqual(before);
      expect(await blue.seen('vpn0')).toEqual(HERE);
      await blue.dladm.destroy('vpn0');
      expect(await world.global.seen('vpn0')).toEqual(UNKNOWN);
    },
  },
  {
    z: 'Z16',
    given: 'links in the global zone and in two zones',
    when: 'links are listed',
    expect: 'the global zone sees all and whose they are, a zone only its own',
    async test(world) {
      const [blue, red] = [await world.zone('blue'), await world.zone('red')];
      await world.global.dladm.create('vpn0', TEMPORARY);
      await transientIn(blue, 'vpn1');
      await transientIn(red, 'vpn2');
      const list = 'list -p -o link,zone';
      expect(await world.adm(list)).toMatchObject({
        out: 'vpn0:global\nvpn1:blue\nvpn2:red\n',
      });
      expect(await world.adm(`${list} -z red`)).toMatchObject({ out: 'vpn2:red\n' });
      expect(await world.adm(list, 'blue')).toMatchObject({ out: 'vpn1:blue\n' });
      expect(await red.names()).toEqual(['vpn2']);
      expect(world.global.kstats().sort()).toEqual(['vpn0', 'vpn1', 'vpn2']);
    },
  },
  {
    z: 'Z17',
    given: 'a persistent link, lent to a zone',
    when: 'the zone destroys it, renames it or changes what is recorded',
    expect: 'it is refused, and link and record are as before',
    async test(world) {
      const blue = await world.zone('blue');
      const linkid = await lent(world, 'blue', 'persistent');
      const before = await world.snapshot();
      for (const [status, attempt] of [
        ['DENIED', () => blue.dladm.destroy('vpn0')],
        ['DENIED', () => blue.dladm.destroy('vpn0', { force: true })],
        ['DENIED', () => blue.dladm.rename('vpn0', 'vpn1')],
        ['NOTFOUND', () => blue.dladm.setProps('vpn0', { zone: 'global' }, { temporary: true })],
      ] as const) {
        expect(await refusal(attempt())).toMatchObject({ status });
        expect(await world.snapshot()).toEqual(before);
      }
      expect(blue.control.destroy(linkid)).toBe('EPERM');
      // Of a hosted kernel dlmgmtd has the active half; what persists is in the file.
      for (const flags of [DL.persist, DL.active, DL.persist | DL.active]) {
        expect(() => blue.hosted.dlDestroy(linkid, flags)).toThrow(
          expect.objectContaining({ code: flags === DL.persist ? 'ENOENT' : 'EACCES' }),
        );
      }
      expect(await world.snapshot()).toEqual(before);
    },
  },
  {
    z: 'Z18',
    given: 'a link of a zone, and one that is lent to it',
    when: 'the zone sets a property of each',
    expect: 'of its own it may, of the other it may not',
    async test(world) {
      const blue = await world.zone('blue');
      await transientIn(blue, 'vpn1');
      await lent(world, 'blue', 'temporary');
      await blue.dladm.setProps('vpn1', { mtu: 1400 }, { temporary: true });
      expect(await world.global.dladm.info('vpn1')).toMatchObject({ mtu: 1400 });
      const refused = await refusal(
        blue.dladm.setProps('vpn0', { mtu: 1400 }, { temporary: true }),
      );
      expect(refused.code).toBe('EPERM');
      expect(await world.global.dladm.info('vpn0')).toMatchObject({ mtu: 1500 });
    },
  },
  {
    z: 'Z19',
    given: 'a zone that shares the network stack of the global zone',
    when: 'a link is created in it',
    expect: 'ENOTSUP, and nothing is left',
    async test(world) {
      const blue = await world.zone('blue', { sharedIp: true });
      const before = await world.snapshot();
      expect(await refusal(blue.dladm.create('vpn0', TEMPORARY))).toMatchObject({
        code: 'ENOTSUP',
      });
      expect(await world.snapshot()).toEqual(before);
    },
  },
];

/** Boots a zone that was halted, and enters it anew: it is another now. */
async function reboot(world: World, name: string): Promise<View> {
  const running = world.global.hosted
    .zoneList()
    .some((zone) => zone.name === name && zone.state === 'running');
  if (running) world.global.hosted.zoneHalt(name);
  world.global.hosted.zoneBoot(name);
  return await world.enter(name);
}
