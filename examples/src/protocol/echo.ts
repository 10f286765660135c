import { get16, set16 } from './bytes.ts';

/** The header that an echo message has in ICMP (RFC 792) and in ICMPv6 (RFC 4443); it is at `at`. */
export const HEADER = 8;

const CODE = 1;
const CHECKSUM = 2;
const ID = 4;
const SEQUENCE = 6;

export function id(frame: Uint8Array, at: number): number {
  return get16(frame, at + ID);
}
export function sequence(frame: Uint8Array, at: number): number {
  return get16(frame, at + SEQUENCE);
}

/** Writes all of it but the checksum. */
export function writeHeader(
  frame: Uint8Array,
  at: number,
  message: { type: number; id: number; sequence: number },
): void {
  frame[at] = message.type;
  frame[at + CODE] = 0;
  set16(frame, at + ID, message.id);
  set16(frame, at + SEQUENCE, message.sequence);
}

/** Writes the checksum, which `compute` finds while the field is zero. */
export function writeChecksum(frame: Uint8Array, at: number, compute: () => number): void {
  set16(frame, at + CHECKSUM, 0);
  set16(frame, at + CHECKSUM, compute());
}
