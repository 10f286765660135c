import type { FrameBatch } from 'libframeio';
import type { Ready, Wanted } from 'libsys';
import type { BatchOptions, FrameLink, ReadOptions, WaitOptions } from './frame-link.ts';
import { FrameWriter } from './frame-writer.ts';
import { LinkIteration } from './link-iteration.ts';
import type { LinkName } from './link-name.ts';
import { UnetError } from './unet-error.ts';
import type { WritableBatch } from './writable-batch.ts';

/** What all links do alike: iterating and waiting, made of `readBatch`, `writeBatch` and `ready`. */
export abstract class LinkBase
  implements Pick<FrameLink, 'batches' | 'frames' | 'write' | 'writeAll'>
{
  abstract readonly name: LinkName;
  abstract readonly closed: boolean;
  readonly #iteration: LinkIteration = new LinkIteration(this);
  readonly #writer: FrameWriter = new FrameWriter(this);

  abstract createBatch(options?: BatchOptions): FrameBatch;
  abstract readBatch(batch: FrameBatch): number;
  abstract writeBatch(batch: WritableBatch, from?: number): number;
  abstract ready(wanted: Wanted, options?: WaitOptions): Promise<Ready>;

  batches(options?: ReadOptions): AsyncIterable<FrameBatch> {
    return this.#iteration.batches(options);
  }

  frames(options?: ReadOptions): AsyncIterable<Buffer> {
    return this.#iteration.frames(options);
  }

  async writeAll(batch: WritableBatch, options: WaitOptions = {}): Promise<void> {
    this.#mustBeOpen();
    await this.#writer.writeAll(batch, options);
  }

  async write(
    frames: Uint8Array | readonly Uint8Array[],
    options: WaitOptions = {},
  ): Promise<void> {
    this.#mustBeOpen();
    await this.#writer.write(frames, options);
  }

  #mustBeOpen(): void {
    if (!this.closed) return;
    const text = 'link is closed';
    throw new UnetError({ code: 'EBADF', syscall: 'ioctl', op: 'write', link: this.name, text });
  }
}
