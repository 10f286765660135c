import { arch, machine, release, type as systemType, version } from 'node:os';
import { shareClass } from 'libsys';
import type { CaptureBatch } from './capture-batch.ts';
import { checkOptions } from './check-arguments.ts';
import type { LinkCapture } from './link-capture.ts';
import { interfaceDescription, interfaceStatistics, sectionHeader } from './pcapng.ts';
import { PacketBlocks, type PacketNote } from './pcapng-packets.ts';

/** How a {@link CaptureFile} says where it is from. */
export interface CaptureFileOptions {
  /** The name of the program; `libunet` by default. */
  readonly application?: string | undefined;
  /** A comment on the whole file. */
  readonly comment?: string | undefined;
}

/**
 * Captures of links as a pcapng section, each link an interface: {@link head}, then any number of
 * {@link packets}, then {@link end}. Frames the holder reads are inbound, for they are what the IP
 * stack sent, frames it writes are outbound; a frame that was lost has the reason as its comment.
 * Each piece is memory of its own.
 */
export class CaptureFile {
  static {
    shareClass(CaptureFile, 'libunet.CaptureFile');
  }

  readonly #captures: readonly LinkCapture[];
  readonly #options: CaptureFileOptions;
  readonly #delivered: bigint[];
  readonly #start: bigint = now();
  /** The notes of packets that nothing was lost before: few, and shared. */
  readonly #notes = new Map<string, PacketNote>();

  /** @param captures borrowed */
  constructor(captures: readonly LinkCapture[], options: CaptureFileOptions = {}) {
    checkOptions('CaptureFile', options, ['application', 'comment']);
    this.#captures = captures;
    this.#options = options;
    this.#delivered = captures.map(() => 0n);
  }

  /** How the section begins. */
  head(): Buffer {
    const { application = 'libunet', comment } = this.#options;
    const os = `${systemType()} ${release()} ${version()}`;
    return Buffer.concat([
      sectionHeader({ hardware: `${machine()} (${arch()})`, os, application, comment }),
      ...this.#captures.map(({ name, snapLength }) =>
        interfaceDescription({
          name,
          description: 'unet link, as its holder sees it: in is what the IP stack sent',
          os,
          snapLength,
        }),
      ),
    ]);
  }

  /**
   * The frames of a batch of `capture`, those that `wanted` says.
   *
   * @throws {RangeError} the capture is not of this file
   */
  packets(
    capture: LinkCapture,
    batch: CaptureBatch,
    wanted: (i: number) => boolean = () => true,
  ): Buffer {
    const port = this.#captures.indexOf(capture);
    if (port < 0) throw new RangeError(`the capture of ${capture.name} is not of this file`);
    const blocks = new PacketBlocks(0n, 0);
    for (let i = 0; i < batch.count; i++) {
      if (!wanted(i)) continue;
      this.#delivered[port] = (this.#delivered[port] ?? 0n) + 1n;
      const seen = { time: batch.time(i), length: batch.length(i) };
      blocks.add(batch.frame(i), this.#noteOf(port, batch, i), seen);
    }
    return blocks.bytes();
  }

  /** How the section ends: what was captured, and what there was no room for. */
  end(): Buffer {
    return Buffer.concat(
      this.#captures.map(({ captured, lost }, port) =>
        interfaceStatistics({
          port,
          time: now(),
          start: this.#start,
          received: captured + lost,
          leftOut: lost,
          delivered: this.#delivered[port] ?? 0n,
        }),
      ),
    );
  }

  #noteOf(port: number, batch: CaptureBatch, i: number): PacketNote {
    const direction = batch.direction(i) === 'read' ? 'in' : 'out';
    const drop = batch.drop(i);
    const key = `${port} ${direction} ${drop?.number ?? 0}`;
    let note = this.#notes.get(key);
    if (note === undefined) {
      const comment = drop === undefined ? undefined : `dropped: ${drop.name} (${drop.text})`;
      note = { port, direction, comment };
      this.#notes.set(key, note);
    }
    const lost = batch.lostBefore(i);
    return lost === 0n ? note : { ...note, lost };
  }
}

const now = (): bigint => BigInt(Date.now()) * 1_000_000n;
