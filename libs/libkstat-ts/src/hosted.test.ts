import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dladm, openDladm } from 'libdladm-ts';
import { type Kernel, openKernel } from 'libsys';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openKstat } from './choose.ts';
import type { Kstat, KstatReader } from './kstat.ts';

/** More than one request reads, and no multiple of that. */
const LINKS = 130;

describe('the statistics of a hosted kernel', () => {
  const root = mkdtempSync(join(tmpdir(), 'unet-kstat-'));
  let kernel: Kernel;
  let dladm: Dladm;
  let kstats: KstatReader;

  const make = (name: string) => dladm.create(name, { lifetime: 'temporary', stack: 'none' });
  const links = () => kstats.list({ module: 'unet', class: 'net' }).filter(isLink);
  const isLink = ({ name }: { name: string }): boolean => name !== 'mac';

  beforeAll(async () => {
    kernel = await openKernel({ kernel: 'inproc' });
    dladm = await openDladm({ kernel, root });
    for (let i = 0; i < LINKS; i++) await make(`many${i}`);
    kstats = await openKstat({ kernel });
  });

  afterAll(async () => {
    kstats.close();
    for (let i = 0; i < LINKS; i++) await dladm.destroy(`many${i}`);
    dladm.close();
    kernel.dispose();
    rmSync(root, { recursive: true });
  });

  it('are read many at a time, and the list is asked for when it changes', () => {
    links();
    const ioctl = vi.spyOn(kernel, 'ioctl');
    const read = kstats.readAll(links());
    // One for the number of the list; 64 kstats with each of the others.
    expect(ioctl).toHaveBeenCalledTimes(1 + Math.ceil(LINKS / 64));
    ioctl.mockRestore();
    expect(read.map((one) => one?.data.get('linkname'))).toEqual(
      Array.from({ length: LINKS }, (_, i) => `many${i}`),
    );
  });

  it('are the same whether read one by one or together', () => {
    const [first, ...rest] = links();
    const one = first && kstats.read(first);
    const [together] = kstats.readAll(first === undefined ? [] : [first, ...rest]);
    expect(together?.data).toEqual(one?.data);
    expect(together?.crtime).toBe(first?.crtime);
    expect(together?.snaptime).toBeGreaterThan(one?.snaptime ?? 0n);
  });

  it('of a link that went away are not there, and of a new one are', async () => {
    await make('away0');
    const before = links();
    await dladm.destroy('away0');
    await make('new0');
    const gone = before.findIndex(({ name }) => name === 'away0');
    const read = kstats.readAll(before);
    expect(read.flatMap((one, i) => (one === undefined ? i : []))).toEqual([gone]);
    expect(() => kstats.read(before[gone] as Kstat)).toThrow('ENXIO');
    const names = links().map(({ name }) => name);
    expect(names).toContain('new0');
    expect(names).not.toContain('away0');
    await dladm.destroy('new0');
  });
});
