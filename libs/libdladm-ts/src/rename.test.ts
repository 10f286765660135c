import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Stage } from './stage.fixture.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

/** The names that there are, by every way to tell. */
async function names(): Promise<unknown> {
  return {
    kernel: stage.hosted.dlList().map(({ name }) => name),
    record: [...stage.record().matchAll(/^(\w+)\t/gm)].map(([, name]) => name),
    list: await stage.list(),
    nodes: stage.nodes(),
  };
}

describe('rename', () => {
  it('gives a persistent link another name everywhere', async () => {
    const { linkId, mac } = await stage.dladm.create('vpn0', { stack: 'bus', mtu: 9000 });
    await stage.dladm.rename('vpn0', 'net7');
    expect(await names()).toEqual({
      kernel: ['net7'],
      record: ['net7'],
      list: ['net7'],
      nodes: ['net7'],
    });
    expect(await stage.dladm.find('net7')).toMatchObject({
      info: { linkId, mac, mtu: 9000, lifetime: 'persistent' },
      saved: { properties: { mac, mtu: 9000 }, stack: 'bus' },
    });
    await expect(stage.dladm.find('vpn0')).rejects.toMatchObject({ status: 'NOTFOUND' });
    await stage.dladm.create('vpn0', { stack: 'none' });
  });

  it('gives a temporary link another name, and records nothing', async () => {
    await stage.dladm.create('vpn0', { lifetime: 'temporary', stack: 'none' });
    await stage.dladm.rename('vpn0', 'net7');
    expect(await names()).toEqual({
      kernel: ['net7'],
      record: [],
      list: ['net7'],
      nodes: ['net7'],
    });
  });

  it('renames what is only recorded', async () => {
    await stage.recordOnly('vpn0');
    await stage.dladm.rename('vpn0', 'net7');
    expect(await names()).toEqual({ kernel: [], record: ['net7'], list: ['net7'], nodes: [] });
    await stage.dladm.up();
    expect(await names()).toMatchObject({ kernel: ['net7'] });
  });

  it.each([
    [
      'in the kernel',
      async () => stage.dladm.create('net7', { lifetime: 'temporary', stack: 'none' }),
    ],
    ['only recorded', async () => stage.recordOnly('net7')],
    ['of something else', async () => stage.append('net7\tclass=int,4;media=int,4;\n')],
    ['that cannot be read', async () => stage.append('net7\tclass=\n')],
  ])('refuses a name that is taken: %s', async (_what, take) => {
    await stage.dladm.create('vpn0', { stack: 'bus' });
    await take();
    const before = [stage.everything(), await names()];
    await expect(stage.dladm.rename('vpn0', 'net7')).rejects.toMatchObject({
      name: 'DladmError',
      status: 'EXIST',
      code: 'EEXIST',
    });
    await expect(stage.dladm.rename('vpn0', 'vpn0')).rejects.toMatchObject({ status: 'EXIST' });
    expect([stage.everything(), await names()]).toEqual(before);
  });

  it('refuses while something sits on the link', async () => {
    const { linkId } = await stage.dladm.create('vpn0', { stack: 'none' });
    stage.hosted.plumb(linkId, { kind: 'bus', pinned: true });
    const before = [stage.everything(), await names()];
    await expect(stage.dladm.rename('vpn0', 'net7')).rejects.toMatchObject({
      status: 'LINKBUSY',
      code: 'EBUSY',
      message: 'EBUSY: link is in use, rename vpn0',
    });
    expect([stage.everything(), await names()]).toEqual(before);
    stage.hosted.unplumb(linkId);
  });

  it('also renames it where others say that they are on top of it', async () => {
    await stage.recordOnly('vpn0');
    stage.append('vnic1\tclass=int,4;linkover=string,vpn0;\n');
    stage.append('bridge1\tclass=int,8;portnames=string,net1:vpn0:net2;\n');
    await stage.dladm.rename('vpn0', 'net7');
    expect(stage.record()).toContain('vnic1\tclass=int,4;linkover=string,net7;\n');
    expect(stage.record()).toContain('bridge1\tclass=int,8;portnames=string,net1:net7:net2;\n');
  });

  it('refuses names that are none, and links that are not there', async () => {
    await expect(stage.dladm.rename('vpn0', 'vpn')).rejects.toMatchObject({ status: 'LINKINVAL' });
    await expect(stage.dladm.rename('vpn0', 'vpn1')).rejects.toMatchObject({ status: 'NOTFOUND' });
    await expect(stage.dladm.rename('vpn0', 'vpn1', { force: true } as object)).rejects.toThrow(
      new TypeError('rename has no option force'),
    );
  });
});
