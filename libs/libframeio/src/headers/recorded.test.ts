import { describe, expect, it } from 'vitest';
import { Views } from './dissect.fixture.ts';
import {
  EXTENSION_DESTINATION,
  EXTENSION_FRAGMENT,
  EXTENSION_HOP_BY_HOP,
  formatIp,
  formatMac,
  NEIGHBOUR_SOURCE_MAC,
  NEIGHBOUR_TARGET_MAC,
} from './index.ts';
import { READ_FRAMES } from './read-frames.fixture.ts';

const hex = (digits: number) => (value: number) => `0x${value.toString(16).padStart(digits, '0')}`;
const flag = (on: boolean) => (on ? '1' : '0');
const extension = ({ ipv6 }: Views, type: number) => {
  const at = ipv6.findExtension(type);
  return at < 0 ? undefined : ipv6.bytes[at];
};

type Read = (views: Views) => unknown;

/** What each view says, in the words of tshark: by the view, then by tshark's name of the field. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Read>>>> = {
  ethernet: {
    'eth.dst': ({ ethernet }) => formatMac(ethernet.destination),
    'eth.src': ({ ethernet }) => formatMac(ethernet.source),
  },
  arp: {
    'arp.opcode': ({ arp }) => arp.operation,
    'arp.src.hw_mac': ({ arp }) => formatMac(arp.senderMac),
    'arp.src.proto_ipv4': ({ arp }) => formatIp(arp.senderIp),
    'arp.dst.hw_mac': ({ arp }) => formatMac(arp.targetMac),
    'arp.dst.proto_ipv4': ({ arp }) => formatIp(arp.targetIp),
  },
  ipv4: {
    'ip.hdr_len': ({ ipv4 }) => ipv4.headerLength,
    'ip.dsfield.dscp': ({ ipv4 }) => ipv4.dscp,
    'ip.dsfield.ecn': ({ ipv4 }) => ipv4.ecn,
    'ip.len': ({ ipv4 }) => ipv4.totalLength,
    'ip.id': ({ ipv4 }) => hex(4)(ipv4.identification),
    'ip.flags.df': ({ ipv4 }) => flag(ipv4.dontFragment),
    'ip.flags.mf': ({ ipv4 }) => flag(ipv4.moreFragments),
    'ip.frag_offset': ({ ipv4 }) => ipv4.fragmentOffset / 8,
    'ip.ttl': ({ ipv4 }) => ipv4.ttl,
    'ip.proto': ({ ipv4 }) => ipv4.protocol,
    'ip.checksum': ({ ipv4 }) => hex(4)(ipv4.checksum),
    'ip.checksum.status': ({ ipv4 }) => flag(ipv4.isIntact()),
    'ip.src': ({ ipv4 }) => formatIp(ipv4.source),
    'ip.dst': ({ ipv4 }) => formatIp(ipv4.destination),
  },
  ipv6: {
    'ipv6.tclass': ({ ipv6 }) => hex(8)(ipv6.trafficClass),
    'ipv6.flow': ({ ipv6 }) => hex(6)(ipv6.flowLabel),
    'ipv6.plen': ({ ipv6 }) => ipv6.payloadLength,
    'ipv6.nxt': ({ ipv6 }) => ipv6.nextHeader,
    'ipv6.hlim': ({ ipv6 }) => ipv6.hopLimit,
    'ipv6.src': ({ ipv6 }) => formatIp(ipv6.source),
    'ipv6.dst': ({ ipv6 }) => formatIp(ipv6.destination),
    'ipv6.hopopts.nxt': (views) => extension(views, EXTENSION_HOP_BY_HOP),
    'ipv6.dstopts.nxt': (views) => extension(views, EXTENSION_DESTINATION),
    'ipv6.fraghdr.nxt': (views) => extension(views, EXTENSION_FRAGMENT),
    'ipv6.fraghdr.offset': ({ ipv6 }) =>
      ipv6.findExtension(EXTENSION_FRAGMENT) < 0 ? undefined : ipv6.fragmentOffset / 8,
    'ipv6.fraghdr.more': ({ ipv6 }) =>
      ipv6.findExtension(EXTENSION_FRAGMENT) < 0 ? undefined : flag(ipv6.moreFragments),
  },
  icmp: {
    'icmp.type': ({ icmp }) => icmp.type,
    'icmp.code': ({ icmp }) => icmp.code,
    'icmp.checksum': ({ icmp }) => hex(4)(icmp.checksum),
    'icmp.checksum.status': ({ icmp }) => flag(icmp.isIntact()),
    'icmp.ident': ({ icmp }) => (icmp.type === 3 ? undefined : icmp.identifier),
    'icmp.seq': ({ icmp }) => (icmp.type === 3 ? undefined : icmp.sequence),
  },
  icmpv6: {
    'icmpv6.type': ({ icmpv6 }) => icmpv6.type,
    'icmpv6.code': ({ icmpv6 }) => icmpv6.code,
    'icmpv6.checksum': ({ icmpv6 }) => hex(4)(icmpv6.checksum),
    'icmpv6.checksum.status': ({ icmpv6, ipv6 }) => flag(icmpv6.isIntact(ipv6)),
    'icmpv6.echo.identifier': ({ icmpv6 }) =>
      icmpv6.type === 128 ? hex(4)(icmpv6.identifier) : undefined,
    'icmpv6.echo.sequence_number': ({ icmpv6 }) =>
      icmpv6.type === 128 ? icmpv6.sequence : undefined,
  },
  neighbour: {
    'icmpv6.nd.ns.target_address': ({ neighbour }) =>
      neighbour.isSolicitation ? formatIp(neighbour.target) : undefined,
    'icmpv6.nd.na.target_address': ({ neighbour }) =>
      neighbour.isSolicitation ? undefined : formatIp(neighbour.target),
    'icmpv6.nd.na.flag.s': ({ neighbour }) =>
      neighbour.isSolicitation ? undefined : flag(neighbour.solicited),
    'icmpv6.nd.na.flag.o': ({ neighbour }) =>
      neighbour.isSolicitation ? undefined : flag(neighbour.override),
    'icmpv6.nd.na.flag.r': ({ neighbour }) =>
      neighbour.isSolicitation ? undefined : flag(neighbour.router),
    'icmpv6.opt.linkaddr': ({ neighbour }) => {
      const type = neighbour.isSolicitation ? NEIGHBOUR_SOURCE_MAC : NEIGHBOUR_TARGET_MAC;
      const mac = neighbour.macOption(type);
      return mac === undefined ? undefined : formatMac(mac);
    },
  },
  udp: {
    'udp.srcport': ({ udp }) => udp.sourcePort,
    'udp.dstport': ({ udp }) => udp.destinationPort,
    'udp.length': ({ udp }) => udp.length,
    'udp.checksum': ({ udp }) => hex(4)(udp.checksum),
    'udp.checksum.status': ({ udp, ipv4, ipv6 }) =>
      flag(udp.isIntact(ipv4.bytes === udp.bytes ? ipv4 : ipv6)),
  },
};

/** The first type of a frame is that of its outermost tag; the innermost tag is `vlan` to tshark. */
function typeFields({ ethernet }: Views): Record<string, unknown> {
  const { tags, type, vlan } = ethernet;
  if (tags === 0) return { 'eth.type': hex(4)(type) };
  const inner = ethernet.tag(tags - 1);
  return {
    'eth.type': tags === 1 ? '0x8100' : '0x88a8',
    'ieee8021ad.id': tags === 1 ? undefined : vlan,
    'vlan.id': inner & 0xfff,
    'vlan.priority': inner >> 13,
    'vlan.dei': (inner >> 12) & 1,
    'vlan.etype': hex(4)(type),
  };
}

function fieldsOf(views: Views, found: ReadonlySet<string>): [string, unknown][] {
  return [...found].flatMap((view) =>
    Object.entries(FIELDS[view] ?? {}).map(([name, read]): [string, unknown] => [
      name,
      read(views),
    ]),
  );
}

/** The datagram that an ICMP error in a frame is about. */
function dissectInner(outer: Views, found: ReadonlySet<string>) {
  const views = new Views();
  const { ipv4, ipv6, udp } = views;
  if (found.has('icmp') && outer.icmp.type === 3) {
    expect(ipv4.within(outer.icmp) && udp.within(ipv4)).toBe(true);
    return { views, found: new Set(['ipv4', 'udp']) };
  }
  if (found.has('icmpv6') && outer.icmpv6.type === 1) {
    expect(ipv6.within(outer.icmpv6) && udp.within(ipv6)).toBe(true);
    return { views, found: new Set(['ipv6', 'udp']) };
  }
  return undefined;
}

const views = new Views();

describe('views read frames as tshark does', () => {
  it.each(Object.entries(READ_FRAMES))('%s', (_, { frame, fields }) => {
    // Somewhere in a larger buffer, as in a batch.
    const bytes = Buffer.from(frame, 'hex');
    const slot = Buffer.alloc(bytes.length + 64, 0x5a);
    slot.set(bytes, 32);

    const found = views.dissect(slot, 32, bytes.length);
    const read = [...Object.entries(typeFields(views)), ...fieldsOf(views, found)];
    const inner = dissectInner(views, found);
    // What an error is about comes behind: tshark tells the first of every field.
    if (inner !== undefined) read.unshift(...fieldsOf(inner.views, inner.found));
    const told = read.filter(([, value]) => value !== undefined);
    expect(Object.fromEntries(told.map(([name, value]) => [name, String(value)]))).toEqual(fields);
  });
});

describe('what tshark does not tell', () => {
  const put = (name: string) => {
    const bytes = Buffer.from(READ_FRAMES[name]?.frame ?? '', 'hex');
    return { bytes, found: views.dissect(bytes) };
  };

  it('an IPv4 option and where it is', () => {
    const { bytes } = put('recordRoute');
    const at = views.ipv4.findOption(7);
    expect(at).toBe(14 + 20);
    expect(bytes[at + 1]).toBe(39);
    expect(views.ipv4.options).toHaveLength(40);
    expect(views.ipv4.findOption(68)).toBe(-1);
  });

  it('a packet that ends before its frame', () => {
    const { bytes } = put('padded');
    expect(views.ipv4.end).toBe(42);
    expect(bytes).toHaveLength(60);
  });

  it('the packet that an ICMP error is about', () => {
    put('unreachable');
    const { bytes, payload, end } = views.icmp;
    expect(views.ipv4.at(bytes, payload, end - payload)).toBe(true);
    expect(formatIp(views.ipv4.source)).toBe('10.62.0.1');
    expect(views.udp.within(views.ipv4)).toBe(true);
    expect(views.udp.destinationPort).toBe(9);
  });

  it('a solicitation of who has no address carries no MAC address', () => {
    const { found } = put('duplicateProbe');
    expect(found).toContain('neighbour');
    expect(views.ipv6.hasUnspecifiedSource).toBe(true);
    expect(views.neighbour.macOption(NEIGHBOUR_SOURCE_MAC)).toBeUndefined();
    expect(views.neighbour.isFromLink(views.ipv6)).toBe(true);
    views.ipv6.hopLimit = 254;
    expect(views.neighbour.isFromLink(views.ipv6)).toBe(false);
  });
});
