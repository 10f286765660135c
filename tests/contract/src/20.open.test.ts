import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openKernel } from 'libsys';
import { FrameBatch, openUnet, UnetError } from 'libunet';
import { describe, expect } from 'vitest';
import { anotherKernel, it } from './fixture.ts';

describe('open', () => {
  it('makes this process the holder and the link up, until it is closed', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    expect(link.name).toBe('vpn0');
    expect(world.control.info('vpn0')).toMatchObject({ holder: process.pid, linkstate: 1 });
    link.close();
    expect(world.control.info('vpn0')).toMatchObject({ holder: 0, linkstate: 0 });
  });

  it('refuses a second holder and names the first', async ({ world }) => {
    world.create('vpn0');
    await world.open('vpn0');
    const second = openUnet('vpn0', { kernel: world.kernel });
    await expect(second).rejects.toThrow(UnetError);
    await expect(second).rejects.toMatchObject({
      code: 'EBUSY',
      syscall: 'open',
      link: 'vpn0',
      holder: process.pid,
      message: `EBUSY: held by this process, pid ${process.pid}; use that link, or close it first, open vpn0`,
    });
  });

  it('can be done again after a close', async ({ world }) => {
    world.create('vpn0');
    for (let i = 0; i < 20; i++) (await world.open('vpn0')).close();
    expect(world.control.info('vpn0').holder).toBe(0);
  });

  it('refuses a link that is not there', async ({ world }) => {
    await expect(openUnet('vpn0', { kernel: world.kernel })).rejects.toMatchObject({
      code: 'ENOENT',
      message:
        'ENOENT: no such link; make it first (unetadm create), or bring it up (unetadm up), open vpn0',
    });
  });

  it.for([
    ['', RangeError],
    ['ctl', RangeError],
    ['../hk', RangeError],
    ['vpn0/', RangeError],
    ['vpn\u00000', RangeError],
    [`${'v'.repeat(31)}0`, RangeError],
    [undefined, TypeError],
    [{}, TypeError],
    [{ fd: -1 }, RangeError],
    [{ fd: 1.5 }, RangeError],
    [{ fd: '3' }, TypeError],
  ] as const)('refuses %j before it looks', async ([which, kind], { world }) => {
    await expect(openUnet(which as string, { kernel: world.kernel })).rejects.toThrow(kind);
  });

  it('says what it takes to whoever names nothing', async ({ world }) => {
    for (const nothing of [undefined, null, 5, {}, []]) {
      await expect(openUnet(nothing as never, { kernel: world.kernel })).rejects.toThrow(
        'openUnet needs the name of a link, { fd } or { hostFd }',
      );
    }
  });

  it('refuses options that it does not know, and a signal that has fired', async ({ world }) => {
    world.create('vpn0');
    const { kernel } = world;
    await expect(openUnet('vpn0', { kernel, nonblock: true } as object)).rejects.toThrow(TypeError);
    for (const wrong of [null, 5, 'x', { signal: 5 }, { kernel: {} }, { kernel: null }]) {
      const options = typeof wrong === 'object' && wrong !== null ? { kernel, ...wrong } : wrong;
      await expect(openUnet('vpn0', options as object), `${wrong}`).rejects.toThrow(
        /^(the options of openUnet must be|the signal of openUnet must be|kernel must be) /,
      );
    }
    const signal = AbortSignal.abort();
    await expect(openUnet('vpn0', { kernel, signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(world.control.info('vpn0').holder).toBe(0);
  });

  it('says of a kernel that was disposed of what to do', async () => {
    const kernel = await openKernel({ kernel: 'inproc' });
    kernel.dispose();
    await expect(openUnet('vpn0', { kernel })).rejects.toMatchObject({
      message: 'EBADF: the kernel has been disposed of; open another (openKernel), open vpn0',
    });
  });

  it('takes over a descriptor that somebody else opened', async ({ world }) => {
    world.create('vpn0');
    const port = world.port('vpn0');
    const fd = world.kernel.open('/dev/unet/vpn0', { access: 'readwrite' });
    const link = await openUnet({ fd }, { kernel: world.kernel });
    expect(link.name).toBe('vpn0');
    expect(link.readFrame(Buffer.alloc(2000)), 'it does not block').toBe(0);
    expect(link.writeFrame(new Uint8Array(60).fill(0xff))).toBe(true);
    expect(port.take()).toHaveLength(60);
    link.close();
    expect(() => world.kernel.poll(fd, 1)).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });

  it('refuses a descriptor of something else', async ({ world }) => {
    const fd = world.kernel.open('/dev/hk', { access: 'readwrite' });
    await expect(openUnet({ fd }, { kernel: world.kernel })).rejects.toMatchObject({
      code: 'ENOTTY',
      text: 'descriptor is not of a unet link; open the link by its name',
    });
    await expect(openUnet({ fd: 0x7ffffff0 }, { kernel: world.kernel })).rejects.toMatchObject({
      code: 'EBADF',
    });
    world.kernel.close(fd);
  });

  it('shows one link to every way into the kernel', async ({ world }) => {
    world.create('vpn0');
    const other = await anotherKernel();
    const link = await openUnet('vpn0', { kernel: other });
    expect(world.control.info('vpn0').holder).toBe(process.pid);
    other.dispose();
    expect(world.control.info('vpn0').holder).toBe(0);
    expect(() => link.info()).toThrow(expect.objectContaining({ code: 'EBADF' }));
    link.close();
  });
});

describe('a link that was closed', () => {
  it('can be closed again', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    link.close();
    link.close();
    await link[Symbol.asyncDispose]();
    expect(link.closed).toBe(true);
  });

  it('answers EBADF by itself, whoever has its number now', async ({ world }) => {
    world.create('vpn0');
    const link = await world.open('vpn0');
    link.close();
    await world.open('vpn0');
    const batch = new FrameBatch({ frames: 1, frameSize: 2000 });
    const closed = expect.objectContaining({ code: 'EBADF', text: 'link is closed' });
    expect(() => link.fd).toThrow(closed);
    expect(() => link.readBatch(batch)).toThrow(closed);
    expect(() => link.writeBatch(batch)).toThrow(closed);
    expect(() => link.readFrame(Buffer.alloc(60))).toThrow(closed);
    expect(() => link.writeFrame(Buffer.alloc(60))).toThrow(closed);
    expect(() => link.info()).toThrow(closed);
    expect(() => link.getProps()).toThrow(closed);
    expect(() => link.setProps({ linger: 0 })).toThrow(closed);
    await expect(link.ready({ readable: true })).rejects.toThrow(closed);
    const iterate = async (): Promise<void> => {
      for await (const _ of link.batches()) expect.unreachable();
    };
    await expect(iterate()).rejects.toThrow(closed);
  });

  it('is closed by "await using"', async ({ world }) => {
    world.create('vpn0');
    {
      await using link = await openUnet('vpn0', { kernel: world.kernel });
      expect(link.closed).toBe(false);
    }
    expect(world.control.info('vpn0').holder).toBe(0);
  });

  it('is not closed by the garbage collector, which only says so', async ({ world }) => {
    world.create('vpn0');
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const fd = world.kernel.open('/dev/unet/vpn0', { access: 'readwrite' });
    await (async () => {
      await openUnet({ fd }, { kernel: world.kernel });
    })();
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const collecting = setInterval(gc, 5);
    expect(await warned).toMatchObject({ code: 'UNET_NOT_CLOSED' });
    clearInterval(collecting);
    expect(world.control.info('vpn0').holder).toBe(process.pid);
    world.kernel.close(fd);
    expect(world.control.info('vpn0').holder).toBe(0);
  });
});
