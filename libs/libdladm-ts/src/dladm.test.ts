import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { HostedControl, Kernel } from 'libsys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDladm } from './choose.ts';
import type { Dladm } from './dladm.ts';
import { Stage } from './stage.fixture.ts';

let stage: Stage;
let kernel: Kernel;
let dladm: Dladm;

beforeEach(async () => {
  stage = await Stage.open();
  ({ kernel, dladm } = stage);
});
afterEach(() => stage.close());

const hosted = (): HostedControl => stage.hosted;
const file = (): string => stage.file;
const everything = (): unknown => stage.everything();

describe('create', () => {
  it('answers with the link as the kernel has it', async () => {
    const info = await dladm.create('vpn0', {
      mac: '02:8:20:0:0:1',
      mtu: 9000,
      rxbuf: 1 << 20,
      linkstate: 'up',
      stack: 'none',
    });
    expect(info).toMatchObject({
      name: 'vpn0',
      mac: '2:8:20:0:0:1',
      mtu: 9000,
      rxbuf: 1 << 20,
      txbuf: 65536,
      linkstate: 'up',
      state: 'up',
      lifetime: 'persistent',
      holder: null,
      owner: null,
    });
    expect(hosted().dlInfo('vpn0')).toMatchObject({ linkid: info.linkId, class: 0x400, media: 4 });
    expect(readFileSync(file(), 'utf8')).toBe(
      'vpn0\tclass=int,1024;media=int,4;unettype=int,1;macaddr=string,2:8:20:0:0:1;' +
        'maddrlen=int,6;mtu=string,9000;linkstate=string,up;rxbuf=int,1048576;stack=string,none;\n',
    );
  });

  it('leaves nothing behind when there can be no stack end', async () => {
    const before = everything();
    await expect(dladm.create('a_name_too_long_for_tap0', { stack: 'tap' })).rejects.toMatchObject({
      name: 'DladmError',
    });
    expect(everything()).toEqual(before);
  });

  it('does nothing when it is aborted before it begins', async () => {
    const before = everything();
    const signal = AbortSignal.abort();
    await expect(dladm.create('vpn0', { signal })).rejects.toMatchObject({ code: 'ABORT_ERR' });
    expect(everything()).toEqual(before);
  });

  it('refuses options that it does not know', async () => {
    await expect(dladm.create('vpn0', { speed: 10 } as object)).rejects.toMatchObject({
      code: 'ENOTSUP',
      status: 'BADPROP',
    });
    await expect(dladm.create('vpn0', { lifetime: 'eternal' as never })).rejects.toThrow(TypeError);
  });

  it('refuses what is of the wrong type, in a sentence', async () => {
    for (const [args, sentence] of [
      [[], 'create: the name of a link must be a string, not undefined'],
      [[5], 'create: the name of a link must be a string, not number'],
      [['vpn0', null], 'the options of create must be an object'],
      [['vpn0', 5], 'the options of create must be an object'],
      [['vpn0', { stack: 5 }], 'stack must be a string'],
      [['vpn0', { signal: 5 }], 'signal must be an AbortSignal'],
    ] as const) {
      const made = dladm.create(...(args as unknown as [string]));
      await expect(made).rejects.toThrow(new TypeError(sentence));
    }
    await expect(dladm.destroy('vpn0', null as never)).rejects.toThrow('the options of destroy');
    await expect(dladm.setProps('vpn0', null as never)).rejects.toThrow(
      'set vpn0: properties must',
    );
  });

  it('says of a property that it refuses what was being done, to which link', async () => {
    await expect(dladm.create('vpn0', { mtu: 10 })).rejects.toMatchObject({
      message: 'ERANGE: mtu must be 68 to 9000, create vpn0',
      property: 'mtu',
    });
    await expect(dladm.setProps('vpn0', { speed: 1 } as object)).rejects.toMatchObject({
      message: 'ENOTSUP: no such property: speed, set vpn0',
      property: 'speed',
    });
  });

  it('says of a link that is only recorded how to bring it up', async () => {
    await dladm.create('vpn0', { stack: 'none' });
    await expect(dladm.create('vpn0')).rejects.toMatchObject({ text: 'link already exists' });
    const record = readFileSync(file(), 'utf8');
    await dladm.destroy('vpn0');
    writeFileSync(file(), record);
    await expect(dladm.create('vpn0')).rejects.toMatchObject({
      code: 'EEXIST',
      text: 'link already exists, but is not up (try: unetadm up vpn0)',
    });
  });
});

describe('openDladm', () => {
  it('refuses what it does not know, and no kernel', async () => {
    for (const [options, sentence] of [
      [null, 'the options of openDladm must be an object'],
      [{ roots: '/' }, 'openDladm has no option roots'],
      [{ kernel: {} }, 'kernel must be what openKernel resolves to'],
      [{ kernel: null }, 'kernel must be what openKernel resolves to'],
    ] as const) {
      await expect(openDladm(options as never)).rejects.toThrow(new TypeError(sentence));
    }
  });
});

describe('destroy', () => {
  it('leaves the record alone when the link cannot be destroyed', async () => {
    await dladm.create('vpn0', { stack: 'bus' });
    const fd = kernel.open('/dev/unet/vpn0', { access: 'readwrite' });
    const before = everything();
    await expect(dladm.destroy('vpn0')).rejects.toMatchObject({
      code: 'EBUSY',
      status: 'LINKBUSY',
      holder: process.pid,
      text: `link is held by process ${process.pid}`,
    });
    expect(everything()).toEqual(before);
    kernel.close(fd);
    await dladm.destroy('vpn0');
    expect(readFileSync(file(), 'utf8')).toBe('');
  });

  it('leaves the link alone when its record cannot be removed', async () => {
    await dladm.create('vpn0', { stack: 'bus' });
    const before = everything();
    mkdirSync(`${file()}.unet-new`);
    await expect(dladm.destroy('vpn0')).rejects.toMatchObject({ code: 'EISDIR' });
    rmSync(`${file()}.unet-new`, { recursive: true });
    expect(everything()).toEqual(before);
  });
});

describe('setProps', () => {
  it('takes everything back when the record cannot be written', async () => {
    await dladm.create('vpn0', { stack: 'bus' });
    const before = await dladm.getProps('vpn0');
    mkdirSync(`${file()}.unet-new`);
    await expect(dladm.setProps('vpn0', { rxbuf: 1 << 20 })).rejects.toMatchObject({
      code: 'EISDIR',
    });
    rmSync(`${file()}.unet-new`, { recursive: true });
    expect(await dladm.getProps('vpn0')).toEqual(before);
  });

  it('says which property the driver refused', async () => {
    await dladm.create('vpn0', { stack: 'bus' });
    const before = everything();
    await expect(dladm.setProps('vpn0', { linger: 5, txbuf: 100 })).rejects.toMatchObject({
      code: 'ERANGE',
      status: 'BADRANGE',
      property: 'txbuf',
    });
    expect(everything()).toEqual(before);
    const [linger] = await dladm.getProps('vpn0', ['linger']);
    expect(linger).toEqual({ name: 'linger', perm: 'rw', value: 0 });
  });

  it('changes the record of a link that is not up', async () => {
    await dladm.create('vpn0', { stack: 'none' });
    const record = readFileSync(file(), 'utf8');
    await dladm.destroy('vpn0');
    writeFileSync(file(), record);
    await dladm.setProps('vpn0', { mtu: 9000 });
    await dladm.up();
    expect((await dladm.info('vpn0')).mtu).toBe(9000);
  });
});

describe('up', () => {
  it('makes what can be made and says what cannot', async () => {
    await dladm.create('a0', { stack: 'none' });
    await dladm.create('a_name_too_long_for_tap0', { stack: 'none' });
    const record = readFileSync(file(), 'utf8').replace(
      /(^a_name.*)stack=string,none/m,
      '$1stack=string,tap',
    );
    await dladm.destroy('a0');
    await dladm.destroy('a_name_too_long_for_tap0');
    writeFileSync(file(), record);
    expect(await dladm.up()).toEqual([
      { name: 'a0' },
      { name: 'a_name_too_long_for_tap0', error: expect.objectContaining({ name: 'DladmError' }) },
    ]);
    expect(readFileSync(file(), 'utf8')).toBe(record);
    expect(await dladm.up(['a0'])).toEqual([]);
    await expect(dladm.up(['b0'])).rejects.toMatchObject({ code: 'ENOENT', link: 'b0' });
  });
});

describe('list', () => {
  it('yields links in the kernel and links that are only recorded', async () => {
    await dladm.create('b0', { stack: 'none', mtu: 1400 });
    const record = readFileSync(file(), 'utf8');
    await dladm.destroy('b0');
    writeFileSync(file(), record);
    for (let i = 0; i < 100; i++) {
      await dladm.create(`a${i}`, { lifetime: 'temporary', stack: 'none' });
    }
    const links = [];
    for await (const link of dladm.list()) {
      links.push(link);
    }
    expect(links).toHaveLength(101);
    expect(links.at(-1)).toEqual({
      name: 'b0',
      zone: 'global',
      saved: { properties: expect.objectContaining({ mtu: 1400 }), stack: 'none' },
      stack: 'none',
    });
    expect(links.slice(0, 100).every(({ info, saved }) => info && !saved)).toBe(true);
  });
});

it('is closed for good after close', async () => {
  const other = await openDladm({ kernel, root: stage.root });
  other.close();
  other.close();
  await expect(other.create('vpn0')).rejects.toMatchObject({ code: 'EBADF' });
});
