import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kernel, openKernel, runtimeDirOf, startServer, stopServer } from 'libsys';
import { openUnet, type UnetLink } from 'libunet';
import { afterAll, it as base, beforeAll, expect, type TestAPI } from 'vitest';
import { BusPort } from './bus-port.ts';
import { Control, type NewLink } from './control.ts';

/** The way to a kernel that this run goes: a project of `vitest.config.ts`. */
const way = process.env['UNET_CONTRACT'] ?? 'inproc';

let runtimeDir: string | undefined;

beforeAll(async () => {
  if (way !== 'server') return;
  runtimeDir = mkdtempSync(join(tmpdir(), 'unet-contract-'));
  await startServer(runtimeDirOf({ UNET_RUNTIME_DIR: runtimeDir }, 0));
});

afterAll(async () => {
  if (runtimeDir === undefined) return;
  const { log } = runtimeDirOf({ UNET_RUNTIME_DIR: runtimeDir }, 0);
  await stopServer(runtimeDirOf({ UNET_RUNTIME_DIR: runtimeDir }, 0));
  const said = readFileSync(log, 'utf8');
  rmSync(runtimeDir, { recursive: true });
  expect(said, 'the halt found nothing leaked').toMatch(/: halted\n$/);
});

/** The way of this run, as UNET_KERNEL says it: another process in this way has a kernel of its own. */
export function kernelName(): string {
  return way === 'server' && runtimeDir !== undefined
    ? `unix:${runtimeDirOf({ UNET_RUNTIME_DIR: runtimeDir }, 0).socket}`
    : way;
}

/** A further way into the kernel of this run, as another program would have it. */
export function anotherKernel(): Promise<Kernel> {
  return openKernel({ kernel: kernelName() });
}

/** A kernel for one test, and what a test does with it. Everything is taken down at its end. */
export class World {
  readonly way: string = way;
  readonly kernel: Kernel;
  readonly control: Control;
  readonly #opened: { close(): void }[] = [];

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.control = new Control(kernel);
  }

  /** Makes a link, with `bus` for its stack end unless the test wants none. */
  create(name: string, link: NewLink & { readonly stack?: 'bus' | 'none' } = {}): number {
    const { stack = 'bus', ...rest } = link;
    const { linkid } = this.control.create(name, rest);
    if (stack === 'bus') this.hosted.plumb(linkid, { kind: 'bus', bus: name });
    return linkid;
  }

  /** Opens a link as its holder. */
  async open(name: string): Promise<UnetLink> {
    const link = await openUnet(name, { kernel: this.kernel });
    this.#opened.push(link);
    return link;
  }

  /** A port on the segment of a link: the network behind its IP stack's end. */
  port(name: string): BusPort {
    const port = new BusPort(this.kernel, name);
    this.#opened.push(port);
    return port;
  }

  get hosted(): NonNullable<Kernel['hosted']> {
    const { hosted } = this.kernel;
    if (hosted === undefined) throw new Error('this test needs a hosted kernel');
    return hosted;
  }

  /** Takes everything down and says what is left. */
  end(): { links: bigint; mblks: bigint; files: bigint } {
    for (const one of this.#opened.splice(0).reverse()) one.close();
    for (const { name } of this.control.list()) this.control.destroy(name);
    this.control.close();
    const { links, mblks, files } = this.hosted.usage();
    this.kernel.dispose();
    return { links, mblks, files };
  }
}

/** A test with a kernel of its own, which must be as it was at the end. */
export const it: TestAPI<{ world: World }> = base.extend<{ world: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from this pattern
  world: async ({}, use) => {
    const world = new World(await anotherKernel());
    await use(world);
    // The one file is /dev/hk, which the question itself went through.
    expect(world.end(), 'left in the kernel').toEqual({ links: 0n, mblks: 0n, files: 1n });
  },
});
