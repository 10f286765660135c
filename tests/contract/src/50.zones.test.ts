import { describe, expect } from 'vitest';
import { it } from './fixture.ts';

const refuses = (call: () => unknown, code: string): void =>
  expect(call).toThrow(expect.objectContaining({ code }));

describe('zones of a hosted kernel', () => {
  it('are made, booted, halted and destroyed, and listed as they are', ({ world }) => {
    const { hosted } = world;
    const global = { name: 'global', zoneid: 0, state: 'running', sharedIp: false };
    hosted.zoneCreate('red', { sharedIp: true });
    hosted.zoneCreate('blue');
    const blue = { name: 'blue', sharedIp: false };
    const red = { name: 'red', state: 'configured', sharedIp: true };
    expect(hosted.zoneList()).toEqual([global, { ...blue, state: 'configured' }, red]);
    refuses(() => hosted.zoneCreate('blue'), 'EEXIST');
    refuses(() => hosted.zoneCreate('two words'), 'EINVAL');
    refuses(() => hosted.zoneBoot('green'), 'ENOENT');
    refuses(() => hosted.zoneHalt('blue'), 'ESRCH');

    const first = hosted.zoneBoot('blue');
    expect(hosted.zoneList()[1]).toEqual({ ...blue, state: 'running', zoneid: first });
    refuses(() => hosted.zoneBoot('blue'), 'EALREADY');
    refuses(() => hosted.zoneDestroy('blue'), 'EBUSY');
    hosted.zoneHalt('blue');
    expect(hosted.zoneList()[1]).toEqual({ ...blue, state: 'configured' });
    const second = hosted.zoneBoot('blue');
    expect(second).not.toBe(first);

    hosted.zoneHalt('blue');
    hosted.zoneDestroy('blue');
    hosted.zoneDestroy('red');
    expect(hosted.zoneList()).toEqual([global]);
  });

  it('have links lent to them, which return at the halt', ({ world }) => {
    const { hosted } = world;
    const linkid = world.create('vpn0');
    hosted.zoneCreate('blue');
    const blue = hosted.zoneBoot('blue');
    hosted.dlSetZone(linkid, blue);
    expect(hosted.dlInfo('vpn0')).toMatchObject({ linkid, zoneid: blue });
    refuses(() => hosted.dlRename(linkid, 'vpn1'), 'EBUSY');
    refuses(() => hosted.dlSetZone(linkid, 77), 'ESRCH');
    hosted.zoneHalt('blue');
    expect(hosted.dlInfo('vpn0')).toMatchObject({ linkid, zoneid: 0 });
    hosted.zoneDestroy('blue');
  });
});

describe("a hosted kernel's dlmgmtd", () => {
  it('renames a link', ({ world }) => {
    const linkid = world.create('vpn0');
    const other = world.create('vpn1');
    refuses(() => world.hosted.dlRename(linkid, 'vpn1'), 'EEXIST');
    refuses(() => world.hosted.dlRename(linkid, 'x'), 'EINVAL');
    world.hosted.dlRename(other, 'tmp1');
    world.hosted.dlRename(linkid, 'vpn1');
    expect(world.hosted.dlInfo(linkid).name).toBe('vpn1');
    expect(world.hosted.dlInfo('tmp1').linkid).toBe(other);
  });

  it('dies and comes back with what it knew', ({ world }) => {
    const linkid = world.create('vpn0');
    const before = world.hosted.dlInfo('vpn0');
    world.hosted.dlmgmtd('stop');
    refuses(() => world.hosted.dlInfo(linkid), 'EBADF');
    refuses(() => world.hosted.dlCreate('vpn1'), 'EBADF');
    world.hosted.dlmgmtd('start');
    expect(world.hosted.dlInfo('vpn0')).toEqual(before);
  });
});
