import { setTimeout as sleep } from 'node:timers/promises';
import { parseIp } from 'libframeio/headers';
import {
  ANSWER_EXTRA,
  type HostAddresses,
  Responder,
  type ResponderCounts,
} from './responder/responder.ts';
import type { BusPort } from './second-host/bus-port.ts';
import { SecondHost } from './second-host/second-host.ts';

/** The `i`th host of a test; link `i` of a stage has its MAC address. */
export function hostAddresses(i: number): HostAddresses {
  return {
    mac: Uint8Array.of(2, 0, 0, 0, 1, i),
    ipv4: parseIp(`10.62.1.${i + 1}`),
    ipv6: parseIp(`fd62:1::${i + 1}`),
  };
}

/** A frame with a type for experiments, whose content tells `mark`. */
export function testFrame(to: Uint8Array, from: Uint8Array, mark: number, length = 60): Uint8Array {
  const frame = new Uint8Array(length).fill(mark & 0xff, 14);
  frame.set(to);
  frame.set(from, 6);
  frame.set([0x88, 0xb5, mark >> 8, mark & 0xff], 12);
  return frame;
}

/** The mark of a frame of {@link testFrame}. */
export function markOf(frame: Uint8Array): number {
  return ((frame[14] as number) << 8) | (frame[15] as number);
}

const slot = Buffer.alloc(65536);

/** The frames of {@link testFrame} that came to a port, as marks. */
export function marksAt(port: BusPort): number[] {
  const marks: number[] = [];
  for (let length = port.receive(slot); length > 0; length = port.receive(slot)) {
    if (slot.readUInt16BE(12) === 0x88b5) marks.push(markOf(slot));
  }
  return marks;
}

/** Waits for the next frame with a mark. */
export async function nextMark(port: BusPort): Promise<number> {
  for (;;) {
    const length = port.receive(slot);
    if (length > 0 && slot.readUInt16BE(12) === 0x88b5) return markOf(slot);
    if (length === 0) await port.wait({ readable: true }, 1000);
  }
}

/** A host at a port that answers until the signal fires. */
export async function answerAt(
  port: BusPort,
  host: HostAddresses,
  signal: AbortSignal,
): Promise<ResponderCounts> {
  const responder = new Responder(host);
  const room = new Uint8Array(9018 + ANSWER_EXTRA);
  while (!signal.aborted) {
    const length = port.receive(room);
    if (length === 0) {
      await port.wait({ readable: true }, 20);
      continue;
    }
    const answer = responder.answer(room, 0, length);
    while (answer > 0 && !port.send(room.subarray(0, answer))) await sleep(1);
  }
  return responder.counts;
}

/** Host 0 at port `a` pings host 1 at `b`, 200 times by each protocol. */
export async function conversation(
  a: BusPort,
  b: BusPort,
): Promise<{ pings: Awaited<ReturnType<SecondHost['ping']>>[]; answered: ResponderCounts }> {
  const stop = new AbortController();
  const answers = answerAt(b, hostAddresses(1), stop.signal);
  const host = new SecondHost(a, hostAddresses(0));
  const options = { count: 200, size: 1000, interval: 0, timeout: 5000 };
  const { ipv4, ipv6 } = hostAddresses(1);
  const pings = [await host.ping(ipv4, options), await host.ping(ipv6, options)];
  stop.abort();
  return { pings, answered: await answers };
}
