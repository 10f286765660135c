import {
  ArpPacket,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  EthernetHeader,
  groupMac,
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_NEIGHBOUR_ADVERTISEMENT,
  ICMPV6_NEIGHBOUR_SOLICITATION,
  IcmpMessage,
  Icmpv6Message,
  Ipv4Header,
  Ipv6Header,
  NEIGHBOUR_MAC_OPTION,
  NEIGHBOUR_MESSAGE,
  NEIGHBOUR_SOURCE_MAC,
  NEIGHBOUR_TARGET_MAC,
  NeighbourMessage,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  parseIp,
  solicitedNode,
} from 'libframeio/headers';

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
export const ANSWER_EXTRA: number = NEIGHBOUR_MAC_OPTION;

const ALL_NODES = parseIp('ff02::1');
const ADVERTISEMENT = NEIGHBOUR_MESSAGE + NEIGHBOUR_MAC_OPTION;

/**
 * A host that answers whoever asks for its addresses (ARP, neighbour discovery)
 * and whether it is there (ICMP and ICMPv6 echo).  It knows frames only: where
 * they come from and go to is somebody else's.
 */
export class Responder {
  readonly counts: ResponderCounts = { arp: 0, neighbour: 0, echo4: 0, echo6: 0, ignored: 0 };
  readonly #me: HostAddresses;
  readonly #group: Uint8Array;
  // One view of each kind, put on frame after frame: an answer allocates nothing.
  readonly #ethernet = new EthernetHeader();
  readonly #arp = new ArpPacket();
  readonly #ipv4 = new Ipv4Header();
  readonly #icmp = new IcmpMessage();
  readonly #ipv6 = new Ipv6Header();
  readonly #icmpv6 = new Icmpv6Message();
  readonly #neighbour = new NeighbourMessage();

  constructor(addresses: HostAddresses) {
    this.#me = addresses;
    this.#group = solicitedNode(addresses.ipv6);
  }

  /**
   * Turns the frame of `length` bytes at `start` into its answer, in place, and returns the answer's
   * length; 0: there is none, and the frame is as it was.  Behind the frame there is room for
   * {@link ANSWER_EXTRA} bytes more.
   */
  answer(bytes: Uint8Array, start: number, length: number): number {
    const answered = this.#dispatch(bytes, start, length);
    if (answered === 0) this.counts.ignored++;
    return answered === 0 ? 0 : answered - start;
  }

  /** Where the answer ends; 0: there is none. */
  #dispatch(bytes: Uint8Array, start: number, length: number): number {
    const ethernet = this.#ethernet;
    if (!ethernet.at(bytes, start, length) || ethernet.tags > 0) return 0;
    if (!ethernet.isMulticast && !ethernet.isTo(this.#me.mac)) return 0;
    switch (ethernet.type) {
      case ETHERTYPE_ARP:
        return this.#answerArp();
      case ETHERTYPE_IPV4:
        return this.#answerIpv4();
      case ETHERTYPE_IPV6:
        return this.#answerIpv6();
      default:
        return 0;
    }
  }

  #answerArp(): number {
    const arp = this.#arp;
    const { mac, ipv4: ip } = this.#me;
    if (!arp.within(this.#ethernet) || !arp.asksFor(ip)) return 0;
    this.#ethernet.turnAround(mac);
    arp.turnAround(mac, ip);
    this.counts.arp++;
    return arp.end;
  }

  #answerIpv4(): number {
    const ip = this.#ipv4;
    const icmp = this.#icmp;
    if (!ip.within(this.#ethernet) || !ip.isIntact()) return 0;
    // Neither a part of a packet nor a source-routed one is answered by turning it around.
    if (ip.isFragment || ip.hasOptions) return 0;
    if (!ip.isTo(this.#me.ipv4) || !ip.hasUnicastSource) return 0;
    if (ip.protocol !== PROTOCOL_ICMP || !icmp.within(ip) || !icmp.isIntact()) return 0;
    if (icmp.type !== ICMP_ECHO_REQUEST || icmp.code !== 0) return 0;

    this.#ethernet.turnAround(this.#me.mac);
    ip.turnAround();
    icmp.type = ICMP_ECHO_REPLY;
    icmp.updateChecksum();
    this.counts.echo4++;
    return ip.end;
  }

  #answerIpv6(): number {
    const ip = this.#ipv6;
    const icmp = this.#icmpv6;
    if (!ip.within(this.#ethernet) || ip.hasExtensions) return 0;
    if (ip.protocol !== PROTOCOL_ICMPV6 || !icmp.within(ip) || !icmp.isIntact(ip)) return 0;
    if (icmp.type === ICMPV6_NEIGHBOUR_SOLICITATION) return this.#answerNeighbour();
    if (icmp.type !== ICMPV6_ECHO_REQUEST || icmp.code !== 0) return 0;
    if (!ip.isTo(this.#me.ipv6) || !ip.hasUnicastSource) return 0;

    this.#ethernet.turnAround(this.#me.mac);
    ip.turnAround();
    icmp.type = ICMPV6_ECHO_REPLY;
    icmp.updateChecksum(ip);
    this.counts.echo6++;
    return ip.end;
  }

  /** Answers a neighbour solicitation (RFC 4861 §7.2.4). */
  #answerNeighbour(): number {
    const ethernet = this.#ethernet;
    const ip = this.#ipv6;
    const message = this.#neighbour;
    const { mac, ipv6: me } = this.#me;
    if (!message.within(ip) || !message.isFromLink(ip) || !message.isAbout(me)) return 0;

    // Who has no address yet asks whether this one is taken: everybody is told.
    const isProbe = ip.hasUnspecifiedSource;
    const asker = message.macOption(NEIGHBOUR_SOURCE_MAC);
    if (isProbe && (asker !== undefined || !ip.isTo(this.#group))) return 0;
    if (!isProbe && !ip.hasUnicastSource) return 0;

    ethernet.destination = isProbe ? groupMac(ALL_NODES) : (asker ?? ethernet.source);
    ethernet.source = mac;
    // The answer has an option, which the question may have had no room for.
    const { bytes, payload } = ethernet;
    ip.at(bytes, payload, ip.payload + ADVERTISEMENT - payload);
    ip.trafficClass = 0;
    ip.flowLabel = 0;
    ip.payloadLength = ADVERTISEMENT;
    ip.destination = isProbe ? ALL_NODES : ip.source;
    ip.source = me;
    message.make(bytes, ip.payload, ADVERTISEMENT);
    message.type = ICMPV6_NEIGHBOUR_ADVERTISEMENT;
    message.override = true;
    message.solicited = !isProbe;
    message.target = me;
    message.setMacOption(NEIGHBOUR_TARGET_MAC, mac);
    message.updateChecksum(ip);
    this.counts.neighbour++;
    return ip.end;
  }
}
