import { fileURLToPath } from 'node:url';
import { isSysError, openKernel } from 'libsys';
import { openUnet } from 'libunet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { printed } from './printed.ts';
import { ended, World } from './world.ts';

const READER = fileURLToPath(new URL('./programs/reader.mjs', import.meta.url));
const TEMPORARY = { lifetime: 'temporary', stack: 'none' } as const;

const fails = (code: string): unknown => expect.objectContaining({ code });

/** What a call that must fail failed with. */
function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (isSysError(error)) return error.code;
    throw error;
  }
  return 'nothing';
}

let world: World;
beforeEach(async () => {
  world = new World();
  await world.open();
});
afterEach(() => world.close());

describe('the halt of a zone', () => {
  it('waits for no process: neither one that sleeps in a read, nor one that is stopped', async () => {
    const blue = await world.zone('blue');
    await blue.dladm.create('vpn0', TEMPORARY);
    await blue.dladm.create('vpn1', TEMPORARY);
    const readers = [
      world.start([process.execPath, READER, '/dev/unet/zone/blue/vpn0']),
      world.start([process.execPath, READER, '/dev/unet/vpn1'], { UNET_ZONE: 'blue' }),
    ];
    const gone = readers.map((reader) => ended(reader));
    await Promise.all(readers.map((reader) => printed(reader, 'reads')));
    for (const reader of readers) reader.kill('SIGSTOP');
    expect(await world.adm('host zone halt blue')).toEqual({ exit: 0, out: '', err: '' });
    expect(world.global.control.list()).toEqual([]);
    for (const reader of readers) reader.kill('SIGCONT');
    for (const one of gone) expect(await one).toMatchObject({ exit: 0, out: 'reads\nENXIO\n' });
  });

  it('ends what programs of the zone do, for good: its next boot is another zone', async () => {
    const blue = await world.zone('blue');
    await blue.dladm.create('vpn0', TEMPORARY);
    const link = await openUnet('vpn0', { kernel: blue.kernel });
    const frames = link.frames()[Symbol.asyncIterator]();
    const next = frames.next().catch((error: unknown) => error);
    world.global.hosted.zoneHalt('blue');
    expect(await next).toMatchObject({ code: 'ENXIO' });
    expect(codeOf(() => blue.hosted.zoneList())).toBe('ENXIO');
    expect(codeOf(() => blue.kernel.open('/dev/unet/ctl', { access: 'read' }))).toBe('ENXIO');
    world.global.hosted.zoneBoot('blue');
    expect(codeOf(() => blue.kernel.open('/dev/unet/ctl', { access: 'read' }))).toBe('ENXIO');
    const again = await world.enter('blue');
    expect(await again.names()).toEqual([]);
    await again.dladm.create('vpn0', TEMPORARY);
    expect(await again.names()).toEqual(['vpn0']);
    link.close();
  });
});

describe('being in a zone', () => {
  it('needs a zone that runs', async () => {
    const open = (zone: string) => openKernel({ kernel: world.kernel, zone });
    const text = 'zone blue does not run; `unetadm host zone boot blue` boots it';
    await expect(open('blue')).rejects.toEqual(expect.objectContaining({ code: 'ENOENT', text }));
    world.global.hosted.zoneCreate('blue');
    await expect(open('blue')).rejects.toEqual(expect.objectContaining({ code: 'ENOENT', text }));
    world.global.hosted.zoneBoot('blue');
    const kernel = await open('blue');
    expect(kernel.hosted?.zoneList()).toMatchObject([{ name: 'blue' }]);
    expect(codeOf(() => kernel.hosted?.zoneCreate('red'))).toBe('EPERM');
    expect(codeOf(() => kernel.hosted?.shutdown())).toBe('EPERM');
    kernel.dispose();
  });

  it('does not start a server: one that is started has no zones', async () => {
    await expect(openKernel({ runtimeDir: `${world.dir}/none`, zone: 'blue' })).rejects.toEqual(
      fails('ENOENT'),
    );
  });
});

describe('zones of a kernel in this process', () => {
  it('are each their own view of it', async () => {
    const kernel = await openKernel({ kernel: 'inproc' });
    const zones = ['blue', 'red'].map((name) => {
      kernel.hosted?.zoneCreate(name);
      kernel.hosted?.zoneBoot(name);
      return openKernel({ kernel: 'inproc', zone: name });
    });
    const [blue, red] = await Promise.all(zones);
    expect(blue?.hosted?.zoneList()).toMatchObject([{ name: 'blue', state: 'running' }]);
    expect(red?.hosted?.zoneList()).toMatchObject([{ name: 'red', state: 'running' }]);
    expect(kernel.hosted?.zoneList()).toMatchObject([
      { name: 'global' },
      { name: 'blue' },
      { name: 'red' },
    ]);
    kernel.hosted?.zoneHalt('blue');
    expect(codeOf(() => blue?.hosted?.zoneList())).toBe('ENXIO');
    expect(red?.hosted?.zoneList()).toMatchObject([{ name: 'red' }]);
    await expect(openKernel({ kernel: 'inproc', zone: 'blue' })).rejects.toEqual(fails('ENOENT'));
    for (const one of [blue, red, kernel]) one?.dispose();
  });
});
