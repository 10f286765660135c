import { internetChecksum, internetSum, isIntactSum } from './checksum.ts';
import {
  get8,
  get16,
  get32,
  holds,
  mustFit,
  put,
  set8,
  set16,
  setFlag,
  slice,
  swap,
} from './fields.ts';
import { HeaderView } from './header-view.ts';
import type { IpHeader } from './ip-header.ts';

/** Bytes of a header without options. */
export const IPV4_HEADER = 20;
/** With the most of them. */
const IPV4_HEADER_MAX = 60;
const IP_LENGTH = 4;

const SERVICE = 1;
const TOTAL_LENGTH = 2;
const IDENTIFICATION = 4;
const FRAGMENT = 6;
const TTL = 8;
const PROTOCOL = 9;
const CHECKSUM = 10;
const SOURCE = 12;
const DESTINATION = 16;

const DONT_FRAGMENT = 0x40;
const MORE_FRAGMENTS = 0x20;
const DEFAULT_TTL = 64;
const OPTION_END = 0;
const OPTION_NOP = 1;

/**
 * The header of an IPv4 packet that is there as a whole. Setting a field leaves the checksum alone:
 * call {@link updateChecksum} when all are set.
 *
 * @see RFC 791
 */
export class Ipv4Header extends HeaderView implements IpHeader {
  /**
   * Makes a header for a packet of `length` bytes, header included: TTL 64, not to be fragmented,
   * no addresses, and `options` bytes for options, all of them "end of options".
   */
  make(bytes: Uint8Array, start: number, length: number, options = 0): this {
    const size = IPV4_HEADER + options;
    if (options % 4 !== 0 || !(options >= 0 && size <= IPV4_HEADER_MAX)) {
      throw new RangeError(`options take 0 to 40 bytes, a multiple of 4, not ${options}`);
    }
    mustFit(length, 0xffff);
    this.clear(bytes, start, length, size);
    bytes[start] = 0x40 | (size / 4);
    bytes[start + TOTAL_LENGTH] = length >>> 8;
    bytes[start + TOTAL_LENGTH + 1] = length;
    bytes[start + FRAGMENT] = DONT_FRAGMENT;
    bytes[start + TTL] = DEFAULT_TTL;
    this.at(bytes, start, length);
    return this;
  }

  /** 4. */
  get version(): number {
    return get8(this.bytes, this.start) >> 4;
  }

  /** Bytes of the header with its options. */
  get headerLength(): number {
    return this.payload - this.start;
  }

  /** How routers are to treat the packet, 6 bits. @see RFC 2474 */
  get dscp(): number {
    return get8(this.bytes, this.start + SERVICE) >> 2;
  }
  set dscp(dscp: number) {
    mustFit(dscp, 63);
    set8(this.bytes, this.start + SERVICE, dscp * 4 + this.ecn);
  }

  /** Congestion, 2 bits. @see RFC 3168 */
  get ecn(): number {
    return get8(this.bytes, this.start + SERVICE) & 3;
  }
  set ecn(ecn: number) {
    mustFit(ecn, 3);
    set8(this.bytes, this.start + SERVICE, (get8(this.bytes, this.start + SERVICE) & 0xfc) + ecn);
  }

  /** Bytes of the packet, header included. Setting it moves {@link end}. */
  get totalLength(): number {
    return get16(this.bytes, this.start + TOTAL_LENGTH);
  }
  set totalLength(length: number) {
    mustFit(length, 0xffff);
    if (length < this.headerLength || length > this.room) {
      throw new RangeError(`the packet has ${this.headerLength} to ${this.room} bytes`);
    }
    set16(this.bytes, this.start + TOTAL_LENGTH, length);
    this.extend(this.headerLength, length);
  }

  /** What the parts of one packet have in common, 16 bits. */
  get identification(): number {
    return get16(this.bytes, this.start + IDENTIFICATION);
  }
  set identification(identification: number) {
    set16(this.bytes, this.start + IDENTIFICATION, identification);
  }

  /** Whether routers must not take the packet apart. */
  get dontFragment(): boolean {
    return (get8(this.bytes, this.start + FRAGMENT) & DONT_FRAGMENT) !== 0;
  }
  set dontFragment(on: boolean) {
    setFlag(this.bytes, this.start + FRAGMENT, DONT_FRAGMENT, on);
  }

  /** Whether this is a part, and not the last one. */
  get moreFragments(): boolean {
    return (get8(this.bytes, this.start + FRAGMENT) & MORE_FRAGMENTS) !== 0;
  }
  set moreFragments(on: boolean) {
    setFlag(this.bytes, this.start + FRAGMENT, MORE_FRAGMENTS, on);
  }

  /** Where in the whole packet's payload this part belongs, in bytes: a multiple of 8. */
  get fragmentOffset(): number {
    return (get16(this.bytes, this.start + FRAGMENT) & 0x1fff) * 8;
  }
  set fragmentOffset(bytes: number) {
    mustFit(bytes, 0x1fff * 8);
    if (bytes % 8 !== 0) throw new RangeError(`a part begins at a multiple of 8, not at ${bytes}`);
    set16(
      this.bytes,
      this.start + FRAGMENT,
      (get16(this.bytes, this.start + FRAGMENT) & 0xe000) + bytes / 8,
    );
  }

  /** Whether this is a part of a packet, first and last ones included. */
  get isFragment(): boolean {
    return this.moreFragments || this.fragmentOffset !== 0;
  }

  /** How many more routers may forward the packet, 8 bits. */
  get ttl(): number {
    return get8(this.bytes, this.start + TTL);
  }
  set ttl(ttl: number) {
    set8(this.bytes, this.start + TTL, ttl);
  }

  /** What the packet carries, 8 bits: {@link PROTOCOL_UDP} and its like. */
  get protocol(): number {
    return get8(this.bytes, this.start + PROTOCOL);
  }
  set protocol(protocol: number) {
    set8(this.bytes, this.start + PROTOCOL, protocol);
  }

  /** The checksum as it stands there, right or not. */
  get checksum(): number {
    return get16(this.bytes, this.start + CHECKSUM);
  }
  set checksum(checksum: number) {
    set16(this.bytes, this.start + CHECKSUM, checksum);
  }

  /** 4 bytes, a view; setting copies them in. */
  get source(): Uint8Array {
    return slice(this.bytes, this.start + SOURCE, IP_LENGTH);
  }
  set source(ip: Uint8Array) {
    put(this.bytes, this.start + SOURCE, ip, IP_LENGTH);
  }

  /** 4 bytes, a view; setting copies them in. */
  get destination(): Uint8Array {
    return slice(this.bytes, this.start + DESTINATION, IP_LENGTH);
  }
  set destination(ip: Uint8Array) {
    put(this.bytes, this.start + DESTINATION, ip, IP_LENGTH);
  }

  /** {@link source} as a number below 2^32: a key of a table, without an object for each packet. */
  get sourceNumber(): number {
    return get32(this.bytes, this.start + SOURCE);
  }
  /** {@link destination} as such a number. */
  get destinationNumber(): number {
    return get32(this.bytes, this.start + DESTINATION);
  }

  /** Says whether the source is `ip`; never, if that has not 4 bytes. */
  isFrom(ip: Uint8Array): boolean {
    return holds(this.bytes, this.start + SOURCE, ip, IP_LENGTH);
  }
  /** Says whether the destination is `ip`; never, if that has not 4 bytes. */
  isTo(ip: Uint8Array): boolean {
    return holds(this.bytes, this.start + DESTINATION, ip, IP_LENGTH);
  }

  /** Says whether a reply can go back to the sender: it is one host, not a group or nobody. */
  get hasUnicastSource(): boolean {
    const first = get8(this.bytes, this.start + SOURCE);
    return first !== 0 && first < 224;
  }

  /** Whether there are options, if only padding. */
  get hasOptions(): boolean {
    return this.headerLength > IPV4_HEADER;
  }

  /** The options, padding included: a view, empty if there are none. */
  get options(): Uint8Array {
    get8(this.bytes, this.start);
    return this.bytes.subarray(this.start + IPV4_HEADER, this.payload);
  }

  /** Where the option of a type is in {@link bytes}; -1: there is none before the options break off. */
  findOption(type: number): number {
    for (let at = IPV4_HEADER; at < this.headerLength; ) {
      const here = get8(this.bytes, this.start + at);
      if (here === OPTION_END) return -1;
      const length =
        here === OPTION_NOP
          ? 1
          : at + 1 < this.headerLength
            ? get8(this.bytes, this.start + at + 1)
            : 0;
      if (length < (here === OPTION_NOP ? 1 : 2) || at + length > this.headerLength) return -1;
      if (here === type) return this.start + at;
      at += length;
    }
    return -1;
  }

  /** Says whether the header's checksum is right. */
  isIntact(): boolean {
    get8(this.bytes, this.start);
    return isIntactSum(internetSum(this.bytes, this.start, this.payload));
  }

  /** Makes the header's checksum right, as it is now: to be called last. */
  updateChecksum(): void {
    this.checksum = 0;
    this.checksum = internetChecksum(internetSum(this.bytes, this.start, this.payload));
  }

  /** The sum of the pseudo-header. @see RFC 768 */
  pseudoSum(): number {
    const rest = this.protocol + this.end - this.payload;
    return internetSum(this.bytes, this.start + SOURCE, this.start + IPV4_HEADER, rest);
  }

  /** Sends the packet back to its sender; the checksum is right then. */
  turnAround(): void {
    swap(this.bytes, this.start + SOURCE, this.start + DESTINATION, IP_LENGTH);
    this.ttl = DEFAULT_TTL;
    this.updateChecksum();
  }

  protected override accept(length: number): boolean {
    if (length < IPV4_HEADER || get8(this.bytes, this.start) >> 4 !== 4) return false;
    const size = (get8(this.bytes, this.start) & 0xf) * 4;
    const total = get16(this.bytes, this.start + TOTAL_LENGTH);
    return size >= IPV4_HEADER && total >= size && total <= length && this.extend(size, total);
  }
}
