import { parseIp, parseMac } from 'libframeio/headers';
import { describe, expect, it } from 'vitest';
import { recorded } from './recorded.fixture.ts';
import { ANSWER_EXTRA, Responder } from './responder.ts';

const me = {
  mac: parseMac('02:75:6e:65:74:02'),
  ipv4: parseIp('10.62.0.2'),
  ipv6: parseIp('fd62::2'),
};

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** What a responder answers to a frame: its bytes, or undefined. */
function ask(frame: Uint8Array, responder = new Responder(me)): Uint8Array | undefined {
  const slot = Buffer.alloc(frame.length + ANSWER_EXTRA); // a Buffer, as in a batch
  slot.set(frame);
  const length = responder.answer(slot, 0, frame.length);
  if (length === 0) expect(hex(slot.subarray(0, frame.length))).toBe(hex(frame)); // untouched
  return length === 0 ? undefined : Uint8Array.from(slot.subarray(0, length));
}

/** The bytes of `frame` with some of them changed. */
function changed(frame: Uint8Array, bytes: Readonly<Record<number, number>>): Uint8Array {
  for (const [at, byte] of Object.entries(bytes)) frame[Number(at)] = byte;
  return frame;
}

describe('a responder answers as a Linux host did', () => {
  it('an ARP request', () => {
    expect(ask(recorded('arpRequest'))).toEqual(recorded('arpReply'));
  });

  it('an ARP request that was padded to 60 bytes', () => {
    expect(ask(recorded('arpRequest', 18))).toEqual(recorded('arpReply'));
  });

  it('an ICMP echo', () => {
    const reply = ask(recorded('echoRequest')) as Uint8Array;
    const linux = recorded('echoReply');
    // A Linux host gives the packet an identification of its own (18..21, and the checksum).
    linux.set(reply.subarray(18, 22), 18);
    linux.set(reply.subarray(24, 26), 24);
    expect(reply).toEqual(linux);
    // Turning the addresses around does not change the sum: the request's checksum holds.
    expect(reply.subarray(24, 26)).toEqual(recorded('echoRequest').subarray(24, 26));
  });

  it('an ICMP echo with Ethernet padding behind it, which is not sent back', () => {
    expect(ask(recorded('echoRequest', 2))?.length).toBe(recorded('echoRequest').length);
  });

  it('a neighbour solicitation', () => {
    expect(ask(recorded('solicitation'))).toEqual(recorded('advertisement'));
  });

  it('a probe for a duplicate address', () => {
    expect(ask(recorded('duplicateProbe'))).toEqual(recorded('duplicateAnswer'));
  });

  it('a unicast neighbour solicitation', () => {
    // It asks for fd62::1, as that host; Linux leaves the optional MAC address out of the answer.
    const host = {
      mac: parseMac('02:00:00:00:62:01'),
      ipv4: parseIp('10.62.0.1'),
      ipv6: parseIp('fd62::1'),
    };
    const answer = ask(recorded('unicastSolicitation'), new Responder(host)) as Uint8Array;
    expect(hex(answer.subarray(0, 12))).toBe('02756e657402020000006201');
    expect(hex(answer.subarray(22, 54))).toBe(
      'fd620000000000000000000000000001fe8000000000000000756efffe657402',
    );
    expect(answer[54]).toBe(136);
    expect(answer[58]).toBe(0x60);
    expect(hex(answer.subarray(78))).toBe('0201020000006201');
  });

  it('a solicitation without the asker’s MAC address, with a longer answer', () => {
    const short = recorded('solicitation').slice(0, 78);
    short[19] = 24; // payload length
    // Without the option (0x0101 0200 0000 6201) and its 8 bytes the sum is 0x650a less.
    const sum = 0x1ad3 + 0x0101 + 0x0200 + 0x6201 + 8;
    short[56] = (sum >> 8) & 0xff;
    short[57] = sum & 0xff;
    expect(ask(short)).toEqual(recorded('advertisement'));
  });

  it('an ICMPv6 echo', () => {
    const reply = ask(recorded('echoRequest6')) as Uint8Array;
    const linux = recorded('echoReply6');
    linux.set(recorded('echoRequest6').subarray(14, 18), 14); // the flow label is the sender's choice
    expect(reply).toEqual(linux);
  });

  it('and counts what it answered', () => {
    const responder = new Responder(me);
    for (const name of ['arpRequest', 'echoRequest', 'solicitation', 'echoRequest6', 'arpReply']) {
      ask(recorded(name), responder);
    }
    expect(responder.counts).toEqual({ arp: 1, neighbour: 1, echo4: 1, echo6: 1, ignored: 1 });
  });
});

describe('a responder does not answer', () => {
  const silent: Record<string, Uint8Array> = {
    'an empty frame': new Uint8Array(0),
    'a frame shorter than a header': recorded('arpRequest').slice(0, 13),
    'a bare header': recorded('arpRequest').slice(0, 14),
    'a truncated ARP request': recorded('arpRequest').slice(0, 41),
    'an ARP reply': recorded('arpReply'),
    'ARP for somebody else': changed(recorded('arpRequest'), { 41: 3 }),
    'ARP of another kind of network': changed(recorded('arpRequest'), { 15: 6 }),
    'an unknown type': changed(recorded('echoRequest'), { 12: 0x88, 13: 0xcc }),
    'an echo for another MAC address': changed(recorded('echoRequest'), { 5: 3 }),
    'an echo reply': recorded('echoReply'),
    'a truncated echo': recorded('echoRequest').slice(0, 57),
    'an echo with a broken IPv4 checksum': changed(recorded('echoRequest'), { 25: 0x42 }),
    'an echo with a broken ICMP checksum': changed(recorded('echoRequest'), { 37: 0x6f }),
    'an echo with broken data': changed(recorded('echoRequest'), { 45: 0x6c }),
    'IPv4 of another version': changed(recorded('echoRequest'), { 14: 0x55 }),
    'a fragment': changed(recorded('echoRequest'), { 20: 0x20, 24: 0x61 }),
    'an IPv4 length below the header’s': changed(recorded('echoRequest'), { 17: 19, 25: 0x5a }),
    'an echo from nobody': changed(recorded('echoRequest'), { 26: 0, 24: 0x4b }),
    'an echo from a group': changed(recorded('echoRequest'), { 26: 0xe0, 24: 0x6b, 25: 0x40 }),
    'a truncated solicitation': recorded('solicitation').slice(0, 85),
    'a solicitation that crossed a router': changed(recorded('solicitation'), { 21: 254 }),
    'a solicitation for somebody else': changed(recorded('solicitation'), { 77: 3, 57: 0xd2 }),
    'a solicitation with a broken checksum': changed(recorded('solicitation'), { 57: 0xd2 }),
    'a solicitation with an option of length 0': changed(recorded('solicitation'), {
      79: 0,
      57: 0xd4,
    }),
    'a solicitation with an option past its end': changed(recorded('solicitation'), {
      79: 2,
      57: 0xd2,
    }),
    'a probe that names its MAC address': changed(recorded('duplicateProbe'), { 78: 1, 56: 0x7f }),
    'an advertisement': recorded('advertisement'),
    'an ICMPv6 echo reply': recorded('echoReply6'),
    'an ICMPv6 echo with broken data': changed(recorded('echoRequest6'), { 70: 1 }),
    'a packet with an extension header': changed(recorded('echoRequest6'), { 20: 0, 57: 0x7c }),
  };

  it.each(Object.keys(silent))('%s', (name) => {
    expect(ask(silent[name] as Uint8Array)).toBeUndefined();
  });
});
