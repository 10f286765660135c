import {
  type BlockOption,
  COMMENT,
  optionsLength,
  text,
  timestamp,
  u8,
  u64,
  writeOptions,
  writeTime,
} from './pcapng-options.ts';

/**
 * Blocks of a pcapng file, little-endian. Each function returns memory of its own.
 *
 * @see https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html
 */

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const INTERFACE_STATISTICS = 5;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LINKTYPE_ETHERNET = 1;
/** Nanoseconds: the exponent of ten, negated. */
const RESOLUTION = 9;

/** Type, length and length again. */
export const BLOCK_FRAME = 12;

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
  /** Six bytes, if they are known. */
  readonly mac?: Uint8Array | undefined;
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
    ...(about.mac === undefined ? [] : [{ code: 6, value: about.mac }]),
    u8(9, RESOLUTION),
    ...text(12, about.os),
  ]);
}

/** What was counted since the capture began. Times in nanoseconds since 1970. */
export interface InterfaceStatistics {
  /** Number of the interface in its section; 0 by default. */
  readonly port?: number | undefined;
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
  body.writeUInt32LE(counted.port ?? 0, 0);
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
