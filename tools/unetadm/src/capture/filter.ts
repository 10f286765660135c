import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { UsageError } from 'libofmt';
import { ETHERTYPES, type Ethernet } from './ethernet.ts';

/** Says whether a frame is wanted. */
export type Filter = (frame: Ethernet) => boolean;

const MAC = /^([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i;
const NUMBER = /^(0x[0-9a-f]{1,4}|[0-9]{1,5})$/i;

/** Frames from or to any of these: MAC, IPv4 or IPv6 addresses, or networks as 10.0.0.0/8. */
export function hostFilter(hosts: readonly string[]): Filter {
  const macs = new Set<string>();
  const networks = new BlockList();
  for (const host of hosts) {
    if (MAC.test(host)) {
      macs.add(plainMac(host));
    } else {
      addNetwork(networks, host);
    }
  }
  const isListed = (address: string | undefined): boolean =>
    address !== undefined && networks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  return ({ source, destination, from, to }) =>
    macs.has(source) || macs.has(destination) || isListed(from) || isListed(to);
}

function plainMac(text: string): string {
  return text
    .split(':')
    .map((byte) => Number.parseInt(byte, 16).toString(16))
    .join(':');
}

function addNetwork(networks: BlockList, host: string): void {
  const [address = '', prefix, ...more] = host.split('/');
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const bits = family === 'ipv4' ? 32 : 128;
  const length = prefix === undefined ? bits : /^[0-9]{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if ((family === 'ipv6' && !isIPv6(address)) || more.length > 0 || length < 0 || length > bits) {
    throw new UsageError(`not an address of a host: ${host}`);
  }
  networks.addSubnet(address, length, family);
}

/** Frames of any of these types: names or numbers; `vlan` are those that have a tag. */
export function typeFilter(types: readonly string[]): Filter {
  const wanted = new Set(types.map(typeNumber));
  const { vlan: tagged = 0 } = ETHERTYPES;
  return ({ type, vlan }) => wanted.has(type) || (vlan !== undefined && wanted.has(tagged));
}

function typeNumber(text: string): number {
  const known = Object.hasOwn(ETHERTYPES, text) ? ETHERTYPES[text] : undefined;
  const number = known ?? (NUMBER.test(text) ? Number(text) : Number.NaN);
  if (!(number <= 0xffff)) {
    throw new UsageError(`not an ethertype: ${text} (arp, ip, ip6, vlan or a number)`);
  }
  return number;
}
