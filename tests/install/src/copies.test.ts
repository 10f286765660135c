import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { publishedPackages } from './workspace.ts';

type Sys = typeof import('libsys');
type Frameio = typeof import('libframeio');
type Headers = typeof import('libframeio/headers');
type Unet = typeof import('libunet');
type Dladm = typeof import('libdladm-ts');

const application = createRequire(join(inject('application'), 'index.cjs'));

/** The ES modules of an entry point and its CommonJS: two copies in this process. */
async function both<T extends object>(name: string): Promise<{ esm: T; cjs: T }> {
  const cjs = application(name) as T;
  const file = application.resolve(name).replace(/\.cjs$/, '.js');
  return { esm: (await import(pathToFileURL(file).href)) as T, cjs };
}

/** What can be imported: `libsys`, `libsys/unet-abi` and so on. */
const entries = publishedPackages()
  .filter(({ manifest }) => manifest.bin === undefined)
  .flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {})
      .filter((path) => path !== './package.json')
      .map((path) => ({ name: manifest.name + path.slice(1) })),
  );
// These have nothing below them, libsys neither. Whoever runs a command line takes its errors from
// the same copy of libofmt; of a header view nobody asks whose it is.
const ALONE = ['libofmt', 'libframeio/headers'];
const sharing = entries.filter(({ name }) => !ALONE.includes(name));

const isClass = (value: unknown): value is { prototype: object } =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));

describe('ES modules and CommonJS in one process', () => {
  it.each(entries)('export the same: $name', async ({ name }) => {
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

  it('put a view of one on what a view of the other carries', async () => {
    const { esm, cjs } = await both<Headers>('libframeio/headers');
    for (const [one, other] of [
      [esm, cjs],
      [cjs, esm],
    ] as const) {
      const packet = new Uint8Array(14 + 40 + 8);
      const ethernet = new one.EthernetHeader().make(packet, 0, packet.length);
      ethernet.type = one.ETHERTYPE_IPV6;
      new one.Ipv6Header().make(packet, 14, 48).nextHeader = one.PROTOCOL_ICMPV6;
      const ip = new other.Ipv6Header();
      expect(ip.within(ethernet as never)).toBe(true);
      const icmp = new one.Icmpv6Message();
      expect(icmp.within(ip as never)).toBe(true);
      icmp.updateChecksum(ip as never);
      expect(icmp.isIntact(ip as never)).toBe(true);
      icmp.code = 1;
      expect(icmp.isIntact(ip as never)).toBe(false);
    }
  });

  it.each(ALONE)('load nothing else: %s', (name) => {
    const loaded = execFileSync(
      process.execPath,
      ['-p', 'require(process.argv[1]); Object.keys(require.cache).join()', name],
      { cwd: inject('application'), encoding: 'utf8' },
    );
    expect(loaded.trimEnd()).toBe(application.resolve(name));
  });

  it.each(sharing)('have classes under their own names: $name', async ({ name }) => {
    for (const copy of Object.values(await both<Record<string, unknown>>(name))) {
      for (const [key, one] of Object.entries(copy)) {
        if (isClass(one)) expect((one as unknown as { name: string }).name).toBe(key);
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
