import fc from 'fast-check';
import { addressOf } from 'libsys';
import { describe, expect, it } from 'vitest';
import { frameioBytes } from './frameio-layout.ts';
import { FrameioView } from './frameio-view.ts';
import { GatherBatch, type GatherBatchOptions } from './gather-batch.ts';

/** A batch, and a view of the memory that its requests lie in. */
function gather(frames: number, parts: number): { batch: GatherBatch; request: () => FrameioView } {
  let memory = Buffer.alloc(0);
  const batch = new GatherBatch({
    frames,
    parts,
    memory: (bytes) => {
      memory = Buffer.allocUnsafeSlow(bytes);
      return { buffer: memory, address: addressOf(memory) };
    },
  });
  const request = (from = 0) =>
    new FrameioView(memory.subarray(batch.prepareWrite(from) - batch.address));
  return { batch, request };
}

/** The bytes of a frame, found by the addresses of its vectors among the parts. */
function bytesAt(view: FrameioView, i: number, parts: readonly Uint8Array[]): number[] {
  return view.frame(i).flatMap(({ address, capacity }) => {
    const end = address + capacity;
    const part = parts.find((one) => {
      const start = BigInt(addressOf(one));
      return start <= address && end <= start + BigInt(one.length);
    });
    if (part === undefined) return [Number.NaN];
    const at = Number(address - BigInt(addressOf(part)));
    return [...part.subarray(at, at + Number(capacity))];
  });
}

/** A part in each kind of memory that a program has. */
const part: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.uint8Array({ maxLength: 80 }),
    fc.constantFrom<((bytes: Uint8Array) => Uint8Array)[]>(
      (bytes) => Uint8Array.from(bytes),
      (bytes) => Buffer.from(bytes),
      (bytes) => {
        const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 3), 3);
        shared.set(bytes);
        return shared;
      },
      (bytes) => {
        const slow = Buffer.allocUnsafeSlow(bytes.length);
        slow.set(bytes);
        return slow;
      },
    ),
  )
  .map(([bytes, place]) => place(bytes));

describe('GatherBatch', () => {
  it('has the vectors of the parts, however many there are', () => {
    const frame = fc.array(part, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 8 }), (frames) => {
        const { batch, request } = gather(8, 4);
        const pushed: Uint8Array[][] = [];
        for (const parts of frames) {
          const whole = parts.filter(({ length }) => length > 0);
          const bytes = whole.reduce((sum, { length }) => sum + length, 0);
          if (whole.length > 4 || bytes < 4) {
            expect(() => batch.push(parts)).toThrow(RangeError);
          } else {
            expect(batch.push(parts)).toBe(pushed.length);
            expect(batch.length(pushed.length)).toBe(bytes);
            pushed.push(parts);
          }
        }
        expect([batch.count, batch.room]).toEqual([pushed.length, 8 - pushed.length]);
        if (pushed.length === 0) return;
        const view = request();
        expect(view.fault()).toBeUndefined();
        expect(view.frameCount).toBe(pushed.length);
        pushed.forEach((parts, i) => {
          expect(bytesAt(view, i, parts)).toEqual([...Buffer.concat(parts)]);
        });
      }),
    );
  });

  it('says where small arrays are after they have been moved about', () => {
    const { batch, request } = gather(128, 2);
    const parts = Array.from({ length: 128 }, (_, i) => [
      Uint8Array.of(i, i + 1),
      Uint8Array.from({ length: 40 }, () => i),
    ]);
    for (const frame of parts) batch.push(frame);
    // Enough garbage that whatever can move has moved.
    let garbage: Uint8Array[] = [];
    for (let i = 0; i < 300_000; i++) {
      if (i % 1000 === 0) garbage = [];
      garbage.push(new Uint8Array(32));
    }
    expect(garbage).toHaveLength(1000);
    const view = request();
    parts.forEach((frame, i) => {
      expect(bytesAt(view, i, frame)).toEqual([...Buffer.concat(frame)]);
    });
  });

  it('writes the rest after a part was taken', () => {
    const { batch } = gather(4, 1);
    for (let i = 0; i < 4; i++) batch.push([new Uint8Array(10 + i)]);
    expect(batch.prepareWrite(3)).toBe(batch.address + frameioBytes(4));
    expect(batch.completeWrite()).toBe(1);
    expect(() => batch.prepareWrite(4)).toThrow(RangeError);
  });

  it('holds its parts until the reset, and none after it', () => {
    const { batch, request } = gather(2, 1);
    const part = new Uint8Array(10).fill(1);
    batch.push([part]);
    part.fill(2);
    expect(bytesAt(request(), 0, [part])).toEqual([...part]);
    batch.reset();
    expect(batch.count).toBe(0);
    expect(() => batch.prepareWrite()).toThrow(RangeError);
  });

  it('gives copies of frames in one piece, however their parts were cut', () => {
    const { batch } = gather(3, 4);
    const a = Uint8Array.of(1, 2, 3, 4, 5);
    const b = Uint8Array.of(6);
    batch.push([a, b]);
    batch.push([a, a, b, b]);
    batch.push([new Uint8Array(0), a]);
    expect([0, 1, 2].map((i) => [...batch.copy(i)])).toEqual([
      [1, 2, 3, 4, 5, 6],
      [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6, 6],
      [1, 2, 3, 4, 5],
    ]);
    expect(() => batch.copy(3)).toThrow(RangeError);
    structuredClone(a, { transfer: [a.buffer] });
    expect(() => batch.copy(0)).toThrow(TypeError);
  });

  it('refuses a part that has gone elsewhere since', () => {
    const { batch } = gather(2, 2);
    const gone = new Uint8Array(100);
    batch.push([new Uint8Array(10), new Uint8Array(10)]);
    batch.push([new Uint8Array(10), gone]);
    structuredClone(gone, { transfer: [gone.buffer] });
    expect(() => batch.prepareWrite()).toThrow(
      new TypeError('a part of frame 1 is not what it was when it was pushed'),
    );
  });

  it('refuses memory that can change its size', () => {
    const { batch } = gather(1, 1);
    const Resizable = ArrayBuffer as unknown as new (
      bytes: number,
      options: { maxByteLength: number },
    ) => ArrayBuffer;
    const memory = new Resizable(100, { maxByteLength: 200 });
    expect(() => batch.push([new Uint8Array(memory)])).toThrow(TypeError);
    expect(() => batch.push([new Uint8Array(memory, 0, 50)])).toThrow(TypeError);
    expect(batch.count).toBe(0);
  });

  it.each<[string, unknown, ErrorConstructor]>([
    ['no array', new Uint8Array(10), TypeError],
    ['text', ['frame'], TypeError],
    ['words', [new Uint32Array(10)], TypeError],
    ['a view of another kind', [new DataView(new ArrayBuffer(10))], TypeError],
    ['nothing', [], RangeError],
    ['empty parts', [new Uint8Array(), new Uint8Array()], RangeError],
    ['fewer bytes than vectors', [new Uint8Array(1)], RangeError],
    ['too many parts', Array.from({ length: 3 }, () => new Uint8Array(1)), RangeError],
  ])('refuses %s', (_, parts, kind) => {
    const { batch } = gather(1, 2);
    expect(() => batch.push(parts as Uint8Array[])).toThrow(kind);
    expect(batch.count).toBe(0);
  });

  it('refuses frames when it is full', () => {
    const { batch } = gather(1, 1);
    batch.push([new Uint8Array(1)]);
    expect(() => batch.push([new Uint8Array(1)])).toThrow(RangeError);
  });

  it.each<[string, object, ErrorConstructor]>([
    ['no frames', { frames: 0, parts: 1 }, RangeError],
    ['too many vectors', { frames: 65, parts: 4 }, RangeError],
    ['no parts', { frames: 1, parts: 0 }, RangeError],
    ['frames alone', { frames: 1 }, TypeError],
    ['an unknown option', { frames: 1, parts: 1, split: [] }, TypeError],
  ])('refuses to be made for %s', (_, options, kind) => {
    expect(() => new GatherBatch(options as GatherBatchOptions)).toThrow(kind);
  });
});
