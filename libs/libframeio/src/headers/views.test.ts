import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Views } from './dissect.fixture.ts';
import {
  ArpPacket,
  changedChecksum,
  EthernetHeader,
  groupMac,
  type HeaderView,
  IcmpMessage,
  Icmpv6Message,
  Ipv4Header,
  Ipv6Header,
  internetChecksum,
  internetSum,
  NEIGHBOUR_SOURCE_MAC,
  NeighbourMessage,
  parseIp,
  solicitedNode,
  UdpHeader,
} from './index.ts';
import { READ_FRAMES } from './read-frames.fixture.ts';

/** The checksum by another way than the library's: 16 bits at a time, a carry as it comes. */
function slowChecksum(bytes: Uint8Array): number {
  let sum = 0n;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += BigInt((bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0));
    if (sum > 0xffffn) sum -= 0xffffn;
  }
  return Number(0xffffn - sum);
}

/** Ends of the ones' complement: both are zero. */
const same = (a: number, b: number) => a === b || (a % 0xffff === 0 && b % 0xffff === 0);

/** One field: how it is set, how it is read, and how Node reads it at the place the RFC gives. */
interface Field {
  readonly name: string;
  readonly view: () => HeaderView;
  readonly values: fc.Arbitrary<unknown>;
  readonly raw: (header: Buffer) => unknown;
}

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const bits = (count: number) => fc.nat(2 ** count - 1);
const place = (bytes: Uint8Array, start: number, length: number) =>
  Buffer.from(bytes.subarray(start, start + length));

const START = 7;
const SIZE = 96;
const slot = () => new Uint8Array(START + SIZE + 9).fill(0xa5);
const made = {
  ethernet: () => new EthernetHeader().make(slot(), START, SIZE),
  tagged: () => new EthernetHeader().make(slot(), START, SIZE, 2),
  arp: () => new ArpPacket().make(slot(), START, SIZE),
  ipv4: () => new Ipv4Header().make(slot(), START, SIZE, 12),
  ipv6: () => new Ipv6Header().make(slot(), START, SIZE),
  icmp: () => new IcmpMessage().make(slot(), START, SIZE),
  neighbour: () => new NeighbourMessage().make(slot(), START, SIZE),
  udp: () => new UdpHeader().make(slot(), START, SIZE),
};
const mac = bytesOf(6);
const ip4 = bytesOf(4);
const ip6 = bytesOf(16);
const at = (from: number, length: number) => (header: Buffer) =>
  Uint8Array.from(header.subarray(from, from + length));
const u8 = (from: number) => (header: Buffer) => header.readUInt8(from);
const u16 = (from: number) => (header: Buffer) => header.readUInt16BE(from);
const part = (from: number, shift: number, width: number) => (header: Buffer) =>
  (header.readUInt32BE(from) >>> shift) & (2 ** width - 1);
const flag = (from: number, shift: number) => (header: Buffer) =>
  part(from, shift, 1)(header) === 1;

const FIELDS: readonly (readonly [
  keyof typeof made,
  string,
  fc.Arbitrary<unknown>,
  Field['raw'],
])[] = [
  ['ethernet', 'destination', mac, at(0, 6)],
  ['ethernet', 'source', mac, at(6, 6)],
  ['ethernet', 'type', bits(16), u16(12)],
  ['tagged', 'vlan', bits(12), part(12, 0, 12)],
  ['tagged', 'priority', bits(3), part(12, 13, 3)],
  ['tagged', 'type', bits(16), u16(20)],
  ['arp', 'operation', bits(16), u16(6)],
  ['arp', 'senderMac', mac, at(8, 6)],
  ['arp', 'senderIp', ip4, at(14, 4)],
  ['arp', 'targetMac', mac, at(18, 6)],
  ['arp', 'targetIp', ip4, at(24, 4)],
  ['ipv4', 'dscp', bits(6), part(0, 18, 6)],
  ['ipv4', 'ecn', bits(2), part(0, 16, 2)],
  ['ipv4', 'totalLength', fc.integer({ min: 32, max: SIZE }), u16(2)],
  ['ipv4', 'identification', bits(16), u16(4)],
  ['ipv4', 'dontFragment', fc.boolean(), flag(4, 14)],
  ['ipv4', 'moreFragments', fc.boolean(), flag(4, 13)],
  ['ipv4', 'fragmentOffset', bits(13).map((n) => n * 8), (h) => part(4, 0, 13)(h) * 8],
  ['ipv4', 'ttl', bits(8), u8(8)],
  ['ipv4', 'protocol', bits(8), u8(9)],
  ['ipv4', 'checksum', bits(16), u16(10)],
  ['ipv4', 'source', ip4, at(12, 4)],
  ['ipv4', 'destination', ip4, at(16, 4)],
  ['ipv6', 'trafficClass', bits(8), part(0, 20, 8)],
  ['ipv6', 'flowLabel', bits(20), part(0, 0, 20)],
  ['ipv6', 'payloadLength', fc.integer({ min: 0, max: SIZE - 40 }), u16(4)],
  ['ipv6', 'nextHeader', fc.constantFrom(6, 17, 50, 58, 59, 255), u8(6)],
  ['ipv6', 'hopLimit', bits(8), u8(7)],
  ['ipv6', 'source', ip6, at(8, 16)],
  ['ipv6', 'destination', ip6, at(24, 16)],
  ['icmp', 'type', bits(8), u8(0)],
  ['icmp', 'code', bits(8), u8(1)],
  ['icmp', 'checksum', bits(16), u16(2)],
  ['icmp', 'identifier', bits(16), u16(4)],
  ['icmp', 'sequence', bits(16), u16(6)],
  ['neighbour', 'router', fc.boolean(), flag(4, 31)],
  ['neighbour', 'solicited', fc.boolean(), flag(4, 30)],
  ['neighbour', 'override', fc.boolean(), flag(4, 29)],
  ['neighbour', 'target', ip6, at(8, 16)],
  ['udp', 'sourcePort', bits(16), u16(0)],
  ['udp', 'destinationPort', bits(16), u16(2)],
  ['udp', 'checksum', bits(16), u16(6)],
];

describe('a field', () => {
  it.each(FIELDS)('%s.%s reads as set, and where its RFC has it', (kind, name, values, raw) => {
    fc.assert(
      fc.property(values, (value) => {
        const view = made[kind]() as HeaderView;
        const record = view as unknown as Record<string, unknown>;
        const others = FIELDS.filter(([k, n]) => k === kind && n !== name);
        const before = others.map(([, n]) => structuredClone(record[n]));

        record[name] = value;
        expect(structuredClone(record[name])).toEqual(value);
        expect(raw(place(view.bytes, START, SIZE))).toEqual(value);
        expect(others.map(([, n]) => structuredClone(record[n]))).toEqual(before);
        expect([...view.bytes.subarray(0, START)]).toEqual(Array(START).fill(0xa5));
        expect([...view.bytes.subarray(START + SIZE)]).toEqual(Array(9).fill(0xa5));
      }),
      { numRuns: 30 },
    );
  });

  it.each(FIELDS)('%s.%s refuses what does not fit, and stays', (kind, name) => {
    const view = made[kind]() as HeaderView;
    const record = view as unknown as Record<string, unknown>;
    if (typeof record[name] === 'boolean') return expect(typeof record[name]).toBe('boolean');
    const before = [...view.bytes];
    const isAddress = record[name] instanceof Uint8Array;
    const wrong = isAddress
      ? [new Uint8Array(5), 'fd62::1']
      : [-1, 65536 * 65536, 1.5, Number.NaN, '1'];
    for (const value of wrong) {
      expect(() => {
        record[name] = value;
      }, String(value)).toThrow(typeof value === 'string' ? TypeError : RangeError);
    }
    expect([...view.bytes]).toEqual(before);
  });
});

/** Memory that tells whether anything outside of a range was read or changed. */
function guarded(bytes: Uint8Array, start: number, length: number) {
  const outside = new Set<number>();
  const note = (key: string | symbol) => {
    const index = typeof key === 'string' ? Number(key) : Number.NaN;
    if (Number.isInteger(index) && (index < start || index >= start + length)) outside.add(index);
  };
  const memory = new Proxy(bytes, {
    get(target, key) {
      note(key);
      const value = Reflect.get(target, key, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set(target, key, value) {
      note(key);
      return Reflect.set(target, key, value, target);
    },
  });
  return { memory, outside };
}

/** Calls everything that a view has; what it throws may only be a RangeError. */
function useAll(view: HeaderView, ip: Ipv4Header | Ipv6Header): Uint8Array[] {
  const slices: Uint8Array[] = [];
  const attempt = (call: () => unknown) => {
    try {
      const value = call();
      if (value instanceof Uint8Array) slices.push(value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  };
  for (let proto = Object.getPrototypeOf(view); proto !== null; ) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      if (get !== undefined && name !== '__proto__') attempt(() => get.call(view));
    }
    proto = Object.getPrototypeOf(proto);
  }
  const any = view as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const find of ['findOption', 'findExtension', 'macOption', 'tag']) {
    for (const type of [0, 1, 2, 7, 43, 44, 51, 60, 148]) {
      if (any[find] !== undefined) attempt(() => any[find]?.(type));
    }
  }
  for (const method of ['isIntact', 'pseudoSum', 'updateChecksum']) {
    if (any[method] !== undefined) attempt(() => any[method]?.(ip));
  }
  return slices;
}

/** Real frames with some bytes changed go deeper than noise does. */
const frames: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 120 }),
  fc
    .tuple(
      fc.constantFrom(...Object.values(READ_FRAMES).map(({ frame }) => frame)),
      fc.array(fc.tuple(fc.nat(160), bits(8)), { maxLength: 4 }),
      fc.nat(160),
    )
    .map(([hex, changes, length]) => {
      const frame = Uint8Array.from(Buffer.from(hex, 'hex'));
      for (const [index, value] of changes) if (index < frame.length) frame[index] = value;
      return frame.subarray(0, length);
    }),
);

describe('whatever the bytes', () => {
  const views = new Views();
  const all = Object.values(views) as HeaderView[];

  it('a view touches nothing but its frame', () => {
    fc.assert(
      fc.property(frames, fc.nat(20), fc.nat(20), (frame, before, behind) => {
        const bytes = new Uint8Array(before + frame.length + behind).fill(0xff);
        bytes.set(frame, before);
        const { memory, outside } = guarded(bytes, before, frame.length);
        const found = views.dissect(memory, before, frame.length);
        // And each kind on the whole of it: most frames begin with none of their headers.
        for (const view of [...all])
          if (!found.has(nameOf(view))) view.at(memory, before, frame.length);
        const ip = found.has('ipv6') ? views.ipv6 : views.ipv4;
        for (const view of all) {
          for (const { byteOffset, byteLength } of useAll(view, ip)) {
            expect(byteOffset - bytes.byteOffset).toBeGreaterThanOrEqual(before);
            expect(byteOffset + byteLength - bytes.byteOffset).toBeLessThanOrEqual(
              before + frame.length,
            );
          }
          expect(view.start).toBeLessThanOrEqual(view.payload);
          expect(view.payload).toBeLessThanOrEqual(view.end);
          expect(view.end).toBeLessThanOrEqual(before + frame.length);
        }
        expect([...outside]).toEqual([]);
        expect([...bytes.subarray(0, before)]).toEqual(Array(before).fill(0xff));
        expect([...bytes.subarray(before + frame.length)]).toEqual(Array(behind).fill(0xff));
      }),
      { numRuns: 500 },
    );
  });

  const nameOf = (view: HeaderView) =>
    Object.entries(views).find(([, one]) => one === view)?.[0] ?? '';

  it('a view that found nothing is on nothing', () => {
    for (const view of all) {
      expect(view.at(new Uint8Array(5))).toBe(false);
      expect(view.bytes).toHaveLength(0);
      expect(view.within(view)).toBe(false);
    }
    expect(() => views.ethernet.type).toThrow(RangeError);
    expect(() => views.ipv4.isIntact()).toThrow(RangeError);
    expect(() => {
      views.udp.sourcePort = 9;
    }).toThrow(RangeError);
  });

  it.each([
    [new Uint8Array(64), -1, 20],
    [new Uint8Array(64), 50, 20],
    [new Uint8Array(64), 0, 65],
    [new Uint8Array(64), 0.5, 20],
    [new Uint8Array(64), 0, Number.NaN],
  ])('a range outside of the bytes is refused (%#)', (bytes, start, length) => {
    expect(() => views.ethernet.at(bytes, start, length)).toThrow(RangeError);
    expect(() => views.ethernet.at([1] as unknown as Uint8Array)).toThrow(TypeError);
  });
});

describe('checksums', () => {
  it('are those of another way to compute them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(3), (bytes, from) => {
        const start = Math.min(from, bytes.length);
        const sum = internetSum(bytes, start, bytes.length);
        expect(same(internetChecksum(sum), slowChecksum(bytes.subarray(start)))).toBe(true);
      }),
    );
  });

  it('follow the change of a word', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 60 }), bits(16), (bytes, after) => {
        const before = (bytes[0] as number) * 256 + (bytes[1] as number);
        const old = slowChecksum(bytes);
        bytes.set([after >> 8, after & 0xff]);
        expect(same(changedChecksum(old, before, after), slowChecksum(bytes))).toBe(true);
      }),
    );
  });

  it('of an IPv4 header are right until a bit of it turns', () => {
    fc.assert(
      fc.property(bytesOf(18), fc.nat(32 * 8 - 1), (noise, bit) => {
        const ip = new Ipv4Header().make(slot(), START, SIZE, 12);
        ip.bytes.set(noise.subarray(0, 8), START + 12);
        ip.bytes.set(noise.subarray(8), START + 22);
        ip.updateChecksum();
        expect(ip.isIntact()).toBe(true);
        expect(slowChecksum(ip.bytes.subarray(START, START + 32)) % 0xffff).toBe(0);
        ip.bytes[START + (bit >> 3)] as number;
        ip.bytes[START + (bit >> 3)] = (ip.bytes[START + (bit >> 3)] as number) ^ (1 << (bit & 7));
        expect(ip.isIntact()).toBe(false);
      }),
    );
  });

  it.each([4, 6])('of UDP and ICMPv6 cover the pseudo-header of IPv%d', (version) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), bytesOf(32), (data, addresses) => {
        const bytes = slot();
        const ip = version === 4 ? new Ipv4Header() : new Ipv6Header();
        const length = (version === 4 ? 20 : 40) + 8 + data.length;
        ip.make(bytes, START, length);
        ip.source = addresses.subarray(0, version === 4 ? 4 : 16);
        ip.destination = addresses.subarray(16, version === 4 ? 20 : 32);
        bytes.set(data, ip.payload + 8);
        const upper = version === 4 ? new UdpHeader() : new Icmpv6Message();
        const protocol = version === 4 ? 17 : 58;
        if (ip instanceof Ipv4Header) ip.protocol = protocol;
        else ip.nextHeader = protocol;
        upper.make(bytes, ip.payload, ip.end - ip.payload);
        upper.updateChecksum(ip);
        expect(upper.isIntact(ip)).toBe(true);

        // The pseudo-header as the RFCs draw it.
        const size = Buffer.alloc(4);
        size.writeUInt32BE(8 + data.length);
        const pseudo =
          version === 4
            ? Buffer.concat([ip.source, ip.destination, Buffer.of(0, protocol), size.subarray(2)])
            : Buffer.concat([ip.source, ip.destination, size, Buffer.of(0, 0, 0, protocol)]);
        const whole = Buffer.concat([pseudo, bytes.subarray(ip.payload, ip.end)]);
        expect(slowChecksum(whole) % 0xffff).toBe(0);
      }),
    );
  });

  it('of UDP end where UDP says, whatever the packet has behind it', () => {
    const bytes = slot();
    const ip = new Ipv4Header().make(bytes, START, 60);
    ip.protocol = 17;
    const udp = new UdpHeader().make(bytes, ip.payload, 20);
    udp.updateChecksum(ip);
    const pseudo = Buffer.from([...ip.source, ...ip.destination, 0, 17, 0, 20]);
    const whole = Buffer.concat([pseudo, bytes.subarray(ip.payload, ip.payload + 20)]);
    expect(slowChecksum(whole) % 0xffff).toBe(0);
    expect(udp.within(ip) && udp.isIntact(ip)).toBe(true);
    expect(udp.end).toBe(ip.payload + 20);
  });

  it('of UDP may be missing over IPv4, not over IPv6', () => {
    const bytes = slot();
    const ipv4 = new Ipv4Header().make(bytes, START, 40);
    const udp = new UdpHeader().make(bytes, ipv4.payload, 20);
    expect(udp.isIntact(ipv4)).toBe(true);
    const ipv6 = new Ipv6Header().make(bytes, START, 60);
    expect(new UdpHeader().make(bytes, ipv6.payload, 20).isIntact(ipv6)).toBe(false);
  });
});

describe('a header is made', () => {
  it.each([
    ['ethernet', () => new EthernetHeader().make(new Uint8Array(13), 0, 13)],
    ['ethernet with three tags', () => new EthernetHeader().make(new Uint8Array(64), 0, 64, 3)],
    ['arp', () => new ArpPacket().make(new Uint8Array(64), 40, 24)],
    ['ipv4', () => new Ipv4Header().make(new Uint8Array(64), 0, 19)],
    ['ipv4 with odd options', () => new Ipv4Header().make(new Uint8Array(64), 0, 64, 3)],
    ['ipv4 of 64 KiB', () => new Ipv4Header().make(new Uint8Array(65536), 0, 65536)],
    ['ipv6', () => new Ipv6Header().make(new Uint8Array(64), 0, 39)],
    ['ipv6 of 64 KiB', () => new Ipv6Header().make(new Uint8Array(65576), 0, 65576)],
    ['icmp', () => new IcmpMessage().make(new Uint8Array(64), 0, 7)],
    ['neighbour', () => new NeighbourMessage().make(new Uint8Array(64), 0, 23)],
    ['neighbour with half an option', () => new NeighbourMessage().make(new Uint8Array(64), 0, 28)],
    ['udp', () => new UdpHeader().make(new Uint8Array(64), 60, 8)],
  ])('not where it does not fit: %s', (_, make) => expect(make).toThrow(RangeError));

  it('with the options of neighbour discovery', () => {
    const message = new NeighbourMessage().make(slot(), START, 32);
    const address = Uint8Array.of(2, 0, 0, 0, 0, 9);
    expect(message.macOption(NEIGHBOUR_SOURCE_MAC)).toBeUndefined();
    message.setMacOption(NEIGHBOUR_SOURCE_MAC, address);
    expect(message.macOption(NEIGHBOUR_SOURCE_MAC)).toEqual(address);
    expect(message.findOption(NEIGHBOUR_SOURCE_MAC)).toBe(START + 24);
    const without = new NeighbourMessage().make(slot(), START, 24);
    expect(() => without.setMacOption(NEIGHBOUR_SOURCE_MAC, address)).toThrow(RangeError);
  });

  it('and turned around', () => {
    const ethernet = new EthernetHeader().make(slot(), START, SIZE);
    ethernet.source = Uint8Array.of(2, 0, 0, 0, 0, 1);
    ethernet.turnAround(Uint8Array.of(2, 0, 0, 0, 0, 2));
    expect(ethernet.destinationNumber).toBe(0x02_00_00_00_00_01);
    expect(ethernet.sourceNumber).toBe(0x02_00_00_00_00_02);

    const ip = new Ipv4Header().make(slot(), START, SIZE);
    ip.source = parseIp('10.0.0.1');
    ip.destination = parseIp('200.0.0.2');
    ip.turnAround();
    expect([ip.sourceNumber, ip.destinationNumber]).toEqual([0xc8000002, 0x0a000001]);
    expect(ip.isIntact()).toBe(true);
  });
});

describe('an address that is none, or an option that cannot be', () => {
  const short = new Uint8Array(5);
  it.each<[keyof typeof made, string, (view: never) => void]>([
    ['ethernet', 'turned around', (view: EthernetHeader) => view.turnAround(short)],
    [
      'arp',
      'turned around to no MAC address',
      (view: ArpPacket) => view.turnAround(short, parseIp('10.0.0.1')),
    ],
    [
      'arp',
      'turned around to no IP address',
      (view: ArpPacket) => view.turnAround(new Uint8Array(6), short),
    ],
    [
      'arp',
      'given one',
      (view: ArpPacket) => {
        view.senderMac = short;
      },
    ],
    [
      'neighbour',
      'given an option of 9 bits',
      (view: NeighbourMessage) => view.setMacOption(0x100, new Uint8Array(6).fill(1)),
    ],
    [
      'neighbour',
      'given an option',
      (view: NeighbourMessage) => view.setMacOption(NEIGHBOUR_SOURCE_MAC, short),
    ],
  ])('leaves what is there alone: %s, %s', (kind, _what, change) => {
    const view = made[kind]();
    view.bytes.fill(0x11, view.start + 6, view.start + 20);
    const before = Uint8Array.from(view.bytes);
    expect(() => change(view as never)).toThrow(RangeError);
    expect(view.bytes).toEqual(before);
  });
});

describe('a header that is cut off', () => {
  /** The lengths at which a view is on what the frame has from `start` on. */
  const accepted = (view: HeaderView, name: string, start: number): number[] => {
    const bytes = Buffer.from(READ_FRAMES[name]?.frame ?? '', 'hex');
    const lengths = Array.from({ length: bytes.length - start + 1 }, (_, length) => length);
    return lengths.filter((length) => view.at(bytes, start, length));
  };

  it.each([
    ['arp', new ArpPacket(), 'arpRequest', 14, [28]],
    ['ipv4', new Ipv4Header(), 'echo', 14, [84]],
    ['ipv4 with options', new Ipv4Header(), 'recordRoute', 14, [124]],
    ['ipv6', new Ipv6Header(), 'solicitation', 14, [72]],
    ['ipv6 with extensions', new Ipv6Header(), 'datagram6', 14, [67]],
    ['neighbour, but for its options', new NeighbourMessage(), 'solicitation', 54, [24, 32]],
    ['udp', new UdpHeader(), 'datagram', 34, [18]],
  ])('is none: %s', (_, view, name, start, lengths) => {
    expect(accepted(view, name, start)).toEqual(lengths);
  });
});

describe('IPv6 addresses of groups', () => {
  it.each([
    ['fd62::2', 'ff02::1:ff00:2', '3333ff000002'],
    ['fe80::75:6eff:fe65:7402', 'ff02::1:ff65:7402', '3333ff657402'],
  ])('of %s', (ip, group, expected) => {
    expect(solicitedNode(parseIp(ip))).toEqual(parseIp(group));
    expect(Buffer.from(groupMac(parseIp(group))).toString('hex')).toBe(expected);
  });
});

describe('extension headers', () => {
  const chain = (types: readonly number[], upper: number): Ipv6Header | undefined => {
    const extensions = types.map((type, i) => {
      const size = type === 44 ? 8 : type === 51 ? 12 : 16;
      const header = Buffer.alloc(size);
      header[0] = types[i + 1] ?? upper;
      header[1] = type === 44 ? 0 : type === 51 ? 1 : 1;
      return header;
    });
    const head = Buffer.alloc(40);
    head[0] = 0x60;
    head[6] = types[0] ?? upper;
    const packet = Buffer.concat([head, ...extensions, Buffer.alloc(8)]);
    packet.writeUInt16BE(packet.length - 40, 4);
    const view = new Ipv6Header();
    return view.at(packet) ? view : undefined;
  };

  it('are passed over, whatever their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 43, 44, 51, 60, 135, 139, 140), { maxLength: 6 }),
        fc.constantFrom(6, 17, 50, 58, 59),
        (types, upper) => {
          const view = chain(types, upper) as Ipv6Header;
          const sizes = types.map((type) => (type === 44 ? 8 : type === 51 ? 12 : 16));
          expect(view.protocol).toBe(upper);
          expect(view.payload).toBe(40 + sizes.reduce((sum, size) => sum + size, 0));
          expect(view.end - view.payload).toBe(8);
          for (const [i, type] of types.entries()) {
            if (types.indexOf(type) !== i) continue;
            const before = sizes.slice(0, i).reduce((sum, size) => sum + size, 0);
            expect(view.findExtension(type)).toBe(40 + before);
          }
        },
      ),
    );
  });

  it('that run out of the packet make it none', () => {
    const packet = Buffer.alloc(48);
    packet[0] = 0x60;
    packet[5] = 8;
    packet[6] = 60;
    packet[40] = 17;
    expect(new Ipv6Header().at(packet)).toBe(true);
    packet[41] = 1;
    expect(new Ipv6Header().at(packet)).toBe(false);
  });
});
