import { FrameBatch, GatherBatch } from 'libframeio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRing, RING_FRAMES, RING_SLOTS, RingDevice } from './ring-device.ts';
import { ringFile } from './ring-file.ts';

let ring: RingDevice;

beforeAll(() => {
  ring = new RingDevice(loadRing(ringFile()));
});
afterAll(() => {
  ring[Symbol.dispose]();
});

const frame = (length: number, fill: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => fill + i);
const plain = (frames: Iterable<Uint8Array>): number[][] => Array.from(frames, (one) => [...one]);

describe('a framed device that is not unet', () => {
  it('gives back what it was given, batch by batch', () => {
    const sent = Array.from({ length: 10 }, (_, i) => frame(4 + i * 7, i));
    const out = ring.createBatch(16);
    for (const one of sent) out.push(one);
    expect(ring.write(out)).toBe(10);
    const back = ring.createBatch(4);
    const got: number[][] = [];
    for (const expected of [4, 4, 2, 0]) {
      expect(ring.read(back)).toBe(expected);
      got.push(...plain(back));
    }
    expect(got).toEqual(plain(sent));
  });

  it('takes a part when it is nearly full, and the rest later', () => {
    const out = ring.createBatch(48);
    for (let i = 0; i < 48; i++) out.push(frame(20, i));
    const expected = [...plain(out), ...plain(out)];
    expect(ring.write(out)).toBe(48);
    const taken = ring.write(out);
    expect(taken).toBe(RING_SLOTS - 48);
    expect(ring.write(out, taken)).toBe(0);
    const back = ring.createBatch(RING_SLOTS);
    expect(ring.read(back)).toBe(RING_SLOTS);
    const got = plain(back);
    // The same, with the rest moved to the front.
    out.drop(0, taken);
    expect(ring.write(out)).toBe(48 - taken);
    expect(ring.read(back)).toBe(48 - taken);
    expect([...got, ...plain(back)]).toEqual(expected);
  });

  it('writes frames that lie here and there, without a copy', () => {
    const header = Buffer.from([1, 2, 3, 4]);
    const payload = Buffer.allocUnsafeSlow(100).fill(9);
    const small = new Uint8Array([5, 6, 7, 8, 9]);
    const out = new GatherBatch({ frames: 8, parts: 3 });
    out.push([header, payload]);
    out.push([small]);
    out.push([header, small, payload.subarray(50)]);
    payload[0] = 10;
    expect(ring.write(out)).toBe(3);
    const back = ring.createBatch(8);
    expect(ring.read(back)).toBe(3);
    expect(plain(back)).toEqual([
      [...header, ...payload],
      [...small],
      [...header, ...small, ...payload.subarray(50)],
    ]);
  });

  it('takes a frame with its header off and another one on', () => {
    const out = ring.createBatch(1);
    out.push(frame(20, 1));
    out.strip(0, 4);
    const at = out.prepend(0, 8);
    out.buffer.fill(0xee, at, at + 8);
    expect(ring.write(out)).toBe(1);
    const back = ring.createBatch(1);
    ring.read(back);
    expect(plain(back)).toEqual([[...Array<number>(8).fill(0xee), ...frame(16, 5)]]);
    expect([back.vectorLength(0, 0), back.vectorLength(0, 1)]).toEqual([4, 20]);
  });

  it('says how long a frame is that does not fit, and keeps it', () => {
    const out = ring.createBatch(1);
    out.push(frame(200, 1));
    ring.write(out);
    const small = new FrameBatch({ frames: 1, frameSize: 100 });
    expect(() => ring.read(small)).toThrow(expect.objectContaining({ code: 'EOVERFLOW' }));
    expect(small.wantedLength).toBe(200);
    const back = ring.createBatch(1);
    expect(ring.read(back)).toBe(1);
    expect(back.length(0)).toBe(200);
  });

  it('refuses frames of a wrong length', () => {
    const long = new FrameBatch({ frames: 2, frameSize: RING_FRAMES.longest + 1 });
    long.push(frame(20, 1));
    long.push(new Uint8Array(RING_FRAMES.longest + 1));
    expect(ring.write(long)).toBe(1);
    expect(() => ring.write(long, 1)).toThrow(expect.objectContaining({ code: 'ERANGE' }));
    expect(ring.read(ring.createBatch(8))).toBe(1);
  });
});
