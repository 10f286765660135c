import { equalAt, get16, set16, swap } from './bytes.ts';
import { checksum, isIntact, sum } from './checksum.ts';
import * as ethernet from './ethernet.ts';

/** IPv4 without options (RFC 791), behind an Ethernet header. */
export const HEADER = 20;
export const PAYLOAD: number = ethernet.HEADER + HEADER;
export const PROTOCOL_ICMP = 1;

const AT = ethernet.HEADER;
const TOTAL_LENGTH = AT + 2;
const FRAGMENT = AT + 6;
const TTL = AT + 8;
const PROTOCOL = AT + 9;
const CHECKSUM = AT + 10;
const SOURCE = AT + 12;
const DESTINATION = AT + 16;

const DONT_FRAGMENT = 0x4000;
const DEFAULT_TTL = 64;

/**
 * Where the packet ends in the frame (the rest is Ethernet padding), or 0 when
 * it is not a whole, intact packet without options: neither a fragment nor a
 * source-routed packet can be answered by turning it around.
 */
export function end(frame: Uint8Array, length: number): number {
  if (length < PAYLOAD || frame[AT] !== 0x45) return 0;
  const total = get16(frame, TOTAL_LENGTH);
  if (total < HEADER || AT + total > length) return 0;
  if ((get16(frame, FRAGMENT) & ~DONT_FRAGMENT) !== 0) return 0;
  return isIntact(sum(frame, AT, PAYLOAD)) ? AT + total : 0;
}

export function protocol(frame: Uint8Array): number {
  return frame[PROTOCOL] as number;
}
export function isFrom(frame: Uint8Array, ip: Uint8Array): boolean {
  return equalAt(frame, SOURCE, ip);
}
export function isTo(frame: Uint8Array, ip: Uint8Array): boolean {
  return equalAt(frame, DESTINATION, ip);
}

/** Says whether a reply can go back to the sender: it is one host, not a group or nobody. */
export function hasUnicastSource(frame: Uint8Array): boolean {
  const first = frame[SOURCE] as number;
  return first !== 0 && first < 224;
}

/** Sends the packet back to its sender. */
export function turnAround(frame: Uint8Array): void {
  swap(frame, SOURCE, DESTINATION, 4);
  frame[TTL] = DEFAULT_TTL;
  set16(frame, CHECKSUM, 0);
  set16(frame, CHECKSUM, checksum(sum(frame, AT, PAYLOAD)));
}

/** Writes a header for `payloadLength` bytes that follow it. */
export function writeHeader(
  frame: Uint8Array,
  from: Uint8Array,
  to: Uint8Array,
  payloadProtocol: number,
  payloadLength: number,
): void {
  frame.fill(0, AT, PAYLOAD);
  frame[AT] = 0x45;
  set16(frame, TOTAL_LENGTH, HEADER + payloadLength);
  set16(frame, FRAGMENT, DONT_FRAGMENT);
  frame[TTL] = DEFAULT_TTL;
  frame[PROTOCOL] = payloadProtocol;
  frame.set(from, SOURCE);
  frame.set(to, DESTINATION);
  set16(frame, CHECKSUM, checksum(sum(frame, AT, PAYLOAD)));
}
