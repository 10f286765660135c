import { addressOf, errnoName } from 'libsys';
import {
  UNET_BUF_DEFAULT,
  UNET_DESTROY_UNHELD,
  UNET_IOC_CREATE,
  UNET_IOC_DESTROY,
  UNET_IOC_FRAMEIO_READ,
  UNET_IOC_GETPROP,
  UNET_IOC_INFO,
  UNET_IOC_LIST,
  UNET_IOC_SETPROP,
  unetHdr,
  unetIocCreate,
  unetIocDestroy,
  unetIocHdr,
  unetIocInfo,
  unetIocList,
  unetListEnt,
} from 'libsys/unet-abi';
import { describe, expect } from 'vitest';
import { type NewLink, newLink, refusal } from './control.ts';
import { it } from './fixture.ts';

describe('create', () => {
  it('makes a link with everything at its default', ({ world }) => {
    const linkid = world.create('vpn0', { stack: 'none' });
    expect(world.control.list()).toMatchObject([{ linkid, name: 'vpn0', zoneid: 0 }]);
    const info = world.control.info('vpn0');
    expect(info).toMatchObject({
      mtu: 1500,
      owner: 0xffffffff,
      group: 0xffffffff,
      lifetime: 0,
      policy: 0,
      linger: 0,
      linkstate: 0,
      iomode: 0,
      holder: 0,
      minframe: 14,
      maxframe: 1518,
      maxvecs: 256,
      rxbuf: BigInt(UNET_BUF_DEFAULT),
      txbuf: BigInt(UNET_BUF_DEFAULT),
      rxqFrames: 0n,
      txqFrames: 0n,
    });
    expect((info.mac[0] ?? 0) & 3, 'locally administered, unicast').toBe(2);
  });

  it('makes a link as asked', ({ world }) => {
    const mac = Uint8Array.of(2, 8, 0x20, 0, 0, 7);
    const link = {
      mac,
      maclen: 6,
      mtu: 9000,
      owner: 7,
      group: 8,
      policy: 1,
      linger: 500,
      rxbuf: 100000n,
      txbuf: 200000n,
    };
    const { made } = world.control.create('a.very_long.name_of_a_link_00x1', link);
    expect(made).toMatchObject(link);
    expect(world.control.info('a.very_long.name_of_a_link_00x1')).toMatchObject({
      ...{ mac, mtu: 9000, owner: 7, group: 8, policy: 1, linger: 500 },
      ...{ rxbuf: 100000n, txbuf: 200000n, linkstate: 1, maxframe: 9018 },
    });
  });

  it('says of the link what MAC says of it', ({ world }) => {
    const linkid = world.create('vpn0', { stack: 'none' });
    expect(world.hosted.dlInfo('vpn0')).toMatchObject({ linkid, class: 0x400, media: 4 });
  });

  it('takes an id that was made beforehand', ({ world }) => {
    const linkid = world.hosted.dlCreate('vpn3');
    const { made } = world.control.create('', { hdr: { linkid } });
    expect(made.hdr).toMatchObject({ linkid, name: 'vpn3' });
    world.control.destroy('vpn3');
    expect(world.hosted.dlList()).toEqual([]);
  });

  it.for<[string, string, NewLink, string, string]>([
    ['no name', '', {}, 'EINVAL', 'NAME'],
    ['a name without a number', 'vpn', {}, 'EINVAL', 'NAME'],
    ['a leading zero', 'vpn01', {}, 'EINVAL', 'NAME'],
    ['a name that starts with a number', '0vpn0', {}, 'EINVAL', 'NAME'],
    ['a slash', 'a/b0', {}, 'EINVAL', 'NAME'],
    ['a dash', 'vpn-0', {}, 'EINVAL', 'NAME'],
    ['a multicast MAC', 'vpn0', { mac: multicast(), maclen: 6 }, 'EINVAL', 'MACADDR'],
    ['a MAC of zeros', 'vpn0', { maclen: 6 }, 'EINVAL', 'MACADDR'],
    ['a short MAC', 'vpn0', { mac: multicast(), maclen: 5 }, 'EINVAL', 'MACLEN'],
    ['a small MTU', 'vpn0', { mtu: 67 }, 'EINVAL', 'MTU'],
    ['a large MTU', 'vpn0', { mtu: 9001 }, 'EINVAL', 'MTU'],
    ['an unknown lifetime', 'vpn0', { lifetime: 4 }, 'EINVAL', 'LIFETIME'],
    ['an unknown policy', 'vpn0', { policy: 3 }, 'EINVAL', 'POLICY'],
    ['a long linger', 'vpn0', { linger: 3600001 }, 'EINVAL', 'LINGER'],
    ['a small buffer', 'vpn0', { rxbuf: 1000n }, 'ERANGE', 'BUFTOOSMALL'],
    ['a large buffer', 'vpn0', { txbuf: 4194305n }, 'ERANGE', 'BUFTOOBIG'],
    ['an unknown flag', 'vpn0', { hdr: { flags: 0x80000000 } }, 'EINVAL', 'RESERVED'],
    ['another ABI version', 'vpn0', { hdr: { version: 2 } }, 'EINVAL', 'VERSION'],
    ['an id that is not there', '', { hdr: { linkid: 77 } }, 'ENOENT', 'NOLINK'],
  ])('refuses %s', ([, name, link, code, cause], { world }) => {
    expect(world.control.list()).toEqual([]);
    const before = world.hosted.usage();
    expect(refusal(() => world.control.create(name, link))).toEqual({ code, cause });
    expect(world.control.list()).toEqual([]);
    expect(world.hosted.dlList()).toEqual([]);
    expect(world.hosted.usage()).toEqual(before);
  });

  it('refuses a name without an end, and reserved members that are not zero', ({ world }) => {
    const memory = unetIocCreate.make(newLink('vpn0'));
    memory.fill('a', unetIocHdr.offsetOf('name'), unetIocHdr.offsetOf('name') + 32);
    const raw = (): unknown => world.control.raw(UNET_IOC_CREATE, memory);
    expect(refusal(raw)).toEqual({ code: 'ENAMETOOLONG', cause: 'NAME' });
    for (const { name, offset } of unetIocCreate.members) {
      if (!/pad|reserved/.test(name)) continue;
      unetIocCreate.encode(newLink('vpn0'), memory);
      memory[offset] = 1;
      expect(refusal(raw), name).toEqual({ code: 'EINVAL', cause: 'RESERVED' });
    }
    expect(world.control.list()).toEqual([]);
  });

  it('refuses a link that exists, and leaves it alone', ({ world }) => {
    const linkid = world.create('vpn0');
    const before = world.control.info('vpn0');
    const again = { code: 'EEXIST', cause: 'EXISTS' };
    expect(refusal(() => world.control.create('vpn0', { mtu: 9000 }))).toEqual(again);
    expect(refusal(() => world.control.create('', { hdr: { linkid } }))).toEqual(again);
    expect(world.control.info('vpn0')).toEqual(before);
  });

  it('wants a descriptor that is open for writing', ({ world }) => {
    const fd = world.kernel.open('/dev/unet/ctl', { access: 'read' });
    expect(
      refusal(() => world.control.request(UNET_IOC_CREATE, unetIocCreate, newLink('vpn0'), fd)),
    ).toEqual({ code: 'EBADF', cause: 'RDONLY' });
    world.kernel.close(fd);
  });
});

describe('destroy', () => {
  it('leaves nothing', ({ world }) => {
    world.create('vpn0');
    world.control.destroy('vpn0');
    expect(world.control.list()).toEqual([]);
    expect(world.hosted.dlList()).toEqual([]);
    expect(world.hosted.kstatList().kstats.filter((ks) => ks.name === 'vpn0')).toEqual([]);
    expect(() => world.kernel.open('/dev/unet/vpn0', { access: 'read' })).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
  });

  it('refuses a link that is not there', ({ world }) => {
    const missing = { code: 'ENOENT', cause: 'NOLINK' };
    expect(refusal(() => world.control.destroy('vpn0'))).toEqual(missing);
    expect(refusal(() => world.control.info('vpn0'))).toEqual(missing);
  });

  it('spares a link that is held, if it was asked to', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    const memory = unetIocDestroy.make({ hdr: unetHdr('vpn0', UNET_DESTROY_UNHELD) });
    expect(refusal(() => world.control.raw(UNET_IOC_DESTROY, memory))).toEqual({
      code: 'EBUSY',
      cause: 'HELD',
    });
    expect(unetIocDestroy.decode(memory).holder).toBe(process.pid);
    expect(link.info().linkState).toBe('up');
  });

  it('refuses a link that the network stack keeps', ({ world }) => {
    const linkid = world.create('vpn0', { stack: 'none' });
    world.hosted.plumb(linkid, { kind: 'bus', bus: 'vpn0', pinned: true });
    expect(refusal(() => world.control.destroy('vpn0'))).toEqual({ code: 'EBUSY', cause: 'BUSY' });
    expect(world.control.list()).toHaveLength(1);
    world.hosted.unplumb(linkid);
  });
});

describe('requests', () => {
  const COMMANDS = {
    create: UNET_IOC_CREATE,
    destroy: UNET_IOC_DESTROY,
    list: UNET_IOC_LIST,
    info: UNET_IOC_INFO,
    getprop: UNET_IOC_GETPROP,
    setprop: UNET_IOC_SETPROP,
  };

  it.for(Object.entries(COMMANDS))(
    '%s answers a bad address with EFAULT',
    ([, command], { world }) => {
      for (const address of [0, 8, 0x7fff_ffff_f000, 0xffff_8000_0000_0000n]) {
        const result = world.kernel.tryIoctl(world.control.fd, command, address);
        expect(result, String(address)).toBeLessThan(0);
        expect(errnoOf(result)).toBe('EFAULT');
      }
    },
  );

  it('list answers a bad address of its entries with EFAULT', ({ world }) => {
    world.create('vpn0');
    const memory = unetIocList.make({ hdr: unetHdr(), nents: 4, ents: 8n });
    expect(refusal(() => world.control.raw(UNET_IOC_LIST, memory)).code).toBe('EFAULT');
  });

  it('list says how many there are when they do not fit', ({ world }) => {
    for (const name of ['vpn0', 'vpn1', 'vpn2']) world.create(name, { stack: 'none' });
    const entries = Buffer.allocUnsafeSlow(3 * unetListEnt.size).fill(0xee);
    const { actents } = world.control.request(UNET_IOC_LIST, unetIocList, {
      hdr: unetHdr(),
      nents: 2,
      ents: BigInt(addressOf(entries)),
    });
    expect(actents).toBe(3);
    expect(unetListEnt.decodeArray(entries, 2).map((entry) => entry.name)).toEqual([
      'vpn0',
      'vpn1',
    ]);
    expect(entries.subarray(2 * unetListEnt.size).every((byte) => byte === 0xee)).toBe(true);
  });

  it('that are unknown get ENOTTY, on both nodes', async ({ world }) => {
    world.create('vpn0');
    const { fd } = await world.open('vpn0');
    for (const command of [0, 0x756e7400, 0x756e74ff, 0x5401, -1]) {
      expect(errnoOf(world.kernel.tryIoctl(fd, command, 0)), `link ${command}`).toBe('ENOTTY');
      const onCtl = world.kernel.tryIoctl(world.control.fd, command, 0);
      expect(errnoOf(onCtl), `ctl ${command}`).toBe('ENOTTY');
    }
    const create = world.kernel.tryIoctl(fd, UNET_IOC_CREATE, 0);
    expect(errnoOf(create), 'create on a link').toBe('ENOTTY');
    const frames = world.kernel.tryIoctl(world.control.fd, UNET_IOC_FRAMEIO_READ, 0);
    expect(errnoOf(frames), 'frames on ctl').toBe('ENOTTY');
  });

  it('tell nothing of what was in the memory before', ({ world }) => {
    world.create('vpn0');
    const memory = Buffer.alloc(unetIocInfo.size, 0xee);
    memory.set(unetIocHdr.make(unetHdr('vpn0')));
    world.control.raw(UNET_IOC_INFO, memory);
    const { offset, size } = unetIocInfo.members.find((one) => one.name === 'uii_reserved') ?? {
      offset: 0,
      size: 0,
    };
    expect(size).toBe(56);
    expect(memory.subarray(offset, offset + size).every((byte) => byte === 0)).toBe(true);
  });
});

function multicast(): Uint8Array {
  return Uint8Array.of(1, 0, 0x5e, 0, 0, 1);
}

/** The name of a negative errno; of a success, that it is one. */
function errnoOf(result: number): string {
  return result < 0 ? errnoName(-result) : 'success';
}
