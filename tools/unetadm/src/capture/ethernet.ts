import { SocketAddress } from 'node:net';

/** Addresses of the network layer, of IPv4, IPv6 and ARP. */
interface Network {
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Of IP: the number of the protocol in it. */
  readonly protocol: number | undefined;
}

/** What is read of an Ethernet frame: as much of it as is there. */
export interface Ethernet extends Network {
  readonly destination: string;
  readonly source: string;
  /** Of the payload, behind the VLAN tag if there is one. */
  readonly type: number;
  readonly vlan: number | undefined;
}

export const ETHERTYPES: Readonly<Record<string, number>> = {
  ip: 0x0800,
  arp: 0x0806,
  vlan: 0x8100,
  ip6: 0x86dd,
};
const { ip: IP, arp: ARP, vlan: VLAN, ip6: IP6 } = ETHERTYPES;

const HEADER = 14;
const TAG = 4;

/** `2:8:20:0:0:1`, as dladm writes it. */
function macAt(frame: Buffer, at: number): string {
  return Array.from(frame.subarray(at, at + 6), (byte) => byte.toString(16)).join(':');
}

function ipv4At(frame: Buffer, at: number): string | undefined {
  return at + 4 > frame.length ? undefined : frame.subarray(at, at + 4).join('.');
}

function ipv6At(frame: Buffer, at: number): string | undefined {
  if (at + 16 > frame.length) return undefined;
  const groups = Array.from({ length: 8 }, (_, i) => frame.readUInt16BE(at + 2 * i).toString(16));
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
}

/** Reads a frame of 14 bytes or more; `undefined`: there are not as many. */
export function readEthernet(frame: Buffer): Ethernet | undefined {
  if (frame.length < HEADER) return undefined;
  const outer = frame.readUInt16BE(12);
  const tagged = outer === VLAN && frame.length >= HEADER + TAG;
  const at = tagged ? HEADER + TAG : HEADER;
  const type = frame.readUInt16BE(at - 2);
  return {
    destination: macAt(frame, 0),
    source: macAt(frame, 6),
    type,
    vlan: tagged ? frame.readUInt16BE(HEADER) & 0xfff : undefined,
    ...network(frame, type, at),
  };
}

function network(frame: Buffer, type: number, at: number): Network {
  switch (type) {
    case IP:
      return { from: ipv4At(frame, at + 12), to: ipv4At(frame, at + 16), protocol: frame[at + 9] };
    case IP6:
      return { from: ipv6At(frame, at + 8), to: ipv6At(frame, at + 24), protocol: frame[at + 6] };
    case ARP:
      return { from: ipv4At(frame, at + 14), to: ipv4At(frame, at + 24), protocol: undefined };
    default:
      return { from: undefined, to: undefined, protocol: undefined };
  }
}
