/**
 * Blocks of a pcapng file, little-endian. Each function returns memory of its own.
 *
 * @see https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html
 */

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LINKTYPE_ETHERNET = 1;
/** Nanoseconds: the exponent of ten, negated. */
const RESOLUTION = 9;

const COMMENT = 1;
const OPTION_MAX = 0xffff;
/** Type, length and length again. */
const BLOCK_FRAME = 12;
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

/** One option of a block, as it is written. */
interface BlockOption {
  readonly code: number;
  readonly value: Uint8Array;
}

const roundUp = (length: number): number => (length + 3) & ~3;

/** Text as an option; cut where an option can hold no more. Nothing for no text. */
function text(code: number, value: string | undefined): BlockOption[] {
  if (value === undefined) return [];
  const bytes = Buffer.from(value, 'utf8');
  let end = Math.min(bytes.length, OPTION_MAX);
  // A character is not cut in two.
  while (end < bytes.length && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return [{ code, value: bytes.subarray(0, end) }];
}

function u8(code: number, value: number): BlockOption {
  return { code, value: Uint8Array.of(value) };
}

function u32(code: number, value: number): BlockOption {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return { code, value: bytes };
}

function u64(code: number, value: bigint | undefined): BlockOption[] {
  if (value === undefined) return [];
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return [{ code, value: bytes }];
}

/** A time: the high half comes first, whatever the byte order. */
function timestamp(code: number, value: bigint): BlockOption {
  const bytes = Buffer.alloc(8);
  writeTime(bytes, 0, value);
  return { code, value: bytes };
}

function writeTime(memory: Buffer, at: number, time: bigint): void {
  memory.writeUInt32LE(Number(BigInt.asUintN(32, time >> 32n)), at);
  memory.writeUInt32LE(Number(BigInt.asUintN(32, time)), at + 4);
}

function optionsLength(options: readonly BlockOption[]): number {
  if (options.length === 0) return 0;
  return options.reduce((sum, { value }) => sum + 4 + roundUp(value.length), 4);
}

/** Writes the options and their end; returns where they end. `memory` is zero there. */
function writeOptions(memory: Buffer, at: number, options: readonly BlockOption[]): number {
  if (options.length === 0) return at;
  let next = at;
  for (const { code, value } of options) {
    memory.writeUInt16LE(code, next);
    memory.writeUInt16LE(value.length, next + 2);
    memory.set(value, next + 4);
    next += 4 + roundUp(value.length);
  }
  return next + 4;
}

function block(type: number, body: Buffer, options: readonly BlockOption[]): Buffer {
  const length = BLOCK_FRAME + body.length + optionsLength(options);
  const memory = Buffer.alloc(length);
  memory.writeUInt32LE(type, 0);
  memory.writeUInt32LE(length, 4);
  memory.set(body, 8);
  writeOptions(memory, 8 + body.length, options);
  memory.writeUInt32LE(length, length - 4);
  return memory;
}

/** What a section says of where it was made. */
export interface SectionHeader {
  readonly hardware: string;
  readonly os: string;
  /** The program that captured. */
  readonly application: string;
  readonly comment?: string | undefined;
}

/** Starts a section; its length is left open. */
export function sectionHeader(section: SectionHeader): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(BYTE_ORDER_MAGIC, 0);
  body.writeUInt16LE(1, 4);
  body.writeUInt16LE(0, 6);
  body.writeBigInt64LE(-1n, 8);
  return block(SECTION_HEADER, body, [
    ...text(COMMENT, section.comment),
    ...text(2, section.hardware),
    ...text(3, section.os),
    ...text(4, section.application),
  ]);
}

/** An Ethernet interface whose times are in nanoseconds. */
export interface InterfaceDescription {
  readonly name: string;
  readonly description: string;
  readonly os: string;
  /** Six bytes. */
  readonly mac: Uint8Array;
  /** The most bytes of a packet that are kept; 0: all of them. */
  readonly snapLength: number;
}

/** Describes the next interface of the section; the first is number 0. */
export function interfaceDescription(about: InterfaceDescription): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(LINKTYPE_ETHERNET, 0);
  body.writeUInt32LE(about.snapLength, 4);
  return block(INTERFACE_DESCRIPTION, body, [
    ...text(2, about.name),
    ...text(3, about.description),
    { code: 6, value: about.mac },
    u8(9, RESOLUTION),
    ...text(12, about.os),
  ]);
}

/** What a packet block says of its packet besides the bytes. */
export interface PacketNote {
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

/**
 * Enhanced packet blocks of interface 0, one behind the other in one piece of memory: packets that
 * were seen at one time and share a note.
 */
export class PacketBlocks {
  readonly #time: bigint;
  readonly #snapLength: number;
  readonly #packets: { readonly bytes: Uint8Array; readonly options: readonly BlockOption[] }[] =
    [];
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
  add(packet: Uint8Array, note: PacketNote): void {
    if (note !== this.#note) {
      this.#note = note;
      this.#options = packetOptions(note);
      this.#optionsLength = optionsLength(this.#options);
    }
    this.#packets.push({ bytes: packet, options: this.#options });
    this.#length += BLOCK_FRAME + PACKET_HEAD + roundUp(this.#kept(packet)) + this.#optionsLength;
  }

  /** The blocks, in memory of their own. */
  bytes(): Buffer {
    const memory = Buffer.alloc(this.#length);
    let at = 0;
    for (const { bytes, options } of this.#packets) {
      at = this.#write(memory, at, bytes, options);
    }
    return memory;
  }

  #kept(packet: Uint8Array): number {
    const most = this.#snapLength;
    return most === 0 ? packet.length : Math.min(packet.length, most);
  }

  #write(memory: Buffer, at: number, packet: Uint8Array, options: readonly BlockOption[]): number {
    const kept = this.#kept(packet);
    memory.writeUInt32LE(ENHANCED_PACKET, at);
    writeTime(memory, at + 12, this.#time);
    memory.writeUInt32LE(kept, at + 20);
    memory.writeUInt32LE(packet.length, at + 24);
    memory.set(kept === packet.length ? packet : packet.subarray(0, kept), at + 28);
    const end = writeOptions(memory, at + 28 + roundUp(kept), options);
    const length = end + 4 - at;
    memory.writeUInt32LE(length, at + 4);
    memory.writeUInt32LE(length, end);
    return end + 4;
  }
}

/** What was counted since the capture began, for interface 0. Times in nanoseconds since 1970. */
export interface InterfaceStatistics {
  readonly time: bigint;
  readonly start: bigint;
  /** Packets that came to the interface, either way. */
  readonly received?: bigint | undefined;
  /** Packets that the interface dropped. */
  readonly dropped?: bigint | undefined;
  /** Packets that the capture had to leave out. */
  readonly leftOut: bigint;
  /** Packets in the file. */
  readonly delivered: bigint;
  readonly comment?: string | undefined;
}

export function interfaceStatistics(counted: InterfaceStatistics): Buffer {
  const body = Buffer.alloc(12);
  writeTime(body, 4, counted.time);
  return block(INTERFACE_STATISTICS, body, [
    ...text(COMMENT, counted.comment),
    timestamp(2, counted.start),
    timestamp(3, counted.time),
    ...u64(4, counted.received),
    ...u64(5, counted.dropped),
    ...u64(7, counted.leftOut),
    ...u64(8, counted.delivered),
  ]);
}
