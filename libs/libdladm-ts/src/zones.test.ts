import { type Kernel, openKernel } from 'libsys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDladm } from './choose.ts';
import type { Dladm } from './dladm.ts';
import type { LinkResult } from './many-links.ts';
import { Stage } from './stage.fixture.ts';

let stage: Stage;
let blue: number;
/** As somebody in the zone has them. */
let inside: { kernel: Kernel; dladm: Dladm };

beforeEach(async () => {
  stage = await Stage.open();
  stage.hosted.zoneCreate('blue');
  stage.hosted.zoneCreate('red');
  blue = stage.hosted.zoneBoot('blue');
  const kernel = await openKernel({ kernel: 'inproc', zone: 'blue' });
  inside = { kernel, dladm: await openDladm({ kernel, root: stage.root }) };
});
afterEach(async () => {
  inside.dladm.close();
  inside.kernel.dispose();
  stage.hosted.zoneHalt('blue');
  stage.hosted.zoneDestroy('blue');
  stage.hosted.zoneDestroy('red');
  await stage.close();
});

const LINK = { stack: 'bus', lifetime: 'temporary' } as const;
const zoneOf = async (name: string): Promise<string> => (await stage.dladm.find(name)).zone;

describe('zones', () => {
  it('are listed, and named', () => {
    expect(stage.dladm.zones()).toEqual([
      { name: 'global', id: 0 },
      { name: 'blue', id: blue },
      { name: 'red' },
    ]);
    expect(stage.dladm.zoneName(blue)).toBe('blue');
    expect(stage.dladm.zoneName(9999)).toBeUndefined();
    expect(inside.dladm.zones()).toEqual([{ name: 'blue', id: blue }]);
  });
});

describe('a link', () => {
  it('is lent at create, when it is not to be recorded', async () => {
    await expect(stage.dladm.create('vpn0', { zone: 'blue' })).rejects.toMatchObject({
      status: 'TEMPONLY',
      code: 'ENOTSUP',
      text: 'change cannot be persistent',
      property: 'zone',
    });
    await stage.dladm.create('vpn0', { ...LINK, zone: 'blue' });
    expect(await zoneOf('vpn0')).toBe('blue');
    expect((await inside.dladm.find('vpn0')).info).toMatchObject({ lifetime: 'temporary' });
  });

  it('is lent and taken back, and its record is as it was', async () => {
    const { linkId } = await stage.dladm.create('vpn0', { stack: 'bus' });
    const record = stage.record();
    await expect(stage.dladm.setProps('vpn0', { zone: 'blue' })).rejects.toMatchObject({
      status: 'TEMPONLY',
    });
    await stage.dladm.setProps('vpn0', { zone: 'blue', linger: 7 }, { temporary: true });
    expect(stage.hosted.dlInfo('vpn0')).toMatchObject({ linkid: linkId, zoneid: blue });
    expect(await stage.dladm.getProps('vpn0', ['zone', 'linger'])).toEqual([
      { name: 'zone', perm: 'rw', value: 'blue' },
      { name: 'linger', perm: 'rw', value: 7 },
    ]);
    expect(stage.record()).toBe(record);

    await stage.dladm.resetProps('vpn0', ['zone']);
    expect(stage.hosted.dlInfo('vpn0')).toMatchObject({ linkid: linkId, zoneid: 0 });
    await stage.dladm.setProps('vpn0', { zone: 'blue' }, { temporary: true });
    await stage.dladm.setProps('vpn0', { zone: 'global' }, { temporary: true });
    expect(await zoneOf('vpn0')).toBe('global');
    expect(stage.record()).toBe(record);
  });

  it('returns when the zone halts', async () => {
    await stage.dladm.create('vpn0', { stack: 'bus' });
    const record = stage.record();
    await stage.dladm.setProps('vpn0', { zone: 'blue' }, { temporary: true });
    stage.hosted.zoneHalt('blue');
    expect(await zoneOf('vpn0')).toBe('global');
    expect(stage.record()).toBe(record);
    stage.hosted.zoneBoot('blue');
  });

  it('is not lent to a zone that does not run, or is not there', async () => {
    await stage.dladm.create('vpn0', LINK);
    const lend = (zone: string): Promise<void> =>
      stage.dladm.setProps('vpn0', { zone, linger: 7 }, { temporary: true });
    const before = stage.everything();
    await expect(lend('red')).rejects.toMatchObject({
      status: 'BADVAL',
      text: 'zone is not running: red',
    });
    await expect(lend('green')).rejects.toMatchObject({
      status: 'NOTFOUND',
      text: 'no such zone: green',
    });
    await expect(lend(7 as never)).rejects.toThrow(TypeError);
    expect(stage.everything()).toEqual(before);
  });

  it('that is lent is destroyed by force only', async () => {
    await stage.dladm.create('vpn0', { stack: 'bus' });
    await stage.dladm.setProps('vpn0', { zone: 'blue' }, { temporary: true });
    const before = stage.everything();
    const lent = {
      status: 'LINKBUSY',
      text: 'link is lent to zone blue: take it back first (unetadm reset vpn0 zone)',
    };
    await expect(stage.dladm.destroy('vpn0')).rejects.toMatchObject(lent);
    await expect(stage.dladm.rename('vpn0', 'vpn1')).rejects.toMatchObject(lent);
    expect(stage.everything()).toEqual(before);
    await stage.dladm.destroy('vpn0', { force: true });
    expect(await stage.list()).toEqual([]);
  });
});

describe('the option zone', () => {
  it('selects links, and makes no difference between another zone and nowhere', async () => {
    await stage.dladm.create('vpn0', { ...LINK, zone: 'blue' });
    await stage.dladm.create('a0', LINK);
    await stage.recordOnly('net7');
    const { dladm } = stage;
    expect(await stage.list({ zone: 'blue' })).toEqual(['vpn0']);
    expect(await stage.list({ zone: 'global' })).toEqual(['a0', 'net7']);
    expect(await stage.list({ zone: 'red' })).toEqual([]);
    await expect(stage.list({ zone: 'green' })).rejects.toMatchObject({ status: 'NOTFOUND' });

    expect(await dladm.find('vpn0', { zone: 'blue' })).toMatchObject({ zone: 'blue' });
    expect(await dladm.info('vpn0', { zone: 'blue' })).toMatchObject({ name: 'vpn0' });
    const before = stage.everything();
    const zone = 'blue';
    for (const tried of [
      () => dladm.find('a0', { zone }),
      () => dladm.info('a0', { zone }),
      () => dladm.getProps('a0', ['mtu'], { zone }),
      () => dladm.setProps('a0', { mtu: 9000 }, { zone }),
      () => dladm.resetProps('a0', ['mtu'], { zone }),
      () => dladm.rename('a0', 'a1', { zone }),
      () => dladm.destroy('a0', { zone }),
      () => dladm.find('net7', { zone }),
      () => dladm.destroy('none0', { zone }),
    ]) {
      await expect(tried()).rejects.toMatchObject({ status: 'NOTFOUND', code: 'ENOENT' });
    }
    expect(stage.everything()).toEqual(before);
  });
});

describe('in a zone', () => {
  it('a link on loan is changed, destroyed and renamed by its own zone only', async () => {
    await stage.dladm.create('vpn0', { stack: 'bus' });
    await stage.dladm.setProps('vpn0', { zone: 'blue' }, { temporary: true });
    const before = stage.everything();
    const foreign = {
      code: 'EPERM',
      text: 'link belongs to another zone, which alone may change it',
    };
    await expect(inside.dladm.destroy('vpn0')).rejects.toMatchObject(foreign);
    expect(await inside.dladm.destroyMany(['vpn0'])).toMatchObject([{ error: foreign }]);
    const mtu = inside.dladm.setProps('vpn0', { mtu: 1400 }, { temporary: true });
    await expect(mtu).rejects.toMatchObject(foreign);
    await expect(inside.dladm.rename('vpn0', 'vpn1')).rejects.toMatchObject(foreign);
    expect(stage.everything()).toEqual(before);
    await stage.dladm.destroy('vpn0', { force: true });
  });

  it('a link is transient, and nothing is recorded or read', async () => {
    await stage.recordOnly('net7');
    const record = stage.record();
    await expect(inside.dladm.create('vpn0', { stack: 'bus' })).rejects.toMatchObject({
      status: 'TEMPONLY',
      text: 'change cannot be persistent',
    });
    expect(stage.hosted.dlList()).toEqual([]);
    expect(await inside.dladm.create('vpn0', LINK)).toMatchObject({ lifetime: 'transient' });
    const links = [];
    for await (const link of inside.dladm.list()) links.push(link);
    expect(links).toMatchObject([{ name: 'vpn0', zone: 'blue' }]);
    expect(await inside.dladm.up()).toEqual([]);
    await inside.dladm.setProps('vpn0', { linger: 7 });
    expect(stage.record()).toBe(record);
    await expect(
      inside.dladm.setProps('vpn0', { zone: 'blue' }, { temporary: true }),
    ).rejects.toMatchObject({ name: 'DladmError' });
    await inside.dladm.destroy('vpn0');
    expect(stage.hosted.dlList()).toEqual([]);
  });

  it('of several links those are made and destroyed that can be', async () => {
    await stage.dladm.create('a0', { stack: 'bus' });
    await stage.dladm.setProps('a0', { zone: 'blue' }, { temporary: true });
    const record = stage.record();
    const statuses = (results: readonly LinkResult[]): unknown =>
      results.map(({ name, error }) => [name, (error as { status?: string } | undefined)?.status]);
    const wanted = [{ name: 'net7', stack: 'bus' } as const, { name: 'vpn0', ...LINK }];
    expect(statuses(await inside.dladm.createMany(wanted))).toEqual([
      ['net7', 'TEMPONLY'],
      ['vpn0', undefined],
    ]);
    // The one that was lent is not the zone's to destroy.
    expect(statuses(await inside.dladm.destroyMany(['a0', 'vpn0']))).toEqual([
      ['a0', 'DENIED'],
      ['vpn0', undefined],
    ]);
    await expect(inside.dladm.destroy('a0')).rejects.toMatchObject({ status: 'DENIED' });
    expect(stage.record()).toBe(record);
    expect(await stage.list()).toEqual(['a0']);
  });

  it('a name is taken that another zone has', async () => {
    await inside.dladm.create('vpn0', LINK);
    const before = stage.everything();
    await expect(stage.dladm.create('vpn0')).rejects.toMatchObject({ status: 'EXIST' });
    await expect(stage.dladm.create('vpn0', LINK)).rejects.toMatchObject({ status: 'EXIST' });
    expect(stage.everything()).toEqual(before);
  });
});
