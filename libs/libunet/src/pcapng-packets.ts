import { BLOCK_FRAME } from './pcapng.ts';
import {
  type BlockOption,
  COMMENT,
  optionsLength,
  roundUp,
  text,
  u32,
  u64,
  writeOptions,
  writeTime,
} from './pcapng-options.ts';

const ENHANCED_PACKET = 6;
/** What a packet block has in front of its packet. */
const PACKET_HEAD = 20;

/** A packet's way as its interface sees it. `none`: it went nowhere. */
export type PacketDirection = 'in' | 'out' | 'none';
const DIRECTION_BITS: Readonly<Record<PacketDirection, number>> = { none: 0, in: 1, out: 2 };
/** What a link layer can find wrong with a packet. */
export type PacketFlaw = 'too long' | 'too short';
const FLAW_BITS: Readonly<Record<PacketFlaw, number>> = {
  'too long': 1 << 25,
  'too short': 1 << 26,
};

/** What a packet block says of its packet besides the bytes. */
export interface PacketNote {
  /** Number of the interface in its section; 0 by default. */
  readonly port?: number | undefined;
  readonly direction: PacketDirection;
  readonly flaw?: PacketFlaw | undefined;
  /** Packets of the interface that were lost since the one before. */
  readonly lost?: bigint | undefined;
  readonly comment?: string | undefined;
}

function packetOptions(note: PacketNote): BlockOption[] {
  const flaw = note.flaw === undefined ? 0 : FLAW_BITS[note.flaw];
  return [
    ...text(COMMENT, note.comment),
    u32(2, DIRECTION_BITS[note.direction] | flaw),
    ...u64(4, note.lost),
  ];
}

/** What was seen of a packet that is not there whole, or was seen at a time of its own. */
export interface PacketSeen {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** The bytes it had. */
  readonly length: number;
}

interface Packet {
  readonly bytes: Uint8Array;
  readonly port: number;
  readonly options: readonly BlockOption[];
  readonly seen: PacketSeen | undefined;
}

/**
 * Enhanced packet blocks, one behind the other in one piece of memory: packets that were seen at one
 * time and share a note, unless it is said what was seen of each.
 */
export class PacketBlocks {
  readonly #time: bigint;
  readonly #snapLength: number;
  readonly #packets: Packet[] = [];
  #length = 0;
  /** The last note, and what became of it: packets of one call share theirs. */
  #note: PacketNote | undefined;
  #options: readonly BlockOption[] = [];
  #optionsLength = 0;

  /**
   * @param time nanoseconds since 1970
   * @param snapLength the most bytes of a packet that are kept; 0: all of them
   */
  constructor(time: bigint, snapLength: number) {
    this.#time = time;
    this.#snapLength = snapLength;
  }

  /** Bytes of all blocks. */
  get length(): number {
    return this.#length;
  }

  /** How long the block of a packet would be without `lost` and `comment`. */
  lengthOf(packet: Uint8Array): number {
    return BLOCK_FRAME + PACKET_HEAD + roundUp(this.#kept(packet)) + 12;
  }

  /** Adds a packet, borrowed until {@link bytes} is called. */
  add(packet: Uint8Array, note: PacketNote, seen?: PacketSeen): void {
    if (note !== this.#note) {
      this.#note = note;
      this.#options = packetOptions(note);
      this.#optionsLength = optionsLength(this.#options);
    }
    const port = note.port ?? 0;
    this.#packets.push({ bytes: packet, port, options: this.#options, seen });
    this.#length += BLOCK_FRAME + PACKET_HEAD + roundUp(this.#kept(packet)) + this.#optionsLength;
  }

  /** The blocks, in memory of their own. */
  bytes(): Buffer {
    const memory = Buffer.alloc(this.#length);
    let at = 0;
    for (const packet of this.#packets) at = this.#write(memory, at, packet);
    return memory;
  }

  #kept(packet: Uint8Array): number {
    const most = this.#snapLength;
    return most === 0 ? packet.length : Math.min(packet.length, most);
  }

  #write(memory: Buffer, at: number, { bytes, port, options, seen }: Packet): number {
    const kept = this.#kept(bytes);
    memory.writeUInt32LE(ENHANCED_PACKET, at);
    memory.writeUInt32LE(port, at + 8);
    writeTime(memory, at + 12, seen?.time ?? this.#time);
    memory.writeUInt32LE(kept, at + 20);
    memory.writeUInt32LE(seen?.length ?? bytes.length, at + 24);
    memory.set(kept === bytes.length ? bytes : bytes.subarray(0, kept), at + 28);
    const end = writeOptions(memory, at + 28 + roundUp(kept), options);
    const length = end + 4 - at;
    memory.writeUInt32LE(length, at + 4);
    memory.writeUInt32LE(length, end);
    return end + 4;
  }
}
