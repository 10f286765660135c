import { internetChecksum, internetSum, isIntactSum } from './checksum.ts';
import { get8, get16, set8, set16 } from './fields.ts';
import { HeaderView } from './header-view.ts';
import type { IpHeader } from './ip-header.ts';

/** Bytes before the data of an echo message, in ICMP and in ICMPv6. */
export const ICMP_HEADER = 8;

/** An {@link IcmpMessage} type: the answer to an echo request. */
export const ICMP_ECHO_REPLY = 0;
/** An {@link IcmpMessage} type: a packet could not be delivered; its beginning is the payload. */
export const ICMP_UNREACHABLE = 3;
/** An {@link IcmpMessage} type: what ping sends. */
export const ICMP_ECHO_REQUEST = 8;
/** An {@link IcmpMessage} type: a packet has passed too many routers, or parts of it are missing. */
export const ICMP_TIME_EXCEEDED = 11;

/** An {@link Icmpv6Message} type: a packet could not be delivered; its beginning is the payload. */
export const ICMPV6_UNREACHABLE = 1;
/** An {@link Icmpv6Message} type: a packet was longer than the MTU of a link on its way. */
export const ICMPV6_TOO_BIG = 2;
/** An {@link Icmpv6Message} type: a packet has passed too many routers, or parts of it are missing. */
export const ICMPV6_TIME_EXCEEDED = 3;
/** An {@link Icmpv6Message} type: what ping sends. */
export const ICMPV6_ECHO_REQUEST = 128;
/** An {@link Icmpv6Message} type: the answer to an echo request. */
export const ICMPV6_ECHO_REPLY = 129;
/** An {@link Icmpv6Message} type: a host asks for routers. */
export const ICMPV6_ROUTER_SOLICITATION = 133;
/** An {@link Icmpv6Message} type: a router says that it is there. */
export const ICMPV6_ROUTER_ADVERTISEMENT = 134;
/** A {@link NeighbourMessage} type: who has this address? */
export const ICMPV6_NEIGHBOUR_SOLICITATION = 135;
/** A {@link NeighbourMessage} type: this address is here. */
export const ICMPV6_NEIGHBOUR_ADVERTISEMENT = 136;

const TYPE = 0;
const CODE = 1;
const CHECKSUM = 2;
const IDENTIFIER = 4;
const SEQUENCE = 6;

/** What ICMP and ICMPv6 have in common: all of the layout. */
export abstract class IcmpLayout extends HeaderView {
  /** Makes a message of `length` bytes: type and code 0, its data as they are. */
  make(bytes: Uint8Array, start: number, length: number): this {
    this.clear(bytes, start, length, ICMP_HEADER);
    this.at(bytes, start, length);
    return this;
  }

  /** What the message is, 8 bits: `ICMP_…` or `ICMPV6_…`. */
  get type(): number {
    return get8(this.bytes, this.start + TYPE);
  }
  set type(type: number) {
    set8(this.bytes, this.start + TYPE, type);
  }

  /** What kind of its type the message is, 8 bits. */
  get code(): number {
    return get8(this.bytes, this.start + CODE);
  }
  set code(code: number) {
    set8(this.bytes, this.start + CODE, code);
  }

  /** The checksum as it stands there, right or not. */
  get checksum(): number {
    return get16(this.bytes, this.start + CHECKSUM);
  }
  set checksum(checksum: number) {
    set16(this.bytes, this.start + CHECKSUM, checksum);
  }

  /** Whose echo it is, 16 bits; of echo messages only. */
  get identifier(): number {
    return get16(this.bytes, this.start + IDENTIFIER);
  }
  set identifier(identifier: number) {
    set16(this.bytes, this.start + IDENTIFIER, identifier);
  }

  /** Which echo it is, 16 bits; of echo messages only. */
  get sequence(): number {
    return get16(this.bytes, this.start + SEQUENCE);
  }
  set sequence(sequence: number) {
    set16(this.bytes, this.start + SEQUENCE, sequence);
  }

  /** The sum of the whole message, checksum included, on top of `pseudoSum`. */
  protected sum(pseudoSum: number): number {
    get8(this.bytes, this.start);
    return internetSum(this.bytes, this.start, this.end, pseudoSum);
  }

  protected override accept(length: number): boolean {
    return length >= ICMP_HEADER && this.extend(ICMP_HEADER);
  }
}

/** An ICMP message; `payload` is the data of an echo, or the packet that an error is about. @see RFC 792 */
export class IcmpMessage extends IcmpLayout {
  /** Says whether the checksum is right. */
  isIntact(): boolean {
    return isIntactSum(this.sum(0));
  }

  /** Makes the checksum right, over the message as it is now: to be called last. */
  updateChecksum(): void {
    this.checksum = 0;
    this.checksum = internetChecksum(this.sum(0));
  }
}

/** An ICMPv6 message, whose checksum covers addresses of the packet that carries it. @see RFC 4443 */
export class Icmpv6Message extends IcmpLayout {
  /** Says whether the checksum is right in this packet. */
  isIntact(ip: IpHeader): boolean {
    return isIntactSum(this.sum(ip.pseudoSum()));
  }

  /** Makes the checksum right, over the message and the addresses of `ip` as they are now. */
  updateChecksum(ip: IpHeader): void {
    this.checksum = 0;
    this.checksum = internetChecksum(this.sum(ip.pseudoSum()));
  }
}
