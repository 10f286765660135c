import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Kernel } from 'libsys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDladm } from './choose.ts';
import type { Dladm } from './dladm.ts';
import type { NewLink } from './many-links.ts';
import { Stage } from './stage.fixture.ts';

let stage: Stage;
let dladm: Dladm;
beforeEach(async () => {
  stage = await Stage.open();
  dladm = stage.dladm;
});
afterEach(() => stage.close());

const links = (count: number, of: Partial<NewLink> = {}): NewLink[] =>
  Array.from({ length: count }, (_, i) => ({ name: `vpn${i}`, stack: 'none', ...of }));
const listed = (): Promise<string[]> => stage.list();
const recorded = (): string[] =>
  stage
    .record()
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [line.split('\t')[0] as string]))
    .sort();

describe('createMany', () => {
  it('makes links as create does, each as it was asked for', async () => {
    const results = await dladm.createMany([
      { name: 'vpn0', mtu: 9000, stack: 'none' },
      { name: 'vpn1', lifetime: 'temporary', stack: 'bus:lan' },
    ]);
    expect(results).toMatchObject([
      { name: 'vpn0', info: { name: 'vpn0', mtu: 9000, lifetime: 'persistent' } },
      { name: 'vpn1', info: { name: 'vpn1', mtu: 1500, lifetime: 'temporary' } },
    ]);
    expect(recorded()).toEqual(['vpn0']);
    expect(await listed()).toEqual(['vpn0', 'vpn1']);
  });

  it('makes those that can be made, and says of the others why not', async () => {
    await dladm.create('vpn1', { stack: 'none' });
    mkdirSync(dirname(stage.file), { recursive: true });
    writeFileSync(stage.file, `${stage.record()}sim0\tclass=int,32;\n`);
    const results = await dladm.createMany([
      ...links(3),
      { name: 'sim0' },
      { name: 'bad-name' },
      { name: 'vpn0' },
      { name: 'small0', mtu: 1 },
      { name: 'vpn7', rxbuf: 64, stack: 'none' },
    ]);
    expect(results.map(({ name, error }) => [name, (error as { code?: string })?.code])).toEqual([
      ['vpn0', undefined],
      ['vpn1', 'EEXIST'],
      ['vpn2', undefined],
      ['sim0', 'EEXIST'],
      ['bad-name', 'EINVAL'],
      ['vpn0', 'EEXIST'],
      ['small0', 'ERANGE'],
      // It is the driver that refuses this one, when the others are prepared.
      ['vpn7', 'ERANGE'],
    ]);
    expect(await listed()).toEqual(['vpn0', 'vpn1', 'vpn2']);
    expect(recorded()).toEqual(['sim0', 'vpn0', 'vpn1', 'vpn2']);
  });

  it('makes none when they cannot be recorded, and none when it is given up', async () => {
    await dladm.create('old0', { stack: 'none' });
    const before = stage.everything();
    mkdirSync(`${stage.file}.unet-new`);
    await expect(dladm.createMany(links(3))).rejects.toMatchObject({ code: 'EISDIR' });
    rmSync(`${stage.file}.unet-new`, { recursive: true });
    expect(stage.everything()).toEqual(before);
    const signal = AbortSignal.abort();
    await expect(dladm.createMany(links(3), { signal })).rejects.toMatchObject({
      code: 'ABORT_ERR',
    });
    expect(stage.everything()).toEqual(before);
  });

  it('takes a misuse for a misuse', async () => {
    const odd = { name: 'vpn1', mtu: 'large' } as unknown as NewLink;
    await expect(dladm.createMany([{ name: 'vpn0' }, odd])).rejects.toThrow(TypeError);
    await expect(dladm.createMany([], { force: true } as object)).rejects.toThrow(TypeError);
    expect(await listed()).toEqual([]);
  });
});

describe('destroyMany', () => {
  it('destroys those that can be destroyed; the others stay as they are', async () => {
    await dladm.createMany([...links(4), { name: 'tmp0', lifetime: 'temporary', stack: 'none' }]);
    const fd = stage.kernel.open('/dev/unet/vpn1', { access: 'readwrite' });
    const line = stage.record().split('\n')[1];
    const results = await dladm.destroyMany(['vpn0', 'vpn1', 'tmp0', 'none0', 'vpn2', 'vpn0']);
    stage.kernel.close(fd);
    expect(results.map(({ name, error }) => [name, (error as { code?: string })?.code])).toEqual([
      ['vpn0', undefined],
      ['vpn1', 'EBUSY'],
      ['tmp0', undefined],
      ['none0', 'ENOENT'],
      ['vpn2', undefined],
      ['vpn0', 'ENOENT'],
    ]);
    expect(await listed()).toEqual(['vpn1', 'vpn3']);
    expect(recorded()).toEqual(['vpn1', 'vpn3']);
    expect(stage.record()).toContain(`${line}\n`);
  });

  it('destroys none when the records cannot be written', async () => {
    await dladm.createMany(links(3));
    const before = stage.everything();
    mkdirSync(`${stage.file}.unet-new`);
    await expect(dladm.destroyMany(['vpn0', 'vpn1'])).rejects.toMatchObject({ code: 'EISDIR' });
    rmSync(`${stage.file}.unet-new`, { recursive: true });
    expect(stage.everything()).toEqual(before);
  });
});

/** Calls of the kernel, and bytes that this process reads and writes. */
interface Work {
  readonly requests: number;
  readonly read: number;
  readonly written: number;
}

describe('the work for many links', () => {
  const MANY = 400;
  let requests = 0;

  /** Everything that a kernel does, counted. */
  const counting = (kernel: Kernel): Kernel =>
    new Proxy(kernel, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value !== 'function'
          ? value
          : (...args: unknown[]): unknown => {
              requests += 1;
              return value.apply(target, args);
            };
      },
    });
  const io = (): { read: number; written: number } => {
    const text = readFileSync('/proc/self/io', 'latin1');
    const of = (name: string): number => Number(new RegExp(`${name}: (\\d+)`).exec(text)?.[1]);
    return { read: of('rchar'), written: of('wchar') };
  };
  const work = async (does: () => Promise<unknown>): Promise<Work> => {
    requests = 0;
    const before = io();
    await does();
    const after = io();
    return { requests, read: after.read - before.read, written: after.written - before.written };
  };
  const drain = async (of: Dladm): Promise<number> => {
    let links = 0;
    for await (const _ of of.list()) links += 1;
    return links;
  };

  it('is a few requests for each and reads and writes the records once', async ({ skip }) => {
    if (process.platform !== 'linux') skip('only Linux counts what a process reads');
    const counted = await openDladm({ kernel: counting(stage.kernel), root: stage.root });
    const made = await work(() => counted.createMany(links(MANY)));
    const size = stage.record().length;
    expect(size).toBeGreaterThan(MANY * 50);
    const slack = 8192;
    expect(made.requests).toBeLessThan(6 * MANY + 20);
    expect(made.written).toBeLessThan(size + slack);

    const list = await work(async () => expect(await drain(counted)).toBe(MANY));
    expect(list.requests).toBeLessThan(3 * MANY + 20);
    expect(list.read).toBeLessThan(2 * size + slack);

    const text = stage.record();
    const gone = await work(() => counted.destroyMany(links(MANY).map(({ name }) => name)));
    expect(await listed()).toEqual([]);
    expect(gone.requests).toBeLessThan(3 * MANY + 20);
    expect(gone.read).toBeLessThan(3 * size + slack);
    expect(gone.written).toBeLessThan(slack);

    writeFileSync(stage.file, text);
    const up = await work(() => counted.up());
    expect((await listed()).length).toBe(MANY);
    expect(up.requests).toBeLessThan(6 * MANY + 20);
    expect(up.read).toBeLessThan(2 * size + slack);
    expect(up.written).toBeLessThan(slack);
    // One by one, as it is done after each test, it would take long.
    await dladm.destroyMany(await listed());
    counted.close();
  });
});
