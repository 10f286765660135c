import { type Dladm, openDladm } from 'libdladm-ts';
import type { FrameBatch } from 'libframeio';
import { type Fd, type Kernel, openKernel } from 'libsys';
import { UNET_BUF_MAX } from 'libsys/unet-abi';
import { openUnet, type UnetLink } from 'libunet';
import { FRAME_MAX, type Mover, makeFrame, NO_BATCH, type Op, type Way } from './way.ts';

/**
 * A link of a hosted kernel. Its stack end is a segment with nobody else on it, which is the
 * cheapest stack there is: what is measured is the driver and the libraries. A port of the segment
 * is there only while frames are made that are to be read. The same as c/link.c.
 */
class LinkWay implements Way {
  readonly #made: MadeLink;
  readonly #kernel: Kernel;
  readonly #link: UnetLink;
  readonly #mac: Uint8Array;

  /** @param made taken over */
  constructor(made: MadeLink) {
    this.#made = made;
    this.#kernel = made.kernel;
    this.#link = made.link;
    this.#mac = made.mac;
  }

  fill(bytes: number, frames: number): void {
    const port = openPort(this.#kernel, this.#link.name);
    const frame = makeFrame(bytes, this.#mac);
    for (let i = 0; i < frames; i++) this.#kernel.write(port, frame);
    while (this.#link.info().rxqFrames < frames);
    this.#kernel.close(port);
  }

  mover(op: Op, bytes: number, batch: number): Mover {
    if (batch === NO_BATCH) return op === 'read' ? this.#frameReader() : this.#frameWriter(bytes);
    return op === 'read' ? this.#reader(batch) : this.#writer(bytes, batch);
  }

  async prove(): Promise<void> {
    const port = openPort(this.#kernel, this.#link.name);
    this.#writer(64, 1)(1);
    const got = Buffer.allocUnsafeSlow(FRAME_MAX);
    await this.#kernel
      .readiness(port)
      .wait({ readable: true }, { signal: AbortSignal.timeout(5000) });
    const length = this.#kernel.read(port, got);
    if (!got.subarray(0, length).equals(makeFrame(64, this.#mac))) {
      throw new Error('a frame did not arrive');
    }
    this.#kernel.close(port);
  }

  close(): Promise<void> {
    return unmakeLink(this.#made);
  }

  #reader(frames: number): Mover {
    const batch = this.#link.createBatch({ frames });
    return (wanted) => readFrames(this.#link, batch, wanted);
  }

  #writer(bytes: number, frames: number): Mover {
    const batch = this.#link.createBatch({ frames });
    for (let i = 0; i < frames; i++) batch.push(makeFrame(bytes, this.#mac));
    return (wanted) => writeFrames(this.#link, batch, wanted);
  }

  #frameReader(): Mover {
    const link = this.#link;
    const memory = Buffer.allocUnsafeSlow(FRAME_MAX);
    return (wanted) => {
      let moved = 0;
      for (let done = 0; done < wanted; done++) {
        const length = link.readFrame(memory);
        if (length === 0) throw new Error(`${wanted - done} frames are missing`);
        moved += length;
      }
      return moved;
    };
  }

  #frameWriter(bytes: number): Mover {
    const link = this.#link;
    const frame = makeFrame(bytes, this.#mac);
    return (wanted) => {
      for (let done = 0; done < wanted; done++) {
        if (!link.writeFrame(frame)) throw new Error('the write queue is full');
      }
      return bytes * wanted;
    };
  }
}

// Functions of their own: what a closure has caught is looked up anew for every frame, which is no
// part of moving it. Variables of C are where these have them.

function readFrames(link: UnetLink, batch: FrameBatch, wanted: number): number {
  let moved = 0;
  for (let done = 0; done < wanted; ) {
    const count = link.readBatch(batch);
    if (count === 0) throw new Error(`${wanted - done} frames are missing`);
    for (let i = 0; i < count; i++) moved += batch.length(i);
    done += count;
  }
  return moved;
}

function writeFrames(link: UnetLink, batch: FrameBatch, wanted: number): number {
  let moved = 0;
  for (let done = 0; done < wanted; ) {
    const count = link.writeBatch(batch);
    if (count === 0) throw new Error('the write queue is full');
    for (let i = 0; i < count; i++) moved += batch.length(i);
    done += count;
  }
  return moved;
}

/** A link that was made to be measured, and what made it. */
export interface MadeLink {
  readonly kernel: Kernel;
  readonly dladm: Dladm;
  readonly link: UnetLink;
  readonly mac: Uint8Array;
}

/** Makes a link of the kernel that `where` names, and opens it. */
export async function makeLink(where: string, name: string): Promise<MadeLink> {
  const kernel = await openKernel({ kernel: where });
  const dladm = await openDladm({ kernel });
  const info = await dladm.create(name, {
    lifetime: 'temporary',
    stack: `bus:${name}`,
    rxbuf: UNET_BUF_MAX,
    txbuf: UNET_BUF_MAX,
  });
  const link = await openUnet(name, { kernel });
  const mac = Uint8Array.from(info.mac.split(':'), (part) => Number.parseInt(part, 16));
  return { kernel, dladm, link, mac };
}

/** Takes down what {@link makeLink} made. */
export async function unmakeLink({ kernel, dladm, link }: MadeLink): Promise<void> {
  const { name } = link;
  await link.close();
  await dladm.destroy(name);
  dladm.close();
  kernel.dispose();
}

/** The stack end of a link, where frames for it come from. */
export function openPort(kernel: Kernel, link: string): Fd {
  return kernel.open(`/dev/bus/${link}`, { access: 'readwrite' });
}

export async function openLinkWay(where: string, name: string): Promise<Way> {
  return new LinkWay(await makeLink(where, name));
}
