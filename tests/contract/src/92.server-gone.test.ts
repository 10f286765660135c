import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isSysError,
  type Kernel,
  openKernel,
  type RuntimeDir,
  runtimeDirOf,
  startServer,
  stopServer,
} from 'libsys';
import { FrameBatch, openUnet, type UnetLink } from 'libunet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Control } from './control.ts';

/** A server of the test's own, and kernel objects on it. */
class OwnServer {
  readonly dir: RuntimeDir = runtimeDirOf(
    { UNET_RUNTIME_DIR: mkdtempSync(join(tmpdir(), 'unet-gone-')) },
    0,
  );
  readonly #kernels: Kernel[] = [];
  readonly #links: UnetLink[] = [];

  async kernel(): Promise<Kernel> {
    await startServer(this.dir);
    const kernel = await openKernel({ kernel: `unix:${this.dir.socket}`, start: false });
    this.#kernels.push(kernel);
    return kernel;
  }

  /** Makes a link and opens it as its holder. */
  async held(name: string): Promise<UnetLink> {
    const kernel = await this.kernel();
    const control = new Control(kernel);
    control.create(name);
    control.close();
    const link = await openUnet(name, { kernel });
    this.#links.push(link);
    return link;
  }

  async end(): Promise<void> {
    for (const link of this.#links) link.close();
    for (const kernel of this.#kernels) kernel.dispose();
    await stopServer(this.dir);
    rmSync(this.dir.path, { recursive: true });
  }
}

/** How something that must fail failed, in one line. */
async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'it did not fail';
  } catch (error) {
    if (!isSysError(error)) throw error;
    return [error.name, error.message].join(' ');
  }
}

function iterationOf<T>(frames: AsyncIterable<T>): AsyncIterator<T> {
  return frames[Symbol.asyncIterator]();
}

const pidOf = (kernel: Kernel): number => kernel.hosted?.sysinfo().pid as number;

const GONE = 'ECONNRESET: the hosted server is gone; open the link again, wait';

describe('a wait for a hosted server', () => {
  let server: OwnServer;
  beforeEach(() => {
    server = new OwnServer();
  });
  afterEach(() => server.end());

  it.each<[string, (kernel: Kernel) => void]>([
    ['is killed', (kernel) => process.kill(pidOf(kernel), 'SIGKILL')],
    ['is terminated', (kernel) => process.kill(pidOf(kernel), 'SIGTERM')],
    ['is shut down', (kernel) => kernel.hosted?.shutdown()],
  ])('ends with ECONNRESET when it %s', async (_how, end) => {
    const link = await server.held('vpn0');
    const other = await server.held('vpn1');
    const batches = iterationOf(link.batches());
    const frames = iterationOf(other.frames());
    const failures = [
      link.ready({ readable: true }),
      link.ready({ readable: true, priority: true }),
      batches.next(),
      frames.next(),
    ].map(failure);
    end(await server.kernel());
    expect(await Promise.all(failures)).toEqual([
      `UnetError ${GONE} vpn0`,
      `UnetError ${GONE} vpn0`,
      `UnetError ${GONE} vpn0`,
      `UnetError ${GONE} vpn1`,
    ]);
    expect(await failure(link.ready({ readable: true }))).toBe(`UnetError ${GONE} vpn0`);
    expect(await batches.next()).toEqual({ done: true, value: undefined });
    link.close();
    expect(await failure(link.ready({ readable: true }))).toMatch(/EBADF/);
  });

  it('ends every way to wait and to ask, and a link can be opened again', async () => {
    const link = await server.held('vpn0');
    const heard: unknown[] = [];
    const listener = (error: unknown): void => void heard.push(error);
    link.on('error', listener);
    const waits = [
      iterationOf(link.events()).next(),
      iterationOf(link.events({ resync: true }))
        .next()
        .then(() => 'told before'),
      link.ready({ priority: true }),
    ].map(failure);
    await new Promise((turn) => setImmediate(turn));
    process.kill(pidOf(await server.kernel()), 'SIGKILL');
    expect(await Promise.all(waits)).toEqual([
      `UnetError ${GONE} vpn0`,
      'it did not fail',
      `UnetError ${GONE} vpn0`,
    ]);
    expect(heard).toMatchObject([{ name: 'UnetError', code: 'ECONNRESET', link: 'vpn0' }]);
    const batch = new FrameBatch({ frames: 1, frameSize: 100 });
    batch.push(Buffer.alloc(60));
    const calls: (() => unknown)[] = [
      () => link.readFrame(Buffer.alloc(60)),
      () => link.writeFrame(Buffer.alloc(60)),
      () => link.readBatch(batch),
      () => link.writeBatch(batch),
      () => link.createBatch(),
      () => link.info(),
      () => link.getProps(),
      () => link.setProps({ linger: 0 }),
      () => link.write(Buffer.alloc(60)),
      () => link.write([Buffer.alloc(60), Buffer.alloc(60)]),
      () => link.writeAll(batch),
      () => link.stats(),
      () => iterationOf(link.events()).next(),
      () => iterationOf(link.frames()).next(),
    ];
    for (const call of calls) {
      // Some of these throw at once, which is the same to whoever awaits them.
      expect(await failure((async () => call())()), String(call)).toMatch(
        /^UnetError ECONNRESET: the hosted server is gone; open the link again, \w+ vpn0$/,
      );
      batch.reset();
      batch.push(Buffer.alloc(60));
    }
    expect(() => link.close()).not.toThrow();
    const again = await server.held('vpn0');
    expect(again.writeFrame(Buffer.alloc(60, 0xff))).toBe(true);
    expect(again.info().holder).toBe(process.pid);
  });

  it('of a file without a library ends with a SysError', async () => {
    const kernel = await server.kernel();
    const port = kernel.open('/dev/bus/here', { access: 'readwrite' });
    const wait = failure(kernel.readiness(port).wait({ readable: true }));
    process.kill(pidOf(kernel), 'SIGKILL');
    expect(await wait).toBe('SysError ECONNRESET: the hosted server is gone, wait');
  });

  it('that had begun is over when the next server is up, and new links work', async () => {
    const link = await server.held('vpn0');
    const wait = failure(link.ready({ readable: true }));
    const kernel = await server.kernel();
    process.kill(pidOf(kernel), 'SIGKILL');
    expect(await wait).toBe(`UnetError ${GONE} vpn0`);
    const again = await server.held('vpn0');
    expect((await again.ready({ writable: true })).writable).toBe(true);
    const controller = new AbortController();
    const waiting = again.ready({ readable: true }, { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('goes on when another server ends', async () => {
    const kernel = await server.kernel();
    const port = kernel.open('/dev/bus/here', { access: 'readwrite' });
    const sender = kernel.open('/dev/bus/here', { access: 'readwrite' });
    const wait = kernel.readiness(port).wait({ readable: true });
    const other = new OwnServer();
    const lost = failure((await other.held('vpn0')).ready({ readable: true }));
    process.kill(pidOf(await other.kernel()), 'SIGKILL');
    expect(await lost).toBe(`UnetError ${GONE} vpn0`);
    await other.end();
    kernel.write(sender, Buffer.alloc(60));
    expect((await wait).readable).toBe(true);
  });

  it('keeps a process alive, but not once it is over', async () => {
    const kernel = await server.kernel();
    const port = kernel.open('/dev/bus/here', { access: 'readwrite' });
    // As it is built, in a process that closes nothing and ends when it has nothing left to do.
    const code = `
      const { openKernel } = require('libsys');
      openKernel({ kernel: 'unix:${server.dir.socket}' }).then(async (kernel) => {
        const port = kernel.open('/dev/bus/here', { access: 'readwrite' });
        const wait = kernel.readiness(port).wait({ readable: true });
        console.log('waits');
        console.log((await wait).readable);
      });`;
    const child = spawn(process.execPath, ['-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    let said = '';
    for await (const text of child.stdout.setEncoding('utf8')) {
      if (said === '') setTimeout(() => kernel.write(port, Buffer.alloc(60)), 100);
      said += text;
    }
    expect(await ended).toBe(0);
    expect(said).toBe('waits\ntrue\n');
  });
});
