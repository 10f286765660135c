import { equalAt, get16, set16 } from './bytes.ts';

/** Bytes before the payload of an untagged frame. */
export const HEADER = 14;
export const MAC_LENGTH = 6;

/** Where the fields are. */
export const DESTINATION = 0;
export const SOURCE = 6;
const TYPE = 12;

export const TYPE_IPV4 = 0x0800;
export const TYPE_ARP = 0x0806;
export const TYPE_IPV6 = 0x86dd;

export const BROADCAST: Uint8Array = new Uint8Array(MAC_LENGTH).fill(0xff);

/** The type, which says what the payload is. */
export function type(frame: Uint8Array): number {
  return get16(frame, TYPE);
}

/** The sender: a view of the frame. */
export function source(frame: Uint8Array): Uint8Array {
  return frame.subarray(SOURCE, SOURCE + MAC_LENGTH);
}

/** Says whether a frame goes to `mac`, to everybody or to a group. */
export function isFor(frame: Uint8Array, mac: Uint8Array): boolean {
  return ((frame[DESTINATION] as number) & 1) === 1 || equalAt(frame, DESTINATION, mac);
}

/** Writes all 14 bytes. */
export function writeHeader(
  frame: Uint8Array,
  to: Uint8Array,
  from: Uint8Array,
  etherType: number,
): void {
  frame.set(to, DESTINATION);
  frame.set(from, SOURCE);
  set16(frame, TYPE, etherType);
}

/** Addresses a frame back to where it came from. */
export function turnAround(frame: Uint8Array, mac: Uint8Array): void {
  frame.copyWithin(DESTINATION, SOURCE, SOURCE + MAC_LENGTH);
  frame.set(mac, SOURCE);
}
