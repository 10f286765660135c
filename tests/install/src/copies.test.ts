import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { publishedPackages } from './workspace.ts';

type Sys = typeof import('libsys');
type Frameio = typeof import('libframeio');
type Unet = typeof import('libunet');
type Dladm = typeof import('libdladm-ts');

const application = createRequire(join(inject('application'), 'index.cjs'));

/** The ES modules of a package and its CommonJS: two copies in this process. */
async function both<T extends object>(name: string): Promise<{ esm: T; cjs: T }> {
  const cjs = application(name) as T;
  const file = application.resolve(name).replace(/\.cjs$/, '.js');
  return { esm: (await import(pathToFileURL(file).href)) as T, cjs };
}

const libraries = publishedPackages()
  .filter(({ manifest }) => manifest.bin === undefined)
  .map(({ manifest }) => manifest);
// Whoever runs a command line takes its errors from the same copy: libofmt has nothing below it.
const sharing = libraries.filter(({ name }) => name !== 'libofmt');

const isClass = (value: unknown): value is { prototype: object } =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));

describe('ES modules and CommonJS in one process', () => {
  it.each(libraries)('export the same: $name', async ({ name }) => {
    const { esm, cjs } = await both(name);
    expect(Object.keys(esm).sort()).toEqual(Object.keys(cjs).sort());
    expect(Object.keys(esm).length).toBeGreaterThan(0);
  });

  it.each(sharing)('take instances of each other for their own: $name', async ({ name }) => {
    const { esm, cjs } = await both<Record<string, unknown>>(name);
    for (const [key, one] of Object.entries(esm)) {
      if (!isClass(one)) continue;
      const other = cjs[key] as typeof one;
      expect(one, `${key} of two copies`).not.toBe(other);
      for (const [maker, knower] of [
        [one, other],
        [other, one],
      ] as const) {
        const made: unknown = Object.create(maker.prototype);
        expect(
          made instanceof (knower as unknown as new () => object),
          `${name}.${key} calls shareClass`,
        ).toBe(true);
      }
    }
  });

  it('share a kernel, a link, batches and errors', async () => {
    const sys = await both<Sys>('libsys');
    const frameio = await both<Frameio>('libframeio');
    const unet = await both<Unet>('libunet');
    const dladm = await both<Dladm>('libdladm-ts');

    const kernels = {
      esm: await sys.esm.openKernel({ kernel: 'inproc' }),
      cjs: await sys.cjs.openKernel({ kernel: 'inproc' }),
    };
    const admin = await dladm.cjs.openDladm({ kernel: kernels.cjs, root: inject('application') });
    await admin.create('vpn0', { lifetime: 'temporary', stack: 'bus:lan' });
    const port = kernels.cjs.open('/dev/bus/lan', { access: 'readwrite', nonblock: true });

    const link = await unet.esm.openUnet('vpn0', { kernel: kernels.esm });
    const frame = Buffer.alloc(60, 0xff);
    const batch = new frameio.cjs.FrameBatch({ frames: 2, frameSize: 1518 });
    batch.push(frame);
    expect(link.writeBatch(batch as never)).toBe(1);
    await kernels.cjs.readiness(port).wait({ readable: true });
    expect(kernels.cjs.read(port, Buffer.alloc(100))).toBe(60);
    kernels.cjs.write(port, frame);
    await link.ready({ readable: true });
    expect(link.readBatch(batch as never)).toBe(1);
    expect(Buffer.compare(batch.frame(0), frame)).toBe(0);

    const busy = await unet.cjs
      .openUnet('vpn0', { kernel: kernels.cjs })
      .catch((error: unknown) => error);
    expect(busy).toBeInstanceOf(unet.esm.UnetError);
    expect(unet.esm.isUnetError(busy, 'EBUSY')).toBe(true);
    expect(sys.esm.isSysError(busy, 'EBUSY')).toBe(true);
    expect(busy).toMatchObject({ holder: process.pid });
    const gone = await dladm.cjs
      .openDladm({ kernel: kernels.esm, root: inject('application') })
      .then((other) => other.destroy('vpn1'))
      .catch((error: unknown) => error);
    expect(gone).toBeInstanceOf(dladm.esm.DladmError);
    const aborted = await link
      .ready({ readable: true }, { signal: AbortSignal.abort('enough') })
      .catch((error: unknown) => error);
    expect(aborted).toBeInstanceOf(sys.cjs.AbortError);

    link.close();
    await admin.destroy('vpn0');
    admin.close();
    expect(kernels.esm.hosted?.usage().links).toBe(0n);
    kernels.esm.dispose();
    kernels.cjs.dispose();
  });
});
