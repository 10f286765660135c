import { equalAt } from './bytes.ts';
import { checksum, isIntact, sum } from './checksum.ts';
import * as echo from './echo.ts';
import * as ethernet from './ethernet.ts';
import * as ipv6 from './ipv6.ts';

/** ICMPv6 echo (RFC 4443) and neighbour discovery (RFC 4861), behind Ethernet and IPv6 headers. */
export const DATA: number = ipv6.PAYLOAD + echo.HEADER;

const AT = ipv6.PAYLOAD;

export const ECHO_REQUEST = 128;
export const ECHO_REPLY = 129;
export const NEIGHBOUR_SOLICITATION = 135;
export const NEIGHBOUR_ADVERTISEMENT = 136;

const FLAGS = AT + 4;
const SOLICITED = 0x40;
const OVERRIDE = 0x20;
const TARGET = DATA;
const OPTIONS = TARGET + 16;
const OPTION_SOURCE_MAC = 1;
const OPTION_TARGET_MAC = 2;
const OPTION_MAC_LENGTH = 8;

/** The hop limit that only a packet from this very link can have. */
const ND_HOP_LIMIT = 255;

/** The type of an intact message that ends at `end`, or -1. */
export function type(frame: Uint8Array, end: number): number {
  if (end < DATA || !isIntact(sum(frame, AT, end, ipv6.pseudoSum(frame)))) return -1;
  return frame[AT + 1] === 0 ? (frame[AT] as number) : -1;
}

export function id(frame: Uint8Array): number {
  return echo.id(frame, AT);
}
export function sequence(frame: Uint8Array): number {
  return echo.sequence(frame, AT);
}

/** Makes an echo request the reply to itself; the addresses are turned around already. */
export function makeReply(frame: Uint8Array, end: number): void {
  frame[AT] = ECHO_REPLY;
  writeChecksum(frame, end);
}

/** Writes the header of an echo request in front of the data, which ends at `end`. */
export function writeRequest(frame: Uint8Array, end: number, from: number, number: number): void {
  echo.writeHeader(frame, AT, { type: ECHO_REQUEST, id: from, sequence: number });
  writeChecksum(frame, end);
}

/** Says whether neighbour discovery may believe this packet, and whether it is about `ip`. */
export function isAbout(frame: Uint8Array, end: number, ip: Uint8Array): boolean {
  return end >= OPTIONS && ipv6.hopLimit(frame) === ND_HOP_LIMIT && equalAt(frame, TARGET, ip);
}

/** Where the MAC address of an option stands, 0: no such option, -1: the options are broken. */
function optionAt(frame: Uint8Array, end: number, wanted: number): number {
  for (let at = OPTIONS; at < end; ) {
    const length = at + 1 < end ? 8 * (frame[at + 1] as number) : 0;
    if (length === 0 || at + length > end) return -1;
    if (frame[at] === wanted && length === OPTION_MAC_LENGTH) return at + 2;
    at += length;
  }
  return 0;
}

/** The MAC address that an advertisement carries (a view), or undefined. */
export function advertisedMac(frame: Uint8Array, end: number): Uint8Array | undefined {
  const at = optionAt(frame, end, OPTION_TARGET_MAC);
  return at > 0 ? frame.subarray(at, at + ethernet.MAC_LENGTH) : undefined;
}

/**
 * Makes a solicitation for `ip` the advertisement that answers it and returns
 * its length, which may be 8 bytes more than the solicitation's; 0: it must not
 * be answered (RFC 4861 §7.1.1).
 */
export function makeAdvertisement(
  frame: Uint8Array,
  end: number,
  mac: Uint8Array,
  ip: Uint8Array,
): number {
  const asker = optionAt(frame, end, OPTION_SOURCE_MAC);
  if (asker < 0) return 0;

  // Who has no address yet asks whether this one is taken: everybody is told.
  const probe = ipv6.isFrom(frame, ipv6.UNSPECIFIED);
  if (probe && (asker > 0 || !ipv6.isTo(frame, ipv6.solicitedNode(ip)))) return 0;

  if (probe) {
    ethernet.writeHeader(frame, ipv6.groupMac(ipv6.ALL_NODES), mac, ethernet.TYPE_IPV6);
  } else {
    ethernet.turnAround(frame, mac);
    if (asker > 0) frame.copyWithin(ethernet.DESTINATION, asker, asker + ethernet.MAC_LENGTH);
  }

  const to = probe ? ipv6.ALL_NODES : ipv6.sourceOf(frame);
  const last = OPTIONS + OPTION_MAC_LENGTH;
  writeNeighbourHeader(frame, ip, to, last);
  frame[AT] = NEIGHBOUR_ADVERTISEMENT;
  frame[FLAGS] = OVERRIDE | (probe ? 0 : SOLICITED);
  writeMacOption(frame, OPTION_TARGET_MAC, mac);
  writeChecksum(frame, last);
  return last;
}

/** Writes the question who has `wanted`, to its solicited-node group; returns the length. */
export function writeSolicitation(
  frame: Uint8Array,
  from: { mac: Uint8Array; ip: Uint8Array },
  wanted: Uint8Array,
): number {
  const group = ipv6.solicitedNode(wanted);
  const last = OPTIONS + OPTION_MAC_LENGTH;
  ethernet.writeHeader(frame, ipv6.groupMac(group), from.mac, ethernet.TYPE_IPV6);
  writeNeighbourHeader(frame, from.ip, group, last);
  frame[AT] = NEIGHBOUR_SOLICITATION;
  frame.set(wanted, TARGET);
  writeMacOption(frame, OPTION_SOURCE_MAC, from.mac);
  writeChecksum(frame, last);
  return last;
}

function writeNeighbourHeader(
  frame: Uint8Array,
  from: Uint8Array,
  to: Uint8Array,
  end: number,
): void {
  ipv6.writeHeader(frame, from, to, {
    nextHeader: ipv6.NEXT_ICMPV6,
    length: end - AT,
    hopLimit: ND_HOP_LIMIT,
  });
  frame.fill(0, AT, TARGET); // type, code, checksum, flags; the target stays
}

function writeMacOption(frame: Uint8Array, option: number, mac: Uint8Array): void {
  frame[OPTIONS] = option;
  frame[OPTIONS + 1] = 1;
  frame.set(mac, OPTIONS + 2);
}

function writeChecksum(frame: Uint8Array, end: number): void {
  echo.writeChecksum(frame, AT, () => checksum(sum(frame, AT, end, ipv6.pseudoSum(frame))));
}
