import { internetChecksum, internetSum, isIntactSum } from './checksum.ts';
import { get8, get16, set8, set16 } from './fields.ts';
import { HeaderView } from './header-view.ts';
import type { IpHeader } from './ip-header.ts';

/** Bytes before the data of an echo message, in ICMP and in ICMPv6. */
export const ICMP_HEADER = 8;

export const ICMP_ECHO_REPLY = 0;
export const ICMP_UNREACHABLE = 3;
export const ICMP_ECHO_REQUEST = 8;
export const ICMP_TIME_EXCEEDED = 11;

export const ICMPV6_UNREACHABLE = 1;
export const ICMPV6_TOO_BIG = 2;
export const ICMPV6_TIME_EXCEEDED = 3;
export const ICMPV6_ECHO_REQUEST = 128;
export const ICMPV6_ECHO_REPLY = 129;
export const ICMPV6_ROUTER_SOLICITATION = 133;
export const ICMPV6_ROUTER_ADVERTISEMENT = 134;
export const ICMPV6_NEIGHBOUR_SOLICITATION = 135;
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

  get type(): number {
    return get8(this.bytes, this.start + TYPE);
  }
  set type(type: number) {
    set8(this.bytes, this.start + TYPE, type);
  }

  get code(): number {
    return get8(this.bytes, this.start + CODE);
  }
  set code(code: number) {
    set8(this.bytes, this.start + CODE, code);
  }

  get checksum(): number {
    return get16(this.bytes, this.start + CHECKSUM);
  }
  set checksum(checksum: number) {
    set16(this.bytes, this.start + CHECKSUM, checksum);
  }

  /** Whose echo it is; of echo messages only. */
  get identifier(): number {
    return get16(this.bytes, this.start + IDENTIFIER);
  }
  set identifier(identifier: number) {
    set16(this.bytes, this.start + IDENTIFIER, identifier);
  }

  /** Which echo it is; of echo messages only. */
  get sequence(): number {
    return get16(this.bytes, this.start + SEQUENCE);
  }
  set sequence(sequence: number) {
    set16(this.bytes, this.start + SEQUENCE, sequence);
  }

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

  updateChecksum(ip: IpHeader): void {
    this.checksum = 0;
    this.checksum = internetChecksum(this.sum(ip.pseudoSum()));
  }
}
