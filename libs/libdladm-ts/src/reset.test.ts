import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PropertyValue } from './ctl.ts';
import { PROPERTY_DEFAULTS } from './defaults.ts';
import { Stage } from './stage.fixture.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

const SET = {
  mtu: 9000,
  rxbuf: 1 << 20,
  txbuf: 1 << 20,
  linkstate: 'up',
  linger: 5,
  owner: 1,
  group: 2,
  _rx_ipv4_cksum: 'on',
  _tx_ipv4_cksum: 'on',
  _tx_ulp_cksum: 'partial',
  _lso: 'on',
} as const;
const NAMES = Object.keys(PROPERTY_DEFAULTS);

const values = (props: readonly PropertyValue[]): Record<string, unknown> =>
  Object.fromEntries(props.map(({ name, value }) => [name, value]));
const all = async (): Promise<unknown> => values(await stage.dladm.getProps('vpn0', NAMES));

describe('resetProps', () => {
  it('knows the defaults that the driver has', async () => {
    await stage.dladm.create('vpn0', { lifetime: 'temporary', stack: 'none' });
    expect(await all()).toEqual(PROPERTY_DEFAULTS);
  });

  it('resets all there is, now and in the record', async () => {
    await stage.dladm.create('vpn0', { stack: 'none', mac: '2:8:20:1:2:3', ...SET });
    expect(await all()).toEqual(SET);
    await stage.dladm.resetProps('vpn0');
    expect(await all()).toEqual(PROPERTY_DEFAULTS);
    expect(stage.record()).toBe(
      'vpn0\tclass=int,1024;media=int,4;unettype=int,1;' +
        'macaddr=string,2:8:20:1:2:3;maddrlen=int,6;stack=string,none;\n',
    );
  });

  it('resets some, and none when one has no default', async () => {
    await stage.dladm.create('vpn0', { stack: 'none', ...SET });
    const before = [stage.everything(), await all()];
    for (const [name, status] of [
      ['mac', 'NOTSUP'],
      ['lifetime', 'PROPRDONLY'],
      ['speed', 'BADPROP'],
    ] as const) {
      await expect(stage.dladm.resetProps('vpn0', ['linger', name])).rejects.toMatchObject({
        name: 'DladmError',
        status,
        property: name,
      });
    }
    expect([stage.everything(), await all()]).toEqual(before);
    await stage.dladm.resetProps('vpn0', ['linger', 'mtu']);
    expect(await all()).toEqual({ ...SET, linger: 0, mtu: 1500 });
    expect(stage.record()).not.toMatch(/linger|mtu/);
    expect(stage.record()).toContain('rxbuf=int,1048576;');
  });

  it('leaves the record alone when it is temporary', async () => {
    await stage.dladm.create('vpn0', { stack: 'none', ...SET });
    const record = stage.record();
    await stage.dladm.resetProps('vpn0', undefined, { temporary: true });
    expect(await all()).toEqual(PROPERTY_DEFAULTS);
    expect(stage.record()).toBe(record);
  });

  it('resets in the record of a link that is not up, which has those values then', async () => {
    await stage.recordOnly('vpn0');
    await stage.dladm.setProps('vpn0', SET);
    expect(await all()).toEqual(SET);
    await expect(
      stage.dladm.resetProps('vpn0', ['mtu'], { temporary: true }),
    ).rejects.toMatchObject({ status: 'NOTFOUND' });
    await stage.dladm.resetProps('vpn0', ['mtu', 'owner']);
    await stage.dladm.up();
    expect(await all()).toEqual({ ...SET, mtu: 1500, owner: null });
  });

  it('records a buffer as large as the driver has made it for a larger MTU', async () => {
    await stage.dladm.create('vpn0', { stack: 'none', rxbuf: 2000 });
    await stage.dladm.setProps('vpn0', { mtu: 9000 });
    const [rxbuf] = await stage.dladm.getProps('vpn0', ['rxbuf']);
    expect(stage.record()).toContain(`rxbuf=int,${rxbuf?.value};`);
    const record = stage.record();
    await stage.dladm.destroy('vpn0');
    stage.forget();
    stage.append(record);
    expect(await stage.dladm.up()).toEqual([{ name: 'vpn0' }]);
  });
});

describe('names and ids', () => {
  it('lead to each other', async () => {
    const { linkId } = await stage.dladm.create('vpn0', { stack: 'none' });
    expect(stage.dladm.idOf('vpn0')).toBe(linkId);
    expect(stage.dladm.nameOf(linkId)).toBe('vpn0');
    await stage.dladm.destroy('vpn0');
    expect(() => stage.dladm.idOf('vpn0')).toThrow(
      expect.objectContaining({ status: 'NOTFOUND', link: 'vpn0' }),
    );
    expect(() => stage.dladm.nameOf(linkId)).toThrow(
      expect.objectContaining({ status: 'NOTFOUND' }),
    );
    expect(() => stage.dladm.nameOf('vpn0' as never)).toThrow(TypeError);
    for (const id of [-1, 2 ** 32]) {
      expect(() => stage.dladm.nameOf(id)).toThrow(
        new RangeError(`a link id is from 0 to 4294967295, not ${id}`),
      );
    }
  });
});

describe('list', () => {
  it('leaves out links that go while it is at it', async () => {
    for (const name of ['a0', 'net7', 'vpn0']) {
      await stage.dladm.create(name, { lifetime: 'temporary', stack: 'none' });
    }
    const names: string[] = [];
    for await (const { name } of stage.dladm.list()) {
      names.push(name);
      if (name === 'a0') await stage.dladm.destroy('net7');
    }
    expect(names).toEqual(['a0', 'vpn0']);
  });
});

describe('up', () => {
  it('finishes a link whose maker was killed before it had its stack end', async () => {
    const { linkId } = await stage.dladm.create('vpn0', { stack: 'bus', _lso: 'on' });
    stage.hosted.unplumb(linkId);
    await stage.dladm.setProps('vpn0', { _lso: 'off' }, { temporary: true });
    expect(await stage.dladm.up()).toEqual([{ name: 'vpn0' }]);
    expect(await stage.dladm.find('vpn0')).toMatchObject({ stack: 'bus:bus0', info: { linkId } });
    expect(await stage.dladm.getProps('vpn0', ['_lso'])).toMatchObject([{ value: 'on' }]);
    expect(await stage.dladm.up()).toEqual([]);
  });

  it('brings up the others when one record cannot be read', async () => {
    await stage.recordOnly('vpn0');
    stage.append('a0\tclass=int,1024;media=int,4;unettype=int,1;mtu=string,huge;\n');
    const results = await stage.dladm.up();
    expect(results).toMatchObject([{ name: 'a0', error: { status: 'BADVAL' } }, { name: 'vpn0' }]);
    expect(await stage.dladm.find('a0')).toMatchObject({ fault: { status: 'BADVAL' } });
    await stage.dladm.destroy('a0');
    expect(stage.record()).not.toMatch(/^a0\t/m);
  });
});
