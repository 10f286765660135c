import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openKernel, runtimeDirOf, serverStatus, startServer, stopServer } from 'libsys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { it as worldly } from './fixture.ts';

describe('the hosted server', () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'unet-server-'));
  });
  afterEach(async () => {
    await stopServer(runtimeDirOf({ UNET_RUNTIME_DIR: path }, 0));
    rmSync(path, { recursive: true });
  });
  const dir = () => runtimeDirOf({ UNET_RUNTIME_DIR: path }, 0);
  const socket = (): string => `unix:${dir().socket}`;

  it('is started on demand, once, and found by everybody', async () => {
    expect(serverStatus(dir())).toEqual({ running: false, socket: dir().socket });
    const env = { ...process.env };
    process.env['UNET_RUNTIME_DIR'] = path;
    delete process.env['UNET_KERNEL'];
    try {
      const kernels = await Promise.all([openKernel(), openKernel(), openKernel()]);
      const pids = new Set(kernels.map((kernel) => kernel.hosted?.sysinfo().pid));
      for (const kernel of kernels) {
        expect(kernel.kind).toBe('server');
        kernel.dispose();
      }
      expect(pids.size).toBe(1);
      expect(serverStatus(dir())).toMatchObject({ running: true, pid: [...pids][0], links: 0 });
    } finally {
      process.env = env;
    }
    expect(await startServer(dir())).toBe('running');
    expect(await stopServer(dir())).toBe('stopped');
    expect(await stopServer(dir())).toBe('not-running');
    expect(serverStatus(dir()).running).toBe(false);
  });

  it('is not started when that is not wanted, or for a socket elsewhere', async () => {
    await expect(openKernel({ runtimeDir: path, kernel: '', start: false })).rejects.toMatchObject({
      code: 'ENOENT',
      text: 'the hosted server is not running',
    });
    const elsewhere = `unix:${join(path, 'other.sock')}`;
    await expect(openKernel({ runtimeDir: path, kernel: elsewhere })).rejects.toMatchObject({
      code: 'ENOENT',
    });
    expect(serverStatus(dir()).running).toBe(false);
  });

  it('takes the place of one that left its socket behind', async () => {
    await startServer(dir());
    const { pid } = serverStatus(dir());
    process.kill(pid as number, 'SIGKILL');
    const answer = async (): Promise<string> => {
      try {
        (await openKernel({ kernel: socket(), start: false })).dispose();
        return 'serves';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    while ((await answer()) !== 'ECONNREFUSED');
    const kernel = await openKernel({ kernel: socket(), runtimeDir: path });
    expect(kernel.hosted?.sysinfo().pid).not.toBe(pid);
    kernel.dispose();
  });

  it('says why it cannot start', async () => {
    const file = join(path, 'file');
    writeFileSync(file, '');
    const inFile = runtimeDirOf({ UNET_RUNTIME_DIR: join(file, 'dir') }, 0);
    await expect(startServer(inFile)).rejects.toMatchObject({ code: 'ENOTDIR' });
    rmSync(file);
    const long = runtimeDirOf({ UNET_RUNTIME_DIR: join(path, 'x'.repeat(120)) }, 0);
    await expect(startServer(long)).rejects.toMatchObject({ code: 'EIO', syscall: 'spawn' });
  });

  it('tells its clients when it is gone', async () => {
    await startServer(dir());
    const kernel = await openKernel({ kernel: socket(), start: false });
    const fd = kernel.open('/dev/unet/ctl', { access: 'readwrite' });
    process.kill(serverStatus(dir()).pid as number, 'SIGKILL');
    const lost = (): string => {
      for (;;) {
        try {
          kernel.poll(fd, 1);
        } catch (error) {
          return (error as { code: string }).code;
        }
      }
    };
    expect(lost()).toBe('ECONNRESET');
    kernel.close(fd);
    kernel.dispose();
  });
});

describe('a hosted kernel', () => {
  it('in this process is one for all who open it, and halts with the last', async () => {
    const first = await openKernel({ kernel: 'inproc' });
    const second = await openKernel({ kernel: 'inproc' });
    first.hosted?.dlCreate('vpn9');
    expect(second.hosted?.dlList().map((link) => link.name)).toEqual(['vpn9']);
    first.dispose();
    first.dispose();
    expect(second.hosted?.dlList().map((link) => link.name)).toEqual(['vpn9']);
    second.hosted?.dlDestroy(second.hosted.dlInfo('vpn9').linkid);
    second.dispose();
    const third = await openKernel({ kernel: 'inproc' });
    expect(third.hosted?.dlList()).toEqual([]);
    third.dispose();
  });

  it('in this process is one for its worker threads too', async () => {
    const kernel = await openKernel({ kernel: 'inproc' });
    const linkid = kernel.hosted?.dlCreate('vpn9') ?? 0;
    // A thread of its own loads the libraries for itself, as they are built.
    const code = `
      import('libsys').then(async ({ openKernel }) => {
        const kernel = await openKernel({ kernel: 'inproc' });
        const names = kernel.hosted.dlList().map((link) => link.name);
        kernel.dispose();
        require('node:worker_threads').parentPort.postMessage(names);
      });`;
    const worker = new Worker(code, { eval: true, execArgv: [] });
    const said = await new Promise((resolve, reject) => {
      worker.on('message', resolve);
      worker.on('error', reject);
    });
    await worker.terminate();
    expect(said).toEqual(['vpn9']);
    expect(kernel.hosted?.dlInfo(linkid).name).toBe('vpn9');
    kernel.hosted?.dlDestroy(linkid);
    kernel.dispose();
  });

  worldly('refuses what it does not know', ({ world }) => {
    const { kernel } = world;
    const throws = (call: () => unknown, code: string): void =>
      expect(call).toThrow(expect.objectContaining({ code }));
    throws(() => kernel.open('/dev/nothing', { access: 'read' }), 'ENOENT');
    throws(() => kernel.open('/dev/unet/nothing0', { access: 'read' }), 'ENOENT');
    const fd = kernel.open('/dev/unet/ctl', { access: 'read' });
    kernel.close(fd);
    throws(() => kernel.close(fd), 'EBADF');
    throws(() => kernel.read(fd, Buffer.alloc(1)), 'EBADF');
    throws(() => kernel.poll(fd, 1), 'EBADF');
    throws(() => world.hosted.dlCreate('no number'), 'EINVAL');
    throws(() => world.hosted.dlInfo(99), 'ENOENT');
    throws(() => world.hosted.plumb(99, { kind: 'bus' }), 'ENOENT');
    throws(() => world.hosted.kstatRead(1 << 30), 'ENXIO');
  });
});
