import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { openKernel } from 'libsys';
import { openUnet, type UnetLink } from 'libunet';
import { describe, expect } from 'vitest';
import { frame, plain } from './ethernet.ts';
import { it, type World } from './fixture.ts';

/** What nobody in this process can pass on, it says. */
function isPassable(world: World): boolean {
  return world.way !== 'inproc';
}

/** A program that has a link for descriptor 3 and nothing else, and answers each of its frames. */
const HEIR = `
  const { openUnet } = require('libunet');
  (async () => {
    const link = await openUnet({ hostFd: 3 });
    console.log(link.name, (await import('node:fs')).existsSync('/proc/self/fd/3'));
    for await (const one of link.frames()) {
      await link.write(one);
      if (one.length === 60) break;
    }
    link.close();
    console.log('closed');
    process.stdin.resume();
  })();
`;

async function opened(world: World): Promise<UnetLink> {
  world.create('vpn0');
  return world.open('vpn0');
}

describe('a link that is passed on', () => {
  it('is the child process’s that inherits it as descriptor 3', async ({ world, skip }) => {
    if (!isPassable(world)) return skip('a kernel in this process is nobody else’s');
    const link = await opened(world);
    const port = world.port('vpn0');
    const passed = world.kernel.exportFd(link.fd);
    const { UNET_KERNEL: _, ...env } = process.env;
    const child = spawn(process.execPath, ['-e', HEIR], {
      stdio: ['pipe', 'pipe', 'inherit', passed],
      env,
    });
    closeSync(passed);
    link.close();
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null) throw new Error('no pipes');
    const lines = stdout.setEncoding('utf8')[Symbol.asyncIterator]();
    expect(await lines.next()).toMatchObject({ value: 'vpn0 false\n' });
    // Nobody here has it any more.
    expect(world.control.info('vpn0')).toMatchObject({ holder: process.pid });
    const sent = [frame(700, 1), frame(60, 2)];
    for (const one of sent) port.send(one);
    expect(plain([await port.receive(), await port.receive()])).toEqual(plain(sent));
    expect(await lines.next()).toMatchObject({ value: 'closed\n' });
    while (world.control.info('vpn0').holder !== 0) await new Promise((turn) => setImmediate(turn));
    stdin.end();
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  it('can come back, and is closed with the last that has it', async ({ world, skip }) => {
    if (!isPassable(world)) return skip('a kernel in this process is nobody else’s');
    const link = await opened(world);
    const port = world.port('vpn0');
    const passed = world.kernel.exportFd(link.fd);
    link.close();
    expect(world.control.info('vpn0').holder).toBe(process.pid);
    const again = await openUnet({ hostFd: passed }, { kernel: world.kernel });
    expect(() => fstatSync(passed)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    await again.write(frame(100, 3));
    expect(plain([await port.receive()])).toEqual(plain([frame(100, 3)]));
    again.close();
    while (world.control.info('vpn0').holder !== 0) await new Promise((turn) => setImmediate(turn));
  });

  it('leaves a descriptor alone that it cannot be made of', async ({ world, skip }) => {
    if (!isPassable(world)) return skip('a kernel in this process is nobody else’s');
    const file = openSync('/dev/null', 'r');
    const { kernel } = world;
    await expect(openUnet({ hostFd: file }, { kernel })).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(openUnet({ hostFd: file })).rejects.toMatchObject({ code: 'EINVAL' });
    const none = 0x7ffffff0;
    await expect(openUnet({ hostFd: none }, { kernel })).rejects.toMatchObject({
      message: `EBADF: the descriptor, or the kernel, is not open, import descriptor ${none}`,
    });
    await expect(openUnet({ hostFd: none })).rejects.toMatchObject({
      message: `EBADF: the descriptor, or the kernel, is not open, openKernel of descriptor ${none}`,
    });
    const control = kernel.open('/dev/unet/ctl', { access: 'read' });
    const passed = kernel.exportFd(control);
    await expect(openUnet({ hostFd: passed }, { kernel })).rejects.toMatchObject({
      code: expect.stringMatching(/^(ENOTTY|EINVAL|ENOENT)$/),
    });
    for (const one of [file, passed]) closeSync(one);
    kernel.close(control);
    // The descriptor's own connection ends when the server has seen that it is closed.
    while (world.hosted.usage().files > 1n + 1n) await new Promise((turn) => setImmediate(turn));
  });

  it('says what cannot be passed on, and to whom', async ({ world }) => {
    const { kernel } = world;
    const control = kernel.open('/dev/unet/ctl', { access: 'read' });
    if (!isPassable(world)) {
      const refused = expect.objectContaining({
        code: 'ENOTSUP',
        message: expect.stringContaining('use the hosted server'),
      });
      expect(() => kernel.exportFd(control)).toThrow(refused);
      expect(() => kernel.importFd(0)).toThrow(refused);
    }
    kernel.close(control);
    expect(() => kernel.importFd(-1)).toThrow(RangeError);
    expect(() => kernel.exportFd(control)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    await expect(openKernel({ kernel: 'inproc', hostFd: 0 })).rejects.toThrow(TypeError);
    await expect(openKernel({ hostFd: -1 })).rejects.toThrow(RangeError);
    await expect(openUnet({ fd: 1, hostFd: 1 } as { fd: number })).rejects.toThrow(TypeError);
  });
});
