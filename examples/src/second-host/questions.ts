import {
  ARP_PACKET,
  ArpPacket,
  ETHERNET_HEADER,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV6,
  EthernetHeader,
  groupMac,
  IPV6_HEADER,
  Ipv6Header,
  NEIGHBOUR_MAC_OPTION,
  NEIGHBOUR_MESSAGE,
  NEIGHBOUR_SOURCE_MAC,
  NeighbourMessage,
  PROTOCOL_ICMPV6,
  solicitedNode,
} from 'libframeio/headers';
import type { HostAddresses } from '../responder/responder.ts';

const BROADCAST = new Uint8Array(6).fill(0xff);
/** The hop limit that shows that nobody forwarded a packet. */
const FROM_LINK = 255;

/** Writes the question who has `wanted`, by ARP or neighbour discovery; returns its length. */
export function writeQuestion(frame: Uint8Array, from: HostAddresses, wanted: Uint8Array): number {
  return wanted.length === 16
    ? writeSolicitation(frame, from, wanted)
    : writeArpRequest(frame, from, wanted);
}

function writeArpRequest(frame: Uint8Array, from: HostAddresses, wanted: Uint8Array): number {
  const end = ETHERNET_HEADER + ARP_PACKET;
  const ethernet = new EthernetHeader().make(frame, 0, end);
  ethernet.destination = BROADCAST;
  ethernet.source = from.mac;
  ethernet.type = ETHERTYPE_ARP;
  const arp = new ArpPacket().make(frame, ethernet.payload, ARP_PACKET);
  arp.senderMac = from.mac;
  arp.senderIp = from.ipv4;
  arp.targetIp = wanted;
  return end;
}

function writeSolicitation(frame: Uint8Array, from: HostAddresses, wanted: Uint8Array): number {
  const size = NEIGHBOUR_MESSAGE + NEIGHBOUR_MAC_OPTION;
  const end = ETHERNET_HEADER + IPV6_HEADER + size;
  const group = solicitedNode(wanted);
  const ethernet = new EthernetHeader().make(frame, 0, end);
  ethernet.destination = groupMac(group);
  ethernet.source = from.mac;
  ethernet.type = ETHERTYPE_IPV6;
  const ip = new Ipv6Header().make(frame, ethernet.payload, IPV6_HEADER + size);
  ip.nextHeader = PROTOCOL_ICMPV6;
  ip.hopLimit = FROM_LINK;
  ip.source = from.ipv6;
  ip.destination = group;
  const message = new NeighbourMessage().make(frame, ip.payload, size);
  message.target = wanted;
  message.setMacOption(NEIGHBOUR_SOURCE_MAC, from.mac);
  message.updateChecksum(ip);
  return end;
}
