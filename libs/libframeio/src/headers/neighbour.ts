import { MAC_LENGTH } from './ethernet.ts';
import { get8, holds, mustFit, put, set8, setFlag, slice } from './fields.ts';
import {
  ICMPV6_NEIGHBOUR_ADVERTISEMENT,
  ICMPV6_NEIGHBOUR_SOLICITATION,
  Icmpv6Message,
} from './icmp.ts';
import type { Ipv6Header } from './ipv6.ts';

/** Bytes of a message without options. */
export const NEIGHBOUR_MESSAGE = 24;
/** Bytes of the option that carries a MAC address. */
export const NEIGHBOUR_MAC_OPTION = 8;
/** The option with the MAC address of who sent a solicitation. */
export const NEIGHBOUR_SOURCE_MAC = 1;
/** The option with the MAC address of who an advertisement is about. */
export const NEIGHBOUR_TARGET_MAC = 2;

const FLAGS = 4;
const ROUTER = 0x80;
const SOLICITED = 0x40;
const OVERRIDE = 0x20;
const TARGET = 8;
const IP_LENGTH = 16;
/** The hop limit that only a packet from this very link can have. */
const HOP_LIMIT = 255;

/**
 * A neighbour solicitation or advertisement of ICMPv6. It is on none whose options are broken.
 *
 * @see RFC 4861 §4.3, §4.4
 */
export class NeighbourMessage extends Icmpv6Message {
  /** Makes a solicitation without target and options of `length` bytes, of which zeros are the rest. */
  override make(bytes: Uint8Array, start: number, length: number): this {
    const options = length - NEIGHBOUR_MESSAGE;
    if (options % NEIGHBOUR_MAC_OPTION !== 0 || options > 255 * 8) {
      throw new RangeError(`the message needs 24 bytes and multiples of 8 for options`);
    }
    this.clear(bytes, start, length, Math.max(length, NEIGHBOUR_MESSAGE));
    bytes[start] = ICMPV6_NEIGHBOUR_SOLICITATION;
    // Of an option without content, which nobody knows, until one is set.
    if (options > 0) bytes[start + NEIGHBOUR_MESSAGE + 1] = options / 8;
    this.at(bytes, start, length);
    return this;
  }

  /** Whether it asks; an advertisement tells. */
  get isSolicitation(): boolean {
    return this.type === ICMPV6_NEIGHBOUR_SOLICITATION;
  }

  /** Says whether neighbour discovery may believe what this packet carries: nobody forwarded it. */
  isFromLink(ip: Ipv6Header): boolean {
    return ip.hopLimit === HOP_LIMIT && this.isIntact(ip);
  }

  /** In an advertisement: the sender is a router. */
  get router(): boolean {
    return (get8(this.bytes, this.start + FLAGS) & ROUTER) !== 0;
  }
  set router(on: boolean) {
    setFlag(this.bytes, this.start + FLAGS, ROUTER, on);
  }
  /** In an advertisement: it answers a solicitation. */
  get solicited(): boolean {
    return (get8(this.bytes, this.start + FLAGS) & SOLICITED) !== 0;
  }
  set solicited(on: boolean) {
    setFlag(this.bytes, this.start + FLAGS, SOLICITED, on);
  }
  /** In an advertisement: it replaces what was known. */
  get override(): boolean {
    return (get8(this.bytes, this.start + FLAGS) & OVERRIDE) !== 0;
  }
  set override(on: boolean) {
    setFlag(this.bytes, this.start + FLAGS, OVERRIDE, on);
  }

  /** Whom it is about: 16 bytes, a view; setting copies them in. */
  get target(): Uint8Array {
    return slice(this.bytes, this.start + TARGET, IP_LENGTH);
  }
  set target(ip: Uint8Array) {
    put(this.bytes, this.start + TARGET, ip, IP_LENGTH);
  }
  /** Says whether the target is `ip`; never, if that has not 16 bytes. */
  isAbout(ip: Uint8Array): boolean {
    return holds(this.bytes, this.start + TARGET, ip, IP_LENGTH);
  }

  /** Where an option is in {@link bytes}; -1: it is not there. */
  findOption(type: number): number {
    const last = this.end - this.start;
    for (let at = NEIGHBOUR_MESSAGE; at < last; at += 8 * get8(this.bytes, this.start + at + 1)) {
      if (get8(this.bytes, this.start + at) === type) return this.start + at;
    }
    return -1;
  }

  /** The MAC address that an option carries (a view), or undefined. */
  macOption(type: number): Uint8Array | undefined {
    const at = this.findOption(type);
    if (at < 0 || this.bytes[at + 1] !== 1) return undefined;
    return this.bytes.subarray(at + 2, at + 2 + MAC_LENGTH);
  }

  /** Makes the first option one that carries a MAC address. @throws {RangeError} no room was left */
  setMacOption(type: number, mac: Uint8Array): void {
    if (this.end - this.start < NEIGHBOUR_MESSAGE + NEIGHBOUR_MAC_OPTION) {
      throw new RangeError('there is no room for an option');
    }
    mustFit(type, 0xff);
    put(this.bytes, this.start + NEIGHBOUR_MESSAGE + 2, mac, MAC_LENGTH);
    set8(this.bytes, this.start + NEIGHBOUR_MESSAGE, type);
    set8(this.bytes, this.start + NEIGHBOUR_MESSAGE + 1, 1);
  }

  protected override accept(length: number): boolean {
    if (length < NEIGHBOUR_MESSAGE || get8(this.bytes, this.start + 1) !== 0) return false;
    const type = get8(this.bytes, this.start);
    if (type !== ICMPV6_NEIGHBOUR_SOLICITATION && type !== ICMPV6_NEIGHBOUR_ADVERTISEMENT) {
      return false;
    }
    for (let at = NEIGHBOUR_MESSAGE; at < length; ) {
      const size = at + 1 < length ? 8 * get8(this.bytes, this.start + at + 1) : 0;
      if (size === 0 || at + size > length) return false;
      at += size;
    }
    return this.extend(NEIGHBOUR_MESSAGE);
  }
}
