import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadLibrary } from './ffi.ts';
import { IllumosKernel } from './illumos.ts';
import { ILLUMOS, ILLUMOS_PROTOTYPES, type IllumosNative } from './illumos-native.ts';
import { POLLHUP, POLLIN, POLLOUT } from './kernel.ts';

/**
 * The illumos back end over this host's libc, whose functions have the same shapes; only the
 * numbers of open and fcntl differ and are translated here. What it does with real descriptors,
 * errno and the event loop is what it does on illumos.
 */
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const F_DUPFD_CLOEXEC = 1030;
const oflags: number[] = [];
const libc = loadLibrary<IllumosNative>(undefined, ILLUMOS_PROTOTYPES);
const translated: IllumosNative = {
  ...libc,
  open(path, oflag) {
    oflags.push(oflag);
    const nonblock = (oflag & ILLUMOS.O_NONBLOCK) !== 0 ? O_NONBLOCK : 0;
    return libc.open(path, (oflag & 3) | nonblock | O_CLOEXEC);
  },
  fcntl(fd, command, arg) {
    const fromHost = (flags: number): number =>
      (flags & 3) | ((flags & O_NONBLOCK) !== 0 ? ILLUMOS.O_NONBLOCK : 0);
    if (command === ILLUMOS.F_DUPFD_CLOEXEC) return libc.fcntl(fd, F_DUPFD_CLOEXEC, arg);
    if (command === ILLUMOS.F_GETFL) return fromHost(libc.fcntl(fd, command, arg));
    return libc.fcntl(fd, command, (arg & ILLUMOS.O_NONBLOCK) !== 0 ? O_NONBLOCK : 0);
  },
};

describe('IllumosKernel', () => {
  let dir: string;
  let fifo: string;
  let kernel: IllumosKernel;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'libsys-'));
    fifo = join(dir, 'fifo');
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    kernel = new IllumosKernel(translated);
    oflags.length = 0;
  });
  afterEach(() => {
    kernel.dispose();
    rmSync(dir, { recursive: true });
  });

  it("opens with illumos' flags", () => {
    kernel.open(fifo, { access: 'readwrite', nonblock: true, exclusive: true });
    expect(oflags).toEqual([0x2 | 0x80 | 0x400 | 0x800000]);
  });

  it('reads, writes, and says EAGAIN by number', () => {
    const fd = kernel.open(fifo, { access: 'readwrite', nonblock: true });
    const memory = Buffer.alloc(8);
    expect(kernel.tryRead(fd, memory)).toBeLessThan(0);
    expect(() => kernel.read(fd, memory)).toThrow(expect.objectContaining({ code: 'EAGAIN' }));
    expect(kernel.write(fd, Buffer.from('unet'))).toBe(4);
    expect(kernel.poll(fd, POLLIN | POLLOUT)).toBe(POLLIN | POLLOUT);
    expect(kernel.read(fd, memory)).toBe(4);
    expect(memory.toString('utf8', 0, 4)).toBe('unet');
  });

  it('says what failed', () => {
    expect(() => kernel.open(join(dir, 'nothing'), { access: 'read' })).toThrow(
      expect.objectContaining({ code: 'ENOENT', syscall: 'open' }),
    );
    const fd = kernel.open(fifo, { access: 'readwrite' });
    expect(() => kernel.ioctl(fd, 1, Buffer.alloc(8), { op: 'info', link: 'unet0' })).toThrow(
      expect.objectContaining({ code: 'ENOTTY', op: 'info', link: 'unet0' }),
    );
  });

  it('passes a file on as another descriptor of it', () => {
    const fd = kernel.open(fifo, { access: 'readwrite', nonblock: true });
    const passed = kernel.exportFd(fd);
    expect(passed).not.toBe(fd);
    kernel.write(fd, Buffer.from('unet'));
    kernel.close(fd);
    const mine = kernel.importFd(passed);
    closeSync(passed);
    expect(kernel.read(mine, Buffer.alloc(8))).toBe(4);
    expect(() => kernel.importFd(passed)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    expect(() => kernel.importFd(-1)).toThrow(RangeError);
    kernel.dispose();
    expect(() => kernel.exportFd(mine)).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });

  it('makes a file non-blocking afterwards', () => {
    const fd = kernel.open(fifo, { access: 'readwrite' });
    kernel.setNonblock(fd, 'nonblocking');
    expect(() => kernel.read(fd, Buffer.alloc(8))).toThrow(
      expect.objectContaining({ code: 'EAGAIN' }),
    );
  });

  it('waits for the file itself', async () => {
    const fd = kernel.open(fifo, { access: 'readwrite', nonblock: true });
    for (let i = 0; i < 10; i++) {
      const wait = kernel.readiness(fd).wait({ readable: true });
      kernel.write(fd, Buffer.from('x'));
      expect((await wait).readable).toBe(true);
      kernel.read(fd, Buffer.alloc(8));
    }
    expect((await kernel.readiness(fd).wait({ writable: true })).writable).toBe(true);
  });

  it('notices a hang-up', async () => {
    const reader = kernel.open(fifo, { access: 'read', nonblock: true });
    const writer = kernel.open(fifo, { access: 'write', nonblock: true });
    const wait = kernel.readiness(reader).wait({ readable: true });
    kernel.close(writer);
    expect((await wait).hangup).toBe(true);
    expect(kernel.poll(reader, POLLIN)).toBe(POLLHUP);
  });

  it('closes while somebody waits, and the number can be used again', async () => {
    for (let i = 0; i < 10; i++) {
      const fd = kernel.open(fifo, { access: 'readwrite', nonblock: true });
      const wait = kernel.readiness(fd).wait({ readable: true });
      kernel.close(fd);
      await expect(wait).rejects.toMatchObject({ code: 'EBADF' });
    }
  });

  it('closes what is open when it is given up, once', () => {
    const fd = kernel.open(fifo, { access: 'readwrite' });
    kernel.dispose();
    kernel.dispose();
    expect(() => kernel.write(fd, Buffer.from('x'))).toThrow(
      expect.objectContaining({ code: 'EBADF' }),
    );
    expect(() => kernel.open(fifo, { access: 'readwrite' })).toThrow(
      expect.objectContaining({ code: 'EBADF' }),
    );
  });
});
