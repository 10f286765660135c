import { arch, machine, release, type as systemType, version } from 'node:os';
import type { CaptureSink } from './capture-sink.ts';
import {
  type InterfaceStatistics,
  interfaceDescription,
  interfaceStatistics,
  sectionHeader,
} from './pcapng.ts';
import { PacketBlocks, type PacketNote } from './pcapng-packets.ts';

/** How far a capture has come. */
export interface CaptureProgress {
  /** Packets handed to the target. */
  readonly packets: bigint;
  /** Packets left out, because the target was behind or had failed. */
  readonly leftOut: bigint;
  /** Bytes handed to the target that it does not have yet. */
  readonly pendingBytes: number;
}

/** What a {@link Capture} is made with. */
export interface CaptureInit {
  readonly link: string;
  readonly mac: string;
  readonly application: string;
  readonly comment: string | undefined;
  readonly snapLength: number;
  readonly bufferBytes: number;
  readonly atClose: 'end' | 'keep';
  /** Nanoseconds since 1970. */
  readonly now: () => bigint;
}

/** One section of a pcapng file on its way to a target that may be slower than the packets come. */
export class Capture {
  /** Resolves when the target has everything; rejects with what it failed with. */
  readonly finished: Promise<void>;
  readonly #sink: CaptureSink;
  readonly #init: CaptureInit;
  readonly #start: bigint;
  #state: 'open' | 'failed' | 'ended' = 'open';
  /** Whether it is known that the target does not have everything. */
  #incomplete = false;
  #pending = 0;
  #packets = 0n;
  #leftOut = 0n;
  /** Of these, what no packet has told of yet. */
  #untold = 0n;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(sink: CaptureSink, init: CaptureInit) {
    this.#sink = sink;
    this.#init = init;
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever does not look has been warned; a capture is no reason for the program to end.
    this.finished.catch(() => undefined);
    this.#start = init.now();
    sink.watch((error) => this.#fail(error));
    this.#send(this.#head());
  }

  get progress(): CaptureProgress {
    return {
      packets: this.#packets,
      leftOut: this.#leftOut,
      pendingBytes: this.#pending,
    };
  }

  /** Records packets, borrowed, that were seen just now; those that the target has no room for are left out. */
  record(packets: Iterable<Uint8Array>, note: PacketNote): void {
    const blocks = new PacketBlocks(this.#init.now(), this.#init.snapLength);
    let added = 0n;
    for (const packet of packets) {
      if (!this.#hasRoom(blocks, packet)) {
        this.#leftOut++;
        this.#untold++;
        continue;
      }
      blocks.add(packet, this.#untold === 0n ? note : { ...note, lost: this.#untold });
      this.#untold = 0n;
      added++;
    }
    if (added === 0n) return;
    this.#packets += added;
    this.#send(blocks.bytes());
  }

  /** Writes what was counted so far. */
  statistics(counted: Pick<InterfaceStatistics, 'received' | 'dropped' | 'comment'>): void {
    if (this.#state !== 'open') return;
    this.#send(
      interfaceStatistics({
        ...counted,
        time: this.#init.now(),
        start: this.#start,
        leftOut: this.#leftOut,
        delivered: this.#packets,
      }),
    );
  }

  /** Ends the capture; what is under way still reaches the target. A second call does nothing. */
  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    if (this.#init.atClose === 'end') {
      this.#sink.end((error) => (error == null ? this.#resolve() : this.#lose(error)));
    } else this.#release();
  }

  /** One packet always has room, however long, when nothing else is under way. */
  #hasRoom(blocks: PacketBlocks, packet: Uint8Array): boolean {
    if (this.#state !== 'open') return false;
    const used = this.#pending + blocks.length;
    return used === 0 || used + blocks.lengthOf(packet) <= this.#init.bufferBytes;
  }

  #send(piece: Buffer): void {
    if (this.#state !== 'open') return;
    const { length } = piece;
    this.#pending += length;
    this.#sink.write(piece, (error) => {
      this.#pending -= length;
      if (error != null) this.#fail(error);
      else if (this.#state === 'ended') this.#release();
    });
  }

  /** With a target that is kept: lets it go once it has everything. */
  #release(): void {
    if (this.#init.atClose === 'end' || this.#pending > 0) return;
    this.#sink.release();
    this.#resolve();
  }

  #fail(error: unknown): void {
    if (this.#state === 'open') this.#state = 'failed';
    this.#lose(error);
  }

  #lose(error: unknown): void {
    if (this.#incomplete) return;
    this.#incomplete = true;
    const why = error instanceof Error ? error.message : String(error);
    process.emitWarning(`capture of ${this.#init.link} is incomplete: ${why}`, {
      type: 'UnetWarning',
      code: 'UNET_CAPTURE_FAILED',
    });
    this.#reject(error);
  }

  #head(): Buffer {
    const { link, mac, application, comment, snapLength } = this.#init;
    const os = `${systemType()} ${release()} ${version()}`;
    return Buffer.concat([
      sectionHeader({ hardware: `${machine()} (${arch()})`, os, application, comment }),
      interfaceDescription({
        name: link,
        description: 'unet link, as its holder sees it: in is what the IP stack sent',
        os,
        mac: Uint8Array.from(mac.split(':'), (part) => Number.parseInt(part, 16)),
        snapLength,
      }),
    ]);
  }
}
