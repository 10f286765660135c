import { UNET_PROPS } from 'libsys/unet-abi';
import type { UnetPropValues } from 'libunet';
import { describe, expect } from 'vitest';
import { it } from './fixture.ts';

describe('properties', () => {
  it('are all there, by name', async ({ world }) => {
    world.create('vpn0', { mac: Uint8Array.of(2, 8, 0x20, 0, 0, 0xab), maclen: 6 });
    const link = await world.open('vpn0');
    expect(link.getProps()).toEqual({
      rxbuf: 65536,
      txbuf: 65536,
      maxsize: 4194304,
      mintu: 14,
      maxtu: 1518,
      mtu: 1500,
      mac: '2:8:20:0:0:ab',
      linkstate: 'auto',
      linger: 0,
      owner: null,
      group: null,
      lifetime: 'temporary',
      iomode: 'none',
      zone: 0,
      _rx_ipv4_cksum: 'off',
      _tx_ipv4_cksum: 'off',
      _tx_ulp_cksum: 'none',
      _lso: 'off',
    });
    expect(Object.keys(link.getProps())).toEqual(UNET_PROPS.map((prop) => prop.name));
    expect(link.getProps(['mtu', 'zone'])).toEqual({ mtu: 1500, zone: 0 });
  });

  it.for<[Partial<UnetPropValues>, object]>([
    [{ rxbuf: 100_000 }, { rxbuf: 100_000n }],
    [{ txbuf: 4_194_304 }, { txbuf: 4_194_304n }],
    [{ mtu: 9000 }, { mtu: 9000, maxframe: 9018 }],
    [{ mac: 'a2:0:0:0:0:1' }, { mac: Uint8Array.of(0xa2, 0, 0, 0, 0, 1) }],
    [{ linkstate: 'down' }, { policy: 2, linkstate: 0 }],
    [{ linger: 1000 }, { linger: 1000 }],
    [
      { owner: 12, group: 13 },
      { owner: 12, group: 13 },
    ],
    [{ owner: null }, { owner: 0xffffffff }],
  ])('%j is what ctl sees then', async ([values, seen], { world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    link.setProps(values);
    expect(world.control.info('vpn0')).toMatchObject(seen);
    expect(link.getProps()).toMatchObject(values);
  });

  it.for<[object, object]>([
    [{ rxbuf: 1000 }, { code: 'ERANGE', unetCode: 'BUFTOOSMALL', property: 'rxbuf' }],
    [{ txbuf: 5_000_000 }, { code: 'ERANGE', unetCode: 'BUFTOOBIG', property: 'txbuf' }],
    [{ mtu: 67 }, { code: 'ERANGE', unetCode: 'MTU', property: 'mtu' }],
    [{ mac: '1:0:0:0:0:1' }, { code: 'EINVAL', unetCode: 'MACADDR', property: 'mac' }],
    [{ linger: 3_600_001 }, { code: 'ERANGE', unetCode: 'LINGER', property: 'linger' }],
    [{ zone: 1 }, { code: 'EACCES', unetCode: 'PROPRDONLY', property: 'zone' }],
    [{}, { code: 'EINVAL', unetCode: 'PROPCOUNT' }],
  ])('refuses %j', async ([values, error], { world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    const before = link.getProps();
    expect(() => link.setProps(values)).toThrow(expect.objectContaining(error));
    expect(link.getProps()).toEqual(before);
  });

  it('changes all or none', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    const before = world.control.info('vpn0');
    expect(() => link.setProps({ rxbuf: 100_000, linger: 5, mtu: 1 })).toThrow(
      expect.objectContaining({
        property: 'mtu',
        message: 'ERANGE: mtu: MTU is out of range, set vpn0',
      }),
    );
    expect(world.control.info('vpn0')).toEqual(before);
  });

  it('refuses what it does not know before it asks', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    expect(() => link.setProps({ colour: 'red' } as object)).toThrow(RangeError);
    expect(() => link.setProps({ mtu: '1500' } as object)).toThrow(TypeError);
    expect(() => link.getProps(['colour' as 'mtu'])).toThrow(RangeError);
  });
});
