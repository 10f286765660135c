import {
  ArpPacket,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  EthernetHeader,
  type HeaderView,
  IcmpMessage,
  Icmpv6Message,
  Ipv4Header,
  Ipv6Header,
  NeighbourMessage,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_UDP,
  UdpHeader,
} from './index.ts';

/** One view of each kind, put on whatever of it a frame has. The same views for every frame. */
export class Views {
  readonly ethernet: EthernetHeader = new EthernetHeader();
  readonly arp: ArpPacket = new ArpPacket();
  readonly ipv4: Ipv4Header = new Ipv4Header();
  readonly ipv6: Ipv6Header = new Ipv6Header();
  readonly icmp: IcmpMessage = new IcmpMessage();
  readonly icmpv6: Icmpv6Message = new Icmpv6Message();
  readonly neighbour: NeighbourMessage = new NeighbourMessage();
  readonly udp: UdpHeader = new UdpHeader();

  /** The views that found something, by name. */
  dissect(bytes: Uint8Array, start?: number, length?: number): Set<string> {
    for (const view of Object.values(this) as HeaderView[]) view.detach();
    const found = new Set<string>();
    const { ethernet, arp, ipv4, ipv6 } = this;
    const mark = (name: string, there: boolean) => there && found.add(name) !== undefined;
    if (!mark('ethernet', ethernet.at(bytes, start, length))) return found;
    switch (ethernet.type) {
      case ETHERTYPE_ARP:
        mark('arp', arp.within(ethernet));
        break;
      case ETHERTYPE_IPV4:
        if (!mark('ipv4', ipv4.within(ethernet)) || ipv4.fragmentOffset > 0) break;
        if (ipv4.protocol === PROTOCOL_ICMP) mark('icmp', this.icmp.within(ipv4));
        if (ipv4.protocol === PROTOCOL_UDP) mark('udp', this.udp.within(ipv4));
        break;
      case ETHERTYPE_IPV6:
        if (!mark('ipv6', ipv6.within(ethernet)) || ipv6.fragmentOffset > 0) break;
        if (ipv6.protocol === PROTOCOL_ICMPV6) mark('icmpv6', this.icmpv6.within(ipv6));
        if (ipv6.protocol === PROTOCOL_ICMPV6) mark('neighbour', this.neighbour.within(ipv6));
        if (ipv6.protocol === PROTOCOL_UDP) mark('udp', this.udp.within(ipv6));
        break;
    }
    return found;
  }
}
