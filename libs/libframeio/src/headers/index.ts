/**
 * Headers of frames as views: Ethernet with VLAN tags, ARP, IPv4, IPv6, ICMP, ICMPv6, neighbour
 * discovery, UDP. A view is put on frame after frame; it copies nothing and reads nothing beyond.
 *
 * @module libframeio/headers
 */

export { formatIp, formatMac, parseIp, parseMac } from './address.ts';
export { ARP_PACKET, ARP_REPLY, ARP_REQUEST, ArpPacket } from './arp.ts';
export { changedChecksum, internetChecksum, internetSum, isIntactSum } from './checksum.ts';
export {
  ETHERNET_HEADER,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_SERVICE_VLAN,
  ETHERTYPE_VLAN,
  EthernetHeader,
  MAC_LENGTH,
  VLAN_TAG,
} from './ethernet.ts';
export { HeaderView } from './header-view.ts';
export {
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMP_HEADER,
  ICMP_TIME_EXCEEDED,
  ICMP_UNREACHABLE,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_NEIGHBOUR_ADVERTISEMENT,
  ICMPV6_NEIGHBOUR_SOLICITATION,
  ICMPV6_ROUTER_ADVERTISEMENT,
  ICMPV6_ROUTER_SOLICITATION,
  ICMPV6_TIME_EXCEEDED,
  ICMPV6_TOO_BIG,
  ICMPV6_UNREACHABLE,
  IcmpLayout,
  IcmpMessage,
  Icmpv6Message,
} from './icmp.ts';
export {
  type IpHeader,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from './ip-header.ts';
export { IPV4_HEADER, Ipv4Header } from './ipv4.ts';
export {
  EXTENSION_AUTHENTICATION,
  EXTENSION_DESTINATION,
  EXTENSION_FRAGMENT,
  EXTENSION_HOP_BY_HOP,
  EXTENSION_ROUTING,
  groupMac,
  IPV6_HEADER,
  Ipv6Header,
  NO_NEXT_HEADER,
  solicitedNode,
} from './ipv6.ts';
export {
  NEIGHBOUR_MAC_OPTION,
  NEIGHBOUR_MESSAGE,
  NEIGHBOUR_SOURCE_MAC,
  NEIGHBOUR_TARGET_MAC,
  NeighbourMessage,
} from './neighbour.ts';
export { UDP_HEADER, UdpHeader } from './udp.ts';
