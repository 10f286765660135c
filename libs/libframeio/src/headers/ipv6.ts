import { internetSum } from './checksum.ts';
import { get8, get16, get32, holds, mustFit, put, set8, set16, slice, swap } from './fields.ts';
import { HeaderView } from './header-view.ts';
import type { IpHeader } from './ip-header.ts';

/** Bytes of the header, without extension headers. */
export const IPV6_HEADER = 40;
const IP_LENGTH = 16;

const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;
const HOP_LIMIT = 7;
const SOURCE = 8;
const DESTINATION = 24;

// What extension headers are announced by: RFC 8200 §4, RFC 4302, RFC 6275, RFC 7401, RFC 5533.

/** Announces options for every router on the way. */
export const EXTENSION_HOP_BY_HOP = 0;
/** Announces the hosts that the packet is to visit. */
export const EXTENSION_ROUTING = 43;
/** Announces which part of a packet this is. */
export const EXTENSION_FRAGMENT = 44;
/** Announces a proof of who sent the packet. */
export const EXTENSION_AUTHENTICATION = 51;
/** Announces options for the destination. */
export const EXTENSION_DESTINATION = 60;
const EXTENSION_MOBILITY = 135;
const EXTENSION_HIP = 139;
const EXTENSION_SHIM6 = 140;
/** Behind the last header comes nothing. */
export const NO_NEXT_HEADER = 59;

const DEFAULT_HOP_LIMIT = 64;

/**
 * The header of an IPv6 packet that is there as a whole, with its extension headers: `payload` is
 * behind them, unless they are encrypted. In a packet with a routing header that is not at its end
 * yet, the checksum of what it carries is over another destination than this one's.
 *
 * @see RFC 8200
 */
export class Ipv6Header extends HeaderView implements IpHeader {
  #protocol = NO_NEXT_HEADER;
  #fragment = 0;

  /** Makes a header for a packet of `length` bytes, header included: hop limit 64, no addresses. */
  make(bytes: Uint8Array, start: number, length: number): this {
    const carried = length - IPV6_HEADER;
    mustFit(Math.max(carried, 0), 0xffff);
    this.clear(bytes, start, length, IPV6_HEADER);
    bytes[start] = 0x60;
    bytes[start + PAYLOAD_LENGTH] = carried >>> 8;
    bytes[start + PAYLOAD_LENGTH + 1] = carried;
    bytes[start + NEXT_HEADER] = NO_NEXT_HEADER;
    bytes[start + HOP_LIMIT] = DEFAULT_HOP_LIMIT;
    this.at(bytes, start, length);
    return this;
  }

  /** 6. */
  get version(): number {
    return get8(this.bytes, this.start) >> 4;
  }

  /** How routers are to treat the packet: 6 bits of DSCP, 2 of ECN. */
  get trafficClass(): number {
    return (get16(this.bytes, this.start) >> 4) & 0xff;
  }
  set trafficClass(value: number) {
    mustFit(value, 0xff);
    set16(this.bytes, this.start, (get16(this.bytes, this.start) & 0xf00f) + value * 16);
  }

  /** What the packets of one flow have in common, 20 bits; 0: nothing. @see RFC 6437 */
  get flowLabel(): number {
    return get32(this.bytes, this.start) % 0x10_0000;
  }
  set flowLabel(label: number) {
    mustFit(label, 0xf_ffff);
    const high = Math.floor(label / 0x1_0000);
    set8(this.bytes, this.start + 1, (get8(this.bytes, this.start + 1) & 0xf0) + high);
    set16(this.bytes, this.start + 2, label - high * 0x1_0000);
  }

  /** Bytes behind this header, extension headers included. Setting it moves {@link end}. */
  get payloadLength(): number {
    return get16(this.bytes, this.start + PAYLOAD_LENGTH);
  }
  set payloadLength(length: number) {
    const least = this.payload - this.start - IPV6_HEADER;
    const most = this.room - IPV6_HEADER;
    mustFit(length, 0xffff);
    if (length < least || length > most) {
      throw new RangeError(`the packet has ${least} to ${most} bytes behind its header`);
    }
    set16(this.bytes, this.start + PAYLOAD_LENGTH, length);
    this.extend(this.payload - this.start, IPV6_HEADER + length);
  }

  /**
   * What follows this header: an extension header, or {@link protocol}. To announce an extension
   * header that is not there as a whole is a RangeError.
   */
  get nextHeader(): number {
    return get8(this.bytes, this.start + NEXT_HEADER);
  }
  set nextHeader(next: number) {
    const before = this.nextHeader;
    set8(this.bytes, this.start + NEXT_HEADER, next);
    if (this.#walk(this.end - this.start)) return;
    set8(this.bytes, this.start + NEXT_HEADER, before);
    throw new RangeError(`extension header ${next} is not there`);
  }

  /** What the packet carries, behind its extension headers; {@link NO_NEXT_HEADER}: nothing. */
  get protocol(): number {
    get8(this.bytes, this.start);
    return this.#protocol;
  }

  /** How many more routers may forward the packet, 8 bits. */
  get hopLimit(): number {
    return get8(this.bytes, this.start + HOP_LIMIT);
  }
  set hopLimit(limit: number) {
    set8(this.bytes, this.start + HOP_LIMIT, limit);
  }

  /** 16 bytes, a view; setting copies them in. */
  get source(): Uint8Array {
    return slice(this.bytes, this.start + SOURCE, IP_LENGTH);
  }
  set source(ip: Uint8Array) {
    put(this.bytes, this.start + SOURCE, ip, IP_LENGTH);
  }

  /** 16 bytes, a view; setting copies them in. */
  get destination(): Uint8Array {
    return slice(this.bytes, this.start + DESTINATION, IP_LENGTH);
  }
  set destination(ip: Uint8Array) {
    put(this.bytes, this.start + DESTINATION, ip, IP_LENGTH);
  }

  /** Says whether the source is `ip`; never, if that has not 16 bytes. */
  isFrom(ip: Uint8Array): boolean {
    return holds(this.bytes, this.start + SOURCE, ip, IP_LENGTH);
  }
  /** Says whether the destination is `ip`; never, if that has not 16 bytes. */
  isTo(ip: Uint8Array): boolean {
    return holds(this.bytes, this.start + DESTINATION, ip, IP_LENGTH);
  }

  /** Says whether the sender is nobody: it has no address yet (`::`). */
  get hasUnspecifiedSource(): boolean {
    for (let i = 0; i < IP_LENGTH; i++)
      if (get8(this.bytes, this.start + SOURCE + i) !== 0) return false;
    return true;
  }

  /** Says whether a reply can go back to the sender: it is one host, not a group or nobody. */
  get hasUnicastSource(): boolean {
    return get8(this.bytes, this.start + SOURCE) !== 0xff && !this.hasUnspecifiedSource;
  }

  /** Whether there are extension headers in front of what the packet carries. */
  get hasExtensions(): boolean {
    return this.payload - this.start > IPV6_HEADER;
  }

  /** Where an extension header is in {@link bytes}; -1: it is not there. */
  findExtension(type: number): number {
    let next = this.nextHeader;
    for (let at = IPV6_HEADER; this.start + at < this.payload; ) {
      if (next === type) return this.start + at;
      const length = this.#extensionLength(next, at);
      next = get8(this.bytes, this.start + at);
      at += length;
    }
    return -1;
  }

  /** Whether this is a part of a packet, first and last ones included. */
  get isFragment(): boolean {
    return this.moreFragments || this.fragmentOffset !== 0;
  }

  /** Where in the whole packet this part belongs, in bytes: a multiple of 8; 0 also without parts. */
  get fragmentOffset(): number {
    return this.#fragment === 0 ? 0 : get16(this.bytes, this.start + this.#fragment + 2) & 0xfff8;
  }
  /** Whether this is a part, and not the last one. */
  get moreFragments(): boolean {
    return this.#fragment !== 0 && (get8(this.bytes, this.start + this.#fragment + 3) & 1) === 1;
  }

  /** The sum of the pseudo-header. @see RFC 8200 §8.1 */
  pseudoSum(): number {
    const rest = this.protocol + this.end - this.payload;
    return internetSum(this.bytes, this.start + SOURCE, this.start + IPV6_HEADER, rest);
  }

  /** Sends the packet back to its sender. */
  turnAround(): void {
    swap(this.bytes, this.start + SOURCE, this.start + DESTINATION, IP_LENGTH);
    this.hopLimit = DEFAULT_HOP_LIMIT;
  }

  protected override accept(length: number): boolean {
    if (length < IPV6_HEADER || get8(this.bytes, this.start) >> 4 !== 6) return false;
    const end = IPV6_HEADER + get16(this.bytes, this.start + PAYLOAD_LENGTH);
    return end <= length && this.#walk(end);
  }

  /** Goes over the extension headers of a packet that ends at `end`; false: they run out of it. */
  #walk(end: number): boolean {
    let next = get8(this.bytes, this.start + NEXT_HEADER);
    let at = IPV6_HEADER;
    let fragment = 0;
    while (isExtension(next)) {
      if (at + 8 > end) return false;
      const length = this.#extensionLength(next, at);
      if (at + length > end) return false;
      const isFragment = next === EXTENSION_FRAGMENT;
      if (isFragment) fragment = at;
      next = get8(this.bytes, this.start + at);
      at += length;
      // What a part but the first begins with is the middle of something.
      if (isFragment && (get16(this.bytes, this.start + fragment + 2) & 0xfff8) !== 0) break;
    }
    this.#protocol = next;
    this.#fragment = fragment;
    return this.extend(at, end);
  }

  #extensionLength(type: number, at: number): number {
    if (type === EXTENSION_FRAGMENT) return 8;
    const units = get8(this.bytes, this.start + at + 1);
    return type === EXTENSION_AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
  }
}

function isExtension(type: number): boolean {
  switch (type) {
    case EXTENSION_HOP_BY_HOP:
    case EXTENSION_ROUTING:
    case EXTENSION_FRAGMENT:
    case EXTENSION_AUTHENTICATION:
    case EXTENSION_DESTINATION:
    case EXTENSION_MOBILITY:
    case EXTENSION_HIP:
    case EXTENSION_SHIM6:
      return true;
    default:
      return false;
  }
}

/**
 * The group that a neighbour solicitation for `ip` is sent to: 16 new bytes.
 *
 * @throws {RangeError} not 16 bytes
 * @see RFC 4291 §2.7.1
 */
export function solicitedNode(ip: Uint8Array): Uint8Array {
  if (ip.length !== IP_LENGTH) throw new RangeError(`an IPv6 address has 16 bytes`);
  const group = Uint8Array.from([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 0]);
  group.set(ip.subarray(13), 13);
  return group;
}

/**
 * The Ethernet address of an IPv6 group: 6 new bytes.
 *
 * @throws {RangeError} not 16 bytes
 * @see RFC 2464 §7
 */
export function groupMac(group: Uint8Array): Uint8Array {
  if (group.length !== IP_LENGTH) throw new RangeError(`an IPv6 address has 16 bytes`);
  const mac = Uint8Array.from([0x33, 0x33, 0, 0, 0, 0]);
  mac.set(group.subarray(12), 2);
  return mac;
}
