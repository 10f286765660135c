import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  captureLink,
  type FrameLink,
  faultyLink,
  type LinkCall,
  tracedLink,
  type UnetLink,
} from 'libunet';
import { describe, expect } from 'vitest';
import type { BusPort } from './bus-port.ts';
import { frame, frameTo, plain, STRANGER } from './ethernet.ts';
import { it, type World } from './fixture.ts';

async function held(world: World): Promise<{ link: UnetLink; port: BusPort }> {
  world.create('vpn0');
  const link = await world.open('vpn0');
  return { link, port: world.port('vpn0') };
}

/** Sends back `count` frames that come. */
async function echo(link: FrameLink, count: number): Promise<void> {
  let sent = 0;
  for await (const batch of link.batches()) {
    await link.writeAll(batch);
    sent += batch.count;
    if (sent >= count) return;
  }
}

async function receive(port: BusPort, count: number): Promise<number[][]> {
  const got: Uint8Array[] = [];
  while (got.length < count) got.push(await port.receive());
  return plain(got);
}

const FIELDS = [
  'frame.interface_name',
  'frame.encap_type',
  'frame.packet_flags_direction',
  'frame.len',
  'frame.cap_len',
  'frame.comment',
  'eth.dst',
] as const;

/** What tshark reads in a file: a line for each packet, with these fields. */
function readByTshark(file: string): { status: number | null; errors: string; lines: string[][] } {
  const fields = FIELDS.flatMap((field) => ['-e', field]);
  const args = ['-r', file, '-T', 'fields', '-E', 'separator=|', ...fields];
  const { status, stdout, stderr } = spawnSync('tshark', args, { encoding: 'utf8' });
  // Root is told that it is root.
  const errors = stderr.replace(/^Running as user.*\n/, '');
  const lines = stdout.trimEnd().split('\n');
  return { status, errors, lines: lines.map((line) => line.split('|')) };
}

describe('a capture', () => {
  it('is what went over the link, as tshark reads it', async ({ world, skip }) => {
    if (spawnSync('tshark', ['--version']).error !== undefined) skip('tshark is not installed');
    const { link, port } = await held(world);
    const folder = mkdtempSync(join(tmpdir(), 'unet-capture-'));
    try {
      const file = join(folder, 'vpn0.pcapng');
      const captured = captureLink(link, createWriteStream(file), { snapLength: 100 });
      port.send(frame(60, 1));
      port.send(frame(1514, 2));
      await echo(captured, 2);
      expect(() => captured.writeFrame(frame(1519))).toThrow();
      expect(captured.writeFrame(frameTo(STRANGER, 14))).toBe(true);
      await captured.finish();
      const { status, errors, lines } = readByTshark(file);
      expect({ status, errors }).toEqual({ status: 0, errors: '' });
      const everybody = 'ff:ff:ff:ff:ff:ff';
      const refused = 'not sent: too long (ERANGE)';
      expect(lines.map((line) => line.map((field) => field.replace(/^0x0+(?=.)/, '')))).toEqual([
        ['vpn0', '1', '1', '60', '60', '', everybody],
        ['vpn0', '1', '1', '1514', '100', '', everybody],
        ['vpn0', '1', '2', '60', '60', '', everybody],
        ['vpn0', '1', '2', '1514', '100', '', everybody],
        ['vpn0', '1', '0', '1519', '100', refused, everybody],
        ['vpn0', '1', '2', '14', '14', '', '02:00:00:00:00:99'],
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells what the driver dropped, by reason', async ({ world }) => {
    const { link } = await held(world);
    link.writeFrame(frameTo(STRANGER, 60));
    const pieces: Uint8Array[] = [];
    const captured = captureLink(link, (piece) => void pieces.push(piece));
    await captured.stats();
    for (const _ of [1, 2, 3]) captured.writeFrame(frameTo(STRANGER, 60));
    await captured[Symbol.asyncDispose]();
    // What was dropped before is not this capture's.
    expect(Buffer.concat(pieces).toString('latin1')).toContain('; tx drops: filter 3\0');
    expect(link.closed).toBe(true);
  });
});

describe('faults', () => {
  it('happen to frames on their way to the stack', async ({ world }) => {
    const { link, port } = await held(world);
    const sent = Array.from({ length: 20 }, (_, i) => frame(60 + i, i));
    const faulty = faultyLink(link, {
      write: [
        { fault: 'drop', at: [0, 1] },
        { fault: 'duplicate', at: 2 },
        { fault: 'reorder', at: 5 },
        { fault: 'truncate', length: 10, at: 7 },
        { fault: 'delay', ms: 2, at: 19 },
      ],
    });
    await faulty.write(sent);
    const order = [2, 2, 3, 4, 6, 5, ...Array.from({ length: 12 }, (_, i) => 8 + i)];
    expect(await receive(port, 18)).toEqual(order.map((i) => [...(sent[i] ?? [])]));
    expect(faulty.faults.write).toMatchObject({ frames: 20, truncate: 1, refused: 1, held: 0 });
  });

  it('happen to frames on their way from the stack', async ({ world }) => {
    const { link, port } = await held(world);
    const sent = Array.from({ length: 6 }, (_, i) => frame(60 + i, i));
    const faulty = faultyLink(link, {
      read: [
        { fault: 'fail', code: 'EAGAIN', at: 0 },
        { fault: 'drop', at: 1 },
        { fault: 'duplicate', copies: 2, at: 2 },
        { fault: 'truncate', length: 20, at: 4 },
        { fault: 'delay', ms: 2, at: 5 },
      ],
    });
    for (const one of sent) port.send(one);
    const got: Uint8Array[] = [];
    for await (const one of faulty.frames()) {
      got.push(Uint8Array.from(one));
      if (got.length === 7) break;
    }
    const expected = [0, 2, 2, 2, 3, 4, 5].map((i) => sent[i] ?? new Uint8Array());
    expect(plain(got)).toEqual(
      expected.map((one, i) => [...(i === 5 ? one.subarray(0, 20) : one)]),
    );
  });
});

describe('a trace', () => {
  it('is of the calls that the link was given', async ({ world }) => {
    const { link, port } = await held(world);
    const calls: LinkCall[] = [];
    const traced = tracedLink(link, (call) => calls.push(call));
    port.send(frame(60));
    await traced.ready({ readable: true });
    await echo(traced, 1);
    expect(await receive(port, 1)).toEqual(plain([frame(60)]));
    world.control.destroy('vpn0');
    expect(() => traced.info()).toThrow();
    traced.close();
    expect(calls.map(({ op, frames, bytes }) => [op, frames, bytes])).toEqual([
      ['ready', undefined, undefined],
      ['createBatch', undefined, undefined],
      ['readBatch', 1, 60],
      ['writeBatch', 1, 60],
      ['info', undefined, undefined],
      ['close', undefined, undefined],
    ]);
    expect(calls[4]?.error).toMatchObject({ code: 'ENXIO' });
  });
});

describe('wrappers', () => {
  it('go around each other, and close what is inside', async ({ world }) => {
    const { link, port } = await held(world);
    let bytes = 0;
    let calls = 0;
    const inner = captureLink(link, (piece) => {
      bytes += piece.length;
    });
    const faulty = faultyLink(inner, { write: [{ fault: 'duplicate', probability: 1 }] });
    const wrapped = tracedLink(faulty, () => {
      calls++;
    });
    port.send(frame(60, 1));
    await echo(wrapped, 1);
    expect(await receive(port, 2)).toEqual(plain([frame(60, 1), frame(60, 1)]));
    expect(inner.progress.packets).toBe(3n);
    await wrapped[Symbol.asyncDispose]();
    expect([wrapped, faulty, inner, link].map(({ closed }) => closed)).toEqual(
      Array.from({ length: 4 }, () => true),
    );
    expect(bytes).toBeGreaterThan(3 * 60);
    expect(calls).toBeGreaterThan(2);
  });
});
