import { equalAt, get16, set16, swap } from './bytes.ts';
import { sum } from './checksum.ts';
import * as ethernet from './ethernet.ts';

/** IPv6 without extension headers (RFC 8200), behind an Ethernet header. */
export const HEADER = 40;
export const PAYLOAD: number = ethernet.HEADER + HEADER;
export const NEXT_ICMPV6 = 58;

const AT = ethernet.HEADER;
const PAYLOAD_LENGTH = AT + 4;
const NEXT_HEADER = AT + 6;
const HOP_LIMIT = AT + 7;
export const SOURCE: number = AT + 8;
export const DESTINATION: number = AT + 24;

export const DEFAULT_HOP_LIMIT = 64;

/** Everybody on the link. */
export const ALL_NODES: Uint8Array = Uint8Array.from([
  0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
]);
export const UNSPECIFIED: Uint8Array = new Uint8Array(16);

/** Where the packet ends in the frame (the rest is padding), or 0 when it is not whole. */
export function end(frame: Uint8Array, length: number): number {
  if (length < PAYLOAD || (frame[AT] as number) >> 4 !== 6) return 0;
  const last = PAYLOAD + get16(frame, PAYLOAD_LENGTH);
  return last > length ? 0 : last;
}

export function nextHeader(frame: Uint8Array): number {
  return frame[NEXT_HEADER] as number;
}
export function hopLimit(frame: Uint8Array): number {
  return frame[HOP_LIMIT] as number;
}
/** A copy of the sender's address. */
export function sourceOf(frame: Uint8Array): Uint8Array {
  return Uint8Array.from(frame.subarray(SOURCE, SOURCE + 16)); // slice() of a Buffer is a view
}
export function isFrom(frame: Uint8Array, ip: Uint8Array): boolean {
  return equalAt(frame, SOURCE, ip);
}
export function isTo(frame: Uint8Array, ip: Uint8Array): boolean {
  return equalAt(frame, DESTINATION, ip);
}

/** Says whether a reply can go back to the sender: it is one host, not a group or nobody. */
export function hasUnicastSource(frame: Uint8Array): boolean {
  return frame[SOURCE] !== 0xff && !isFrom(frame, UNSPECIFIED);
}

/** Sends the packet back to its sender. */
export function turnAround(frame: Uint8Array): void {
  swap(frame, SOURCE, DESTINATION, 16);
  frame[HOP_LIMIT] = DEFAULT_HOP_LIMIT;
}

/** Writes a header for `payloadLength` bytes that follow it. */
export function writeHeader(
  frame: Uint8Array,
  from: Uint8Array,
  to: Uint8Array,
  payload: { nextHeader: number; length: number; hopLimit?: number },
): void {
  frame.fill(0, AT, SOURCE);
  frame[AT] = 0x60;
  set16(frame, PAYLOAD_LENGTH, payload.length);
  frame[NEXT_HEADER] = payload.nextHeader;
  frame[HOP_LIMIT] = payload.hopLimit ?? DEFAULT_HOP_LIMIT;
  frame.set(from, SOURCE);
  frame.set(to, DESTINATION);
}

/** The sum of the pseudo-header (RFC 8200 §8.1), to start the payload's own from. */
export function pseudoSum(frame: Uint8Array): number {
  return sum(frame, SOURCE, PAYLOAD, get16(frame, PAYLOAD_LENGTH) + nextHeader(frame));
}

/** The group that a neighbour solicitation for `ip` is sent to (RFC 4291 §2.7.1). */
export function solicitedNode(ip: Uint8Array): Uint8Array {
  const group = Uint8Array.from([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 0]);
  group.set(ip.subarray(13), 13);
  return group;
}

/** The Ethernet address of a group (RFC 2464 §7). */
export function groupMac(group: Uint8Array): Uint8Array {
  const mac = Uint8Array.from([0x33, 0x33, 0, 0, 0, 0]);
  mac.set(group.subarray(12), 2);
  return mac;
}
