import fc from 'fast-check';
import { addressOf } from 'libsys';
import { describe, expect, it } from 'vitest';
import { FrameBatch } from './frame-batch.ts';
import type { FrameBatchOptions } from './frame-batch-options.ts';

/**
 * A reader of `frameio_t` that shares nothing with the writer: C's own picture (LP64, two's
 * complement, this machine's byte order) by DataView, over the memory in front of `buffer`.
 */
interface Vector {
  address: bigint;
  room: bigint;
  actual: bigint;
}

function rawOf(batch: FrameBatch): DataView {
  const start = batch.buffer.byteOffset - (addressOf(batch.buffer) - batch.address);
  return new DataView(batch.buffer.buffer, start, addressOf(batch.buffer) - batch.address);
}

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function decode(batch: FrameBatch): { version: number; nvpf: number; vectors: Vector[] } {
  const raw = rawOf(batch);
  const nvecs = raw.getUint32(8, LITTLE);
  return {
    version: raw.getUint32(0, LITTLE),
    nvpf: raw.getUint32(4, LITTLE),
    vectors: Array.from({ length: nvecs }, (_, v) => ({
      address: raw.getBigUint64(16 + v * 24, LITTLE),
      room: raw.getBigUint64(16 + v * 24 + 8, LITTLE),
      actual: raw.getBigUint64(16 + v * 24 + 16, LITTLE),
    })),
  };
}

/** Plays the driver: puts frames into the vectors of a prepared read, by their addresses. */
function fakeRead(batch: FrameBatch, frames: readonly Uint8Array[]): void {
  batch.prepareRead();
  const { nvpf, vectors } = decode(batch);
  const raw = rawOf(batch);
  const base = BigInt(addressOf(batch.buffer));
  frames.forEach((frame, i) => {
    let done = 0;
    for (let v = i * nvpf; v < (i + 1) * nvpf; v++) {
      const vector = vectors[v] as Vector;
      const part = frame.subarray(done, done + Number(vector.room));
      batch.buffer.set(part, Number(vector.address - base));
      raw.setBigUint64(16 + v * 24 + 16, BigInt(part.length), LITTLE);
      done += part.length;
    }
  });
  raw.setUint32(8, frames.length * nvpf, LITTLE);
  batch.completeRead();
}

/** Plays the driver: gathers the frames of a prepared write, by their addresses. */
function fakeWrite(batch: FrameBatch): Uint8Array[] {
  batch.prepareWrite();
  const { nvpf, vectors } = decode(batch);
  const base = BigInt(addressOf(batch.buffer));
  const frames: Uint8Array[] = [];
  for (let v = 0; v < vectors.length; v += nvpf) {
    const parts = vectors.slice(v, v + nvpf).map((vector) => {
      const at = Number(vector.address - base);
      return batch.buffer.subarray(at, at + Number(vector.room));
    });
    frames.push(Buffer.concat(parts));
  }
  return frames;
}

const shapes: fc.Arbitrary<FrameBatchOptions> = fc
  .record({
    split: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }),
    extra: fc.integer({ min: 20, max: 200 }),
    frames: fc.integer({ min: 1, max: 20 }),
    headRoom: fc.integer({ min: 0, max: 70 }),
  })
  .map(({ split, extra, frames, headRoom }) => ({
    frames,
    split,
    headRoom,
    frameSize: split.reduce((sum, part) => sum + part, extra),
  }));

const shapesWithFrames = shapes.chain((options) =>
  fc.record({
    options: fc.constant(options),
    frames: fc.array(
      fc.uint8Array({ minLength: (options.split?.length ?? 0) + 1, maxLength: options.frameSize }),
      { maxLength: options.frames },
    ),
  }),
);

const bytesOf = (frames: Iterable<Uint8Array>): number[][] => Array.from(frames, (f) => [...f]);

describe('FrameBatch layout', () => {
  it('gives a read every byte of every frame, and no byte twice', () => {
    fc.assert(
      fc.property(shapes, (options) => {
        const batch = new FrameBatch(options);
        batch.prepareRead();
        const { version, nvpf, vectors } = decode(batch);
        expect(version).toBe(1);
        expect(nvpf).toBe((options.split ?? []).length + 1);
        expect(vectors).toHaveLength(options.frames * nvpf);
        const base = BigInt(addressOf(batch.buffer));
        let end = 0n;
        vectors.forEach((vector, v) => {
          expect(vector.room).toBeGreaterThan(0n);
          expect(vector.address - base).toBeGreaterThanOrEqual(end);
          if (v % nvpf === 0) {
            expect(vector.address - base - end).toBeGreaterThanOrEqual(BigInt(batch.headRoom));
          }
          end = vector.address - base + vector.room;
        });
        expect(end).toBeLessThanOrEqual(BigInt(batch.buffer.length));
        const total = vectors.reduce((sum, vector) => sum + vector.room, 0n);
        expect(total).toBe(BigInt(options.frames * options.frameSize));
      }),
    );
  });

  it('shows what a read left, whatever the vectors', () => {
    fc.assert(
      fc.property(shapesWithFrames, ({ options, frames }) => {
        const batch = new FrameBatch(options);
        fakeRead(batch, frames);
        expect(batch.count).toBe(frames.length);
        expect(bytesOf(batch)).toEqual(bytesOf(frames));
        frames.forEach((frame, i) => {
          expect(batch.length(i)).toBe(frame.length);
          const at = batch.offset(i);
          expect([...batch.buffer.subarray(at, at + batch.length(i))]).toEqual([...frame]);
        });
      }),
    );
  });

  it('writes what was pushed, with no empty vector', () => {
    fc.assert(
      fc.property(shapesWithFrames, ({ options, frames }) => {
        fc.pre(frames.length > 0);
        const batch = new FrameBatch(options);
        for (const frame of frames) batch.push(frame);
        expect(bytesOf(fakeWrite(batch))).toEqual(bytesOf(frames));
        for (const vector of decode(batch).vectors) expect(vector.room).toBeGreaterThan(0n);
      }),
    );
  });

  it('writes on what was read, and reads again with all its room', () => {
    fc.assert(
      fc.property(shapesWithFrames, ({ options, frames }) => {
        fc.pre(frames.length > 0);
        const batch = new FrameBatch(options);
        fakeRead(batch, frames);
        expect(bytesOf(fakeWrite(batch))).toEqual(bytesOf(frames));
        batch.prepareRead();
        const total = decode(batch).vectors.reduce((sum, vector) => sum + vector.room, 0n);
        expect(total).toBe(BigInt(options.frames * options.frameSize));
      }),
    );
  });
});

describe('FrameBatch', () => {
  const frame = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);

  it('keeps its address for good', () => {
    const batch = new FrameBatch({ frames: 4, frameSize: 64 });
    expect(batch.prepareRead()).toBe(batch.address);
    batch.reset();
    batch.push(frame(20, 1));
    expect(batch.prepareWrite()).toBe(batch.address);
  });

  it('writes the rest of a batch from a frame on', () => {
    const batch = new FrameBatch({ frames: 4, frameSize: 64, split: [14] });
    for (let i = 0; i < 4; i++) batch.push(frame(20 + i, i));
    expect(batch.prepareWrite(2)).not.toBe(batch.address);
    expect(batch.completeWrite()).toBe(2);
    expect(bytesOf(fakeWrite(batch))).toEqual(bytesOf(batch));
  });

  it('adds to frames that were read', () => {
    const batch = new FrameBatch({ frames: 4, frameSize: 64 });
    fakeRead(batch, [frame(20, 1), frame(30, 2)]);
    batch.push(frame(40, 3));
    expect(bytesOf(fakeWrite(batch))).toEqual(bytesOf([frame(20, 1), frame(30, 2), frame(40, 3)]));
  });

  it('cuts and grows a frame', () => {
    const batch = new FrameBatch({ frames: 2, frameSize: 64, split: [14] });
    fakeRead(batch, [frame(20, 1), frame(30, 2)]);
    batch.resize(1, 16);
    expect(batch.length(0)).toBe(20);
    expect(bytesOf(fakeWrite(batch))).toEqual(bytesOf([frame(20, 1), frame(16, 2)]));
  });

  it('hands out a frame to fill in', () => {
    const batch = new FrameBatch({ frames: 1, frameSize: 64, headRoom: 10 });
    batch.append(5).set([1, 2, 3, 4, 5]);
    expect([...batch.copy(0)]).toEqual([1, 2, 3, 4, 5]);
    expect(batch.offset(0)).toBe(10);
  });

  it('gives copies that outlive the batch', () => {
    const batch = new FrameBatch({ frames: 1, frameSize: 64 });
    batch.push(frame(20, 7));
    const kept = batch.copy(0);
    batch.reset();
    batch.push(frame(20, 8));
    expect([...kept]).toEqual([...frame(20, 7)]);
  });

  it('lives in the memory it is given, all of it', () => {
    const asked: number[] = [];
    let given = Buffer.alloc(0);
    const batch = new FrameBatch({
      frames: 4,
      frameSize: 64,
      split: [14],
      memory: (bytes) => {
        asked.push(bytes);
        given = Buffer.allocUnsafeSlow(bytes + 8).fill(0xa5);
        return { buffer: given, address: addressOf(given) };
      },
    });
    expect(asked).toHaveLength(1);
    const end = addressOf(given) + (asked[0] as number);
    for (let i = 0; i < 4; i++) batch.push(frame(20 + i, i));
    expect(batch.address).toBe(addressOf(given));
    expect(bytesOf(fakeWrite(batch))).toEqual(bytesOf(batch));
    for (const from of [0, 1, 3]) {
      const address = batch.prepareWrite(from);
      expect(address).toBeGreaterThanOrEqual(batch.address);
      expect(address + 16 + 24 * 2 * (4 - from)).toBeLessThanOrEqual(addressOf(batch.buffer));
    }
    expect(addressOf(batch.buffer) + batch.buffer.length).toBe(end);
    expect([...given.subarray(-8)]).toEqual(Array(8).fill(0xa5));
  });

  it.each<[string, unknown, ErrorConstructor]>([
    ['that is no function', {}, TypeError],
    ['that is nothing', () => undefined, TypeError],
    ['without an address', (bytes: number) => ({ buffer: Buffer.alloc(bytes) }), TypeError],
    ['that is no Buffer', () => ({ buffer: new ArrayBuffer(9999), address: 8 }), TypeError],
    ['that is too short', (n: number) => ({ buffer: Buffer.alloc(n - 1), address: 8 }), RangeError],
    ['at 0', (n: number) => ({ buffer: Buffer.allocUnsafeSlow(n), address: 0 }), RangeError],
    ['at 12', (n: number) => ({ buffer: Buffer.allocUnsafeSlow(n), address: 12 }), RangeError],
    [
      'in the middle of a word',
      (n: number) => ({ buffer: Buffer.allocUnsafeSlow(n + 1).subarray(1), address: 8 }),
      RangeError,
    ],
  ])('refuses memory %s', (_, memory, kind) => {
    const options = { frames: 1, frameSize: 64, memory } as FrameBatchOptions;
    expect(() => new FrameBatch(options)).toThrow(kind);
  });

  it.each<[string, FrameBatchOptions, ErrorConstructor]>([
    ['no frames', { frames: 0, frameSize: 64 }, RangeError],
    ['too many frames', { frames: 257, frameSize: 64 }, RangeError],
    ['too many vectors', { frames: 129, frameSize: 64, split: [14] }, RangeError],
    ['half a frame', { frames: 1.5, frameSize: 64 }, RangeError],
    ['no bytes', { frames: 1, frameSize: 0 }, RangeError],
    ['nothing left for the last vector', { frames: 1, frameSize: 14, split: [14] }, RangeError],
    ['an empty vector', { frames: 1, frameSize: 64, split: [0] }, RangeError],
    ['negative head room', { frames: 1, frameSize: 64, headRoom: -1 }, RangeError],
    ['frames as text', { frames: '1' as unknown as number, frameSize: 64 }, TypeError],
    ['split as a number', { frames: 1, frameSize: 64, split: 14 as unknown as [] }, TypeError],
    ['an unknown option', { frames: 1, frameSize: 64, size: 1 } as FrameBatchOptions, TypeError],
  ])('refuses %s', (_, options, kind) => {
    expect(() => new FrameBatch(options)).toThrow(kind);
  });

  it('refuses frames that do not fit', () => {
    const batch = new FrameBatch({ frames: 1, frameSize: 64, split: [14] });
    expect(() => batch.push(frame(65, 0))).toThrow(RangeError);
    expect(() => batch.push(frame(1, 0))).toThrow(RangeError);
    expect(() => batch.push('frame' as unknown as Uint8Array)).toThrow(TypeError);
    expect(() => batch.append(65)).toThrow(RangeError);
    expect(batch.count).toBe(0);
    batch.push(frame(64, 0));
    expect(() => batch.push(frame(20, 0))).toThrow(RangeError);
    expect(batch.count).toBe(1);
  });

  it('has no request when its memory was transferred', () => {
    const batch = new FrameBatch({ frames: 2, frameSize: 100 });
    batch.push(new Uint8Array(60));
    structuredClone(batch.buffer.buffer, { transfer: [batch.buffer.buffer as ArrayBuffer] });
    const gone = new TypeError('the memory of the batch was transferred; make another one');
    expect(() => batch.prepareWrite()).toThrow(gone);
    expect(() => batch.prepareRead()).toThrow(gone);
  });

  it('refuses frames that are not there', () => {
    const batch = new FrameBatch({ frames: 2, frameSize: 64 });
    batch.push(frame(20, 0));
    for (const i of [-1, 1, 0.5, Number.NaN]) {
      expect(() => batch.length(i)).toThrow(RangeError);
      expect(() => batch.offset(i)).toThrow(RangeError);
      expect(() => batch.frame(i)).toThrow(RangeError);
      expect(() => batch.resize(i, 20)).toThrow(RangeError);
    }
    expect(() => batch.prepareWrite(1)).toThrow(RangeError);
    expect(() => new FrameBatch({ frames: 1, frameSize: 64 }).prepareWrite()).toThrow(RangeError);
  });

  it('does not believe a driver that did more than it was asked to', () => {
    const batch = new FrameBatch({ frames: 2, frameSize: 64 });
    batch.prepareRead();
    rawOf(batch).setUint32(8, 3, LITTLE);
    expect(() => batch.completeRead()).toThrow(RangeError);
    expect(batch.count).toBe(0);
  });
});
