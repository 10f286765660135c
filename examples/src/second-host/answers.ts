import {
  ArpPacket,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV6,
  EthernetHeader,
  ICMPV6_NEIGHBOUR_ADVERTISEMENT,
  Ipv6Header,
  NEIGHBOUR_TARGET_MAC,
  NeighbourMessage,
  PROTOCOL_ICMPV6,
} from 'libframeio/headers';

/** Finds in frames what tells the MAC address of a neighbour. */
export class Answers {
  readonly #mac: Uint8Array;
  readonly #ethernet = new EthernetHeader();
  readonly #arp = new ArpPacket();
  readonly #ip = new Ipv6Header();
  readonly #message = new NeighbourMessage();

  /** @param mac whose answers they are to be */
  constructor(mac: Uint8Array) {
    this.#mac = mac;
  }

  /** The MAC address (a view), if the frame tells that of `ip`. */
  read(frame: Uint8Array, length: number, ip: Uint8Array): Uint8Array | undefined {
    const ethernet = this.#ethernet;
    if (!ethernet.at(frame, 0, length)) return undefined;
    if (!ethernet.isMulticast && !ethernet.isTo(this.#mac)) return undefined;
    return ip.length === 16 ? this.#readAdvertisement(ip) : this.#readReply(ip);
  }

  #readReply(ip: Uint8Array): Uint8Array | undefined {
    const arp = this.#arp;
    if (this.#ethernet.type !== ETHERTYPE_ARP || !arp.within(this.#ethernet)) return undefined;
    return arp.tells(ip) ? arp.senderMac : undefined;
  }

  #readAdvertisement(ip: Uint8Array): Uint8Array | undefined {
    const packet = this.#ip;
    const message = this.#message;
    if (this.#ethernet.type !== ETHERTYPE_IPV6 || !packet.within(this.#ethernet)) return undefined;
    if (packet.protocol !== PROTOCOL_ICMPV6 || !message.within(packet)) return undefined;
    const tells =
      message.type === ICMPV6_NEIGHBOUR_ADVERTISEMENT &&
      message.isFromLink(packet) &&
      message.isAbout(ip);
    return tells ? message.macOption(NEIGHBOUR_TARGET_MAC) : undefined;
  }
}
