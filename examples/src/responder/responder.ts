import * as arp from '../protocol/arp.ts';
import * as ethernet from '../protocol/ethernet.ts';
import * as icmp from '../protocol/icmp.ts';
import * as icmpv6 from '../protocol/icmpv6.ts';
import * as ipv4 from '../protocol/ipv4.ts';
import * as ipv6 from '../protocol/ipv6.ts';

/** The addresses of a host. */
export interface HostAddresses {
  readonly mac: Uint8Array;
  readonly ipv4: Uint8Array;
  readonly ipv6: Uint8Array;
}

/** What a {@link Responder} answered, by kind, and what it had no answer to. */
export interface ResponderCounts {
  arp: number;
  neighbour: number;
  echo4: number;
  echo6: number;
  ignored: number;
}

/** Bytes that an answer may be longer than its question. */
export const ANSWER_EXTRA = 8;

/**
 * A host that answers whoever asks for its addresses (ARP, neighbour discovery)
 * and whether it is there (ICMP and ICMPv6 echo).  It knows frames only: where
 * they come from and go to is somebody else's.
 */
export class Responder {
  readonly counts: ResponderCounts = { arp: 0, neighbour: 0, echo4: 0, echo6: 0, ignored: 0 };
  readonly #me: HostAddresses;

  constructor(addresses: HostAddresses) {
    this.#me = addresses;
  }

  /**
   * Turns the frame in the first `length` bytes of `slot` into its answer, in
   * place, and returns the answer's length; 0: there is none, and the frame is
   * as it was.  The slot has {@link ANSWER_EXTRA} bytes more than the frame.
   */
  answer(slot: Uint8Array, length: number): number {
    const answered =
      length >= ethernet.HEADER && ethernet.isFor(slot, this.#me.mac)
        ? this.#dispatch(slot, length)
        : 0;
    if (answered === 0) this.counts.ignored++;
    return answered;
  }

  #dispatch(slot: Uint8Array, length: number): number {
    switch (ethernet.type(slot)) {
      case ethernet.TYPE_ARP:
        return this.#arp(slot, length);
      case ethernet.TYPE_IPV4:
        return this.#ipv4(slot, length);
      case ethernet.TYPE_IPV6:
        return this.#ipv6(slot, length);
      default:
        return 0;
    }
  }

  #arp(slot: Uint8Array, length: number): number {
    const { mac, ipv4: ip } = this.#me;
    if (!arp.isValid(slot, length) || !arp.asksFor(slot, ip)) return 0;
    this.counts.arp++;
    return arp.makeReply(slot, mac, ip);
  }

  #ipv4(slot: Uint8Array, length: number): number {
    const { mac, ipv4: ip } = this.#me;
    const end = ipv4.end(slot, length);
    if (end === 0 || !ipv4.isTo(slot, ip) || !ipv4.hasUnicastSource(slot)) return 0;
    if (ipv4.protocol(slot) !== ipv4.PROTOCOL_ICMP) return 0;
    if (icmp.type(slot, end) !== icmp.ECHO_REQUEST) return 0;

    ethernet.turnAround(slot, mac);
    ipv4.turnAround(slot);
    icmp.makeReply(slot, end);
    this.counts.echo4++;
    return end;
  }

  #ipv6(slot: Uint8Array, length: number): number {
    const { mac, ipv6: ip } = this.#me;
    const end = ipv6.end(slot, length);
    if (end === 0 || ipv6.nextHeader(slot) !== ipv6.NEXT_ICMPV6) return 0;

    switch (icmpv6.type(slot, end)) {
      case icmpv6.NEIGHBOUR_SOLICITATION: {
        if (!icmpv6.isAbout(slot, end, ip)) return 0;
        const answer = icmpv6.makeAdvertisement(slot, end, mac, ip);
        if (answer > 0) this.counts.neighbour++;
        return answer;
      }
      case icmpv6.ECHO_REQUEST:
        if (!ipv6.isTo(slot, ip) || !ipv6.hasUnicastSource(slot)) return 0;
        ethernet.turnAround(slot, mac);
        ipv6.turnAround(slot);
        icmpv6.makeReply(slot, end);
        this.counts.echo6++;
        return end;
      default:
        return 0;
    }
  }
}
