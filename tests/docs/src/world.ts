import { type Dladm, openDladm } from 'libdladm-ts';
import { type Fd, type Kernel, openKernel } from 'libsys';
import { UNET_IOC_FRAMEIO_READ, UNET_IOC_FRAMEIO_WRITE } from 'libsys/unet-abi';
import { FrameBatch, openUnet, type UnetLink } from 'libunet';
import type { Directions } from './code-block.ts';
import { give } from './given.ts';

/** What the stack sends: for everybody, from the first link's address, of a type that nobody has. */
const FRAME: Buffer = Buffer.alloc(60);
FRAME.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 8, 0x20, 1, 2, 3, 0x88, 0xb5]);

interface Parts {
  readonly kernel: Kernel;
  readonly dladm: Dladm;
  readonly links: readonly string[];
  readonly link: UnetLink | undefined;
}

/** A kernel in this process, with what a block needs, and the network behind its links. */
export class World {
  readonly #parts: Parts;
  readonly #directions: Directions;
  readonly #end = new AbortController();
  /** A port on the segment of each link. */
  readonly #ports: ReadonlyMap<string, Fd>;
  readonly #sending: NodeJS.Timeout | undefined;

  private constructor(parts: Parts, directions: Directions) {
    const { kernel, links } = parts;
    this.#parts = parts;
    this.#directions = directions;
    this.#ports = new Map(
      links.map((name) => [
        name,
        kernel.open(`/dev/bus/${name}`, { access: 'readwrite', nonblock: true }),
      ]),
    );
    const [first] = this.#ports.values();
    if (directions.framesCome && first !== undefined) {
      this.#sending = setInterval(() => void kernel.tryWrite(first, FRAME), 1);
    }
    this.#give();
  }

  /** @param root an empty folder, for records of links */
  static async make(directions: Directions, root: string): Promise<World> {
    const kernel = await openKernel({ kernel: 'inproc' });
    const dladm = await openDladm({ kernel, root });
    const { given } = directions;
    const links = given.length > 0 && directions.links.length === 0 ? ['vpn0'] : directions.links;
    for (const [i, name] of links.entries()) {
      const mac = `2:8:20:1:2:${3 + i}`;
      await dladm.create(name, { lifetime: 'temporary', stack: `bus:${name}`, mac });
    }
    const holds = given.includes('link') || given.includes('request');
    const link = holds ? await openUnet('vpn0', { kernel }) : undefined;
    return new World({ kernel, dladm, links, link }, directions);
  }

  #give(): void {
    const { kernel, link } = this.#parts;
    const batch = new FrameBatch({ frames: 64, frameSize: 1518 });
    for (let i = 0; i < 3; i++) batch.push(FRAME);
    give({
      kernel,
      link,
      batch,
      signal: this.#end.signal,
      handle: () => undefined,
      request: (command, address) =>
        link === undefined ? -1 : kernel.tryIoctl(link.fd, command, address),
      FRAMEIO_READ: UNET_IOC_FRAMEIO_READ,
      FRAMEIO_WRITE: UNET_IOC_FRAMEIO_WRITE,
    });
  }

  /** Waits for the frame that the directions want to come out of a link's stack end. */
  async answer(): Promise<Buffer> {
    const port = this.#ports.get(this.#directions.answers ?? '');
    if (port === undefined) throw new Error('there is no such link');
    const { kernel } = this.#parts;
    await kernel.readiness(port).wait({ readable: true });
    const memory = Buffer.alloc(2048);
    return memory.subarray(0, kernel.read(port, memory));
  }

  /** Takes the first link away from whoever holds it. */
  async destroy(): Promise<void> {
    await this.#parts.dladm.destroy(this.#parts.links[0] ?? '', { force: true });
  }

  /** Takes everything down; throws if the block has left something. */
  async close(): Promise<void> {
    const { kernel, dladm, links, link } = this.#parts;
    give(undefined);
    this.#end.abort();
    clearInterval(this.#sending);
    link?.close();
    for (const port of this.#ports.values()) kernel.close(port);
    const left: string[] = [];
    for await (const { name } of dladm.list()) {
      if (!links.includes(name)) left.push(name);
      await dladm.destroy(name);
    }
    dladm.close();
    kernel.dispose();
    if (left.length > 0) throw new Error(`it has left ${left.join(', ')} behind`);
  }
}
