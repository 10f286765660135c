import { parseIp, parseMac } from 'libframeio/headers';
import { describe, expect, it } from 'vitest';
import { recorded } from '../responder/recorded.fixture.ts';
import { ANSWER_EXTRA, Responder } from '../responder/responder.ts';
import { EchoConversation } from './echo.ts';
import type { Port } from './port.ts';
import { SecondHost } from './second-host.ts';

const me = {
  mac: parseMac('02:00:00:00:62:01'),
  ipv4: parseIp('10.62.0.1'),
  ipv6: parseIp('fd62::1'),
};
const other = {
  mac: parseMac('02:75:6e:65:74:02'),
  ipv4: parseIp('10.62.0.2'),
  ipv6: parseIp('fd62::2'),
};

/** An Ethernet with a responder on it, whose answers go through `wire`. */
class Wire implements Port {
  readonly #responder = new Responder(other);
  readonly #queue: Uint8Array[] = [];
  readonly #wire: (answer: Uint8Array, nth: number) => readonly Uint8Array[];
  readonly asked: Uint8Array[] = [];
  #answers = 0;
  #room: number;

  constructor(
    wire: (answer: Uint8Array, nth: number) => readonly Uint8Array[] = (answer) => [answer],
    room = Number.POSITIVE_INFINITY,
  ) {
    this.#wire = wire;
    this.#room = room;
  }

  receive(slot: Uint8Array): number {
    const frame = this.#queue.shift();
    if (frame === undefined) return 0;
    slot.set(frame);
    return frame.length;
  }

  send(frame: Uint8Array): boolean {
    if (this.#room === 0) return false;
    this.#room--;
    this.asked.push(frame.slice());
    const slot = new Uint8Array(frame.length + ANSWER_EXTRA);
    slot.set(frame);
    const length = this.#responder.answer(slot, 0, frame.length);
    if (length > 0) this.#queue.push(...this.#wire(slot.slice(0, length), this.#answers++));
    return true;
  }

  wait(events: { writable?: boolean }, ms: number): Promise<void> {
    if (events.writable === true) this.#room = 5;
    return new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5)));
  }

  inject(frame: Uint8Array): void {
    this.#queue.push(frame);
  }
}

const quick = { count: 20, size: 56, interval: 0, timeout: 60 };

describe.each([
  ['IPv4', other.ipv4],
  ['IPv6', other.ipv6],
])('a second host, over %s', (_, ip) => {
  it('gets a reply to each request', async () => {
    const replies: number[] = [];
    const report = await new SecondHost(new Wire(), me).ping(ip, {
      ...quick,
      onReply: ({ sequence }) => replies.push(sequence),
    });
    expect(report).toMatchObject({ sent: 20, received: 20, damaged: 0, unexpected: 0 });
    expect(replies).toEqual(Array.from({ length: 20 }, (_unused, i) => i + 1));
    expect(report.rtt.min).toBeGreaterThan(0);
    expect(report.rtt.max).toBeGreaterThanOrEqual(report.rtt.average);
  });

  it.each([0, 1, 1400])('sends %i bytes of data', async (size) => {
    const report = await new SecondHost(new Wire(), me).ping(ip, { ...quick, count: 3, size });
    expect(report).toMatchObject({ sent: 3, received: 3 });
  });

  it('sends more than its window holds', async () => {
    const report = await new SecondHost(new Wire(), me).ping(ip, { ...quick, count: 1000 });
    expect(report).toMatchObject({ sent: 1000, received: 1000 });
  });

  it('waits for room', async () => {
    const wire = new Wire((answer) => [answer], 3);
    const report = await new SecondHost(wire, me).ping(ip, { ...quick, timeout: 1000 });
    expect(report).toMatchObject({ sent: 20, received: 20 });
  });

  it('keeps its interval', async () => {
    const report = await new SecondHost(new Wire(), me).ping(ip, {
      ...quick,
      count: 4,
      interval: 20,
    });
    expect(report.received).toBe(4);
    expect(report.ms).toBeGreaterThanOrEqual(60);
  });

  it('counts a lost reply', async () => {
    const wire = new Wire((answer, nth) => (nth === 3 ? [] : [answer]));
    const report = await new SecondHost(wire, me).ping(ip, quick);
    expect(report).toMatchObject({ sent: 20, received: 19 });
  });

  it('counts a reply that came twice', async () => {
    const wire = new Wire((answer, nth) => (nth === 3 ? [answer, answer] : [answer]));
    const report = await new SecondHost(wire, me).ping(ip, quick);
    expect(report).toMatchObject({ sent: 20, received: 20, unexpected: 1 });
  });

  it('does not take a damaged reply for one', async () => {
    const wire = new Wire((answer, nth) => {
      if (nth === 3) answer[answer.length - 1] = (answer[answer.length - 1] as number) ^ 1;
      return [answer];
    });
    const report = await new SecondHost(wire, me).ping(ip, quick);
    expect(report).toMatchObject({ sent: 20, received: 19 });
  });

  it('says that nobody has an address', async () => {
    const nobody = ip.slice();
    nobody[nobody.length - 1] = 77;
    await expect(new SecondHost(new Wire(), me).ping(nobody, quick)).rejects.toThrow(
      /is not there/,
    );
  });
});

describe('a second host', () => {
  it('answers who asks for it', async () => {
    const wire = new Wire();
    const request = recorded('arpRequest'); // from 10.62.0.1, for 10.62.0.2
    wire.inject(request);
    await new SecondHost(wire, other).ping(other.ipv4, { ...quick, count: 1 });
    expect(wire.asked).toContainEqual(recorded('arpReply'));
  });

  it('asks as a Linux host did', async () => {
    const wire = new Wire();
    const host = new SecondHost(wire, me);
    await host.resolve(other.ipv4, 10);
    await host.resolve(other.ipv6, 10);
    expect(wire.asked).toEqual([recorded('arpRequest'), recorded('solicitation')]);
  });

  it('finds data that is not that of the request, behind a good checksum', () => {
    const talk = new EchoConversation(me, { mac: other.mac, ip: other.ipv4 }, { id: 1, size: 4 });
    const frame = new Uint8Array(64);
    const length = talk.writeRequest(frame, 2);
    new Responder(other).answer(frame, 0, length);
    expect(talk.readReply(frame, length)).toEqual({ sequence: 2, intact: true });
    // Two words exchanged: the checksum does not see it.
    frame.copyWithin(50, 42, 44);
    frame.copyWithin(42, 44, 46);
    frame.copyWithin(44, 50, 52);
    expect(talk.readReply(frame, length)).toEqual({ sequence: 2, intact: false });
  });
});
