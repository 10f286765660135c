import { checksum, isIntact, sum } from './checksum.ts';
import * as echo from './echo.ts';
import * as ipv4 from './ipv4.ts';

/** ICMP echo (RFC 792), behind Ethernet and IPv4 headers. */
export const DATA: number = ipv4.PAYLOAD + echo.HEADER;

const AT = ipv4.PAYLOAD;

export const ECHO_REPLY = 0;
export const ECHO_REQUEST = 8;

/** The type of an intact message that ends at `end`, or -1. */
export function type(frame: Uint8Array, end: number): number {
  if (end < DATA || !isIntact(sum(frame, AT, end))) return -1;
  return frame[AT + 1] === 0 ? (frame[AT] as number) : -1;
}

export function id(frame: Uint8Array): number {
  return echo.id(frame, AT);
}
export function sequence(frame: Uint8Array): number {
  return echo.sequence(frame, AT);
}

/** Makes a request the reply to itself. */
export function makeReply(frame: Uint8Array, end: number): void {
  frame[AT] = ECHO_REPLY;
  writeChecksum(frame, end);
}

/** Writes the header of a request in front of the data, which is there and ends at `end`. */
export function writeRequest(frame: Uint8Array, end: number, from: number, number: number): void {
  echo.writeHeader(frame, AT, { type: ECHO_REQUEST, id: from, sequence: number });
  writeChecksum(frame, end);
}

function writeChecksum(frame: Uint8Array, end: number): void {
  echo.writeChecksum(frame, AT, () => checksum(sum(frame, AT, end)));
}
