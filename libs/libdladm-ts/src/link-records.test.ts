import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecords } from './choose.ts';
import type { LinkRecords } from './link-records.ts';

let root: string;
let records: LinkRecords;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'unet-records-'));
  records = openRecords(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const text = (): string => readFileSync(join(root, 'etc/dladm/datalink.conf'), 'utf8');

describe('LinkRecords', () => {
  it('records a link, with an address to keep', async () => {
    const link = await records.create('vpn0', { mtu: 9000, stack: 'none' });
    expect(link).toMatchObject({
      name: 'vpn0',
      zone: 'global',
      saved: { properties: { mtu: 9000, mac: expect.stringMatching(/^[0-9a-f]?[26ae]:/) } },
    });
    expect(text()).toContain(`macaddr=string,${link.saved?.properties.mac};`);
    expect(await records.find('vpn0')).toEqual(link);
    await expect(records.create('vpn0')).rejects.toMatchObject({ status: 'EXIST' });
  });

  it('changes, resets, renames and removes records', async () => {
    await records.create('vpn0', { mac: '2:8:20:1:2:3' });
    await records.setProps('vpn0', { mtu: 9000, rxbuf: 9500, linkstate: 'up' });
    expect(await records.getProps('vpn0', ['mtu', 'rxbuf', 'txbuf', 'mac', 'zone'])).toEqual([
      { name: 'mtu', perm: 'rw', value: 9000 },
      { name: 'rxbuf', perm: 'rw', value: 9500 },
      { name: 'txbuf', perm: 'rw', value: 65536 },
      { name: 'mac', perm: 'rw', value: '2:8:20:1:2:3' },
      { name: 'zone', perm: 'r-', value: 'global' },
    ]);
    await records.resetProps('vpn0', ['mtu', 'rxbuf']);
    await records.rename('vpn0', 'net7');
    expect(text()).toBe(
      'net7\tclass=int,1024;media=int,4;unettype=int,1;' +
        'macaddr=string,2:8:20:1:2:3;maddrlen=int,6;linkstate=string,up;\n',
    );
    await records.destroy('net7');
    expect(text()).toBe('');
  });

  it('refuses a buffer that no frame fits into, as the driver would', async () => {
    await records.create('vpn0');
    const before = text();
    for (const values of [{ rxbuf: 1773 }, { mtu: 9000, txbuf: 9273 }]) {
      await expect(records.setProps('vpn0', values)).rejects.toMatchObject({ status: 'BADRANGE' });
    }
    expect(text()).toBe(before);
    await records.setProps('vpn0', { rxbuf: 1774 });
    await records.setProps('vpn0', { mtu: 9000 });
    expect(await records.getProps('vpn0', ['rxbuf'])).toMatchObject([{ value: 9274 }]);
  });

  it('lists what is recorded by name, in the global zone', async () => {
    for (const name of ['b0', 'a0']) await records.create(name);
    const names = async (zone?: string): Promise<string[]> => {
      const found = [];
      for await (const { name } of records.list(zone === undefined ? {} : { zone }))
        found.push(name);
      return found;
    };
    expect(await names()).toEqual(['a0', 'b0']);
    expect(await names('global')).toEqual(['a0', 'b0']);
    await expect(names('blue')).rejects.toMatchObject({ status: 'NOTFOUND' });
  });

  it('refuses what the system would have to run for', async () => {
    await records.create('vpn0');
    const before = text();
    const notRunning = { status: 'NOTSUP', code: 'ENOTSUP' };
    await expect(records.up()).rejects.toMatchObject(notRunning);
    await expect(records.create('a0', { lifetime: 'temporary' })).rejects.toMatchObject(notRunning);
    await expect(records.setProps('vpn0', { mtu: 70 }, { temporary: true })).rejects.toMatchObject(
      notRunning,
    );
    await expect(records.setProps('vpn0', { zone: 'blue' })).rejects.toMatchObject({
      status: 'TEMPONLY',
    });
    await expect(records.create('a0', { zone: 'blue' })).rejects.toMatchObject({
      status: 'TEMPONLY',
    });
    await expect(records.destroy('a0')).rejects.toMatchObject({ status: 'NOTFOUND' });
    expect(text()).toBe(before);
    expect(() => openRecords('')).toThrow(TypeError);
  });
});
