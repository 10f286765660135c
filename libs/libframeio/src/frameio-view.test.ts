import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FrameioLayout, frameioBytes, ILP32, LP64 } from './frameio-layout.ts';
import { type FrameioFormat, FrameioView } from './frameio-view.ts';
import { layOutFrameio } from './lay-out-frameio.ts';

const formats: readonly Required<FrameioFormat>[] = [
  { layout: LP64, endian: 'LE' },
  { layout: LP64, endian: 'BE' },
  { layout: ILP32, endian: 'LE' },
  { layout: ILP32, endian: 'BE' },
];

const frames = (layout: FrameioLayout) => {
  const long = fc.bigInt({ min: 1n, max: 2n ** BigInt(8 * layout.addressBytes) - 1n });
  return fc
    .record({ each: fc.integer({ min: 1, max: 6 }), count: fc.integer({ min: 1, max: 20 }) })
    .chain(({ each, count }) => {
      const frame = fc.array(fc.record({ address: long, length: long }), {
        minLength: each,
        maxLength: each,
      });
      return fc.array(frame, { minLength: count, maxLength: count });
    });
};

describe('a frameio_t that was laid out', () => {
  it.each(formats)('reads as what it is: $layout.model $endian', (format) => {
    fc.assert(
      fc.property(frames(format.layout), (wanted) => {
        const each = wanted[0]?.length ?? 0;
        const size = frameioBytes(wanted.length * each, format.layout);
        const bytes = new Uint8Array(size + 1).fill(0xa5);
        const written = layOutFrameio(bytes, wanted, format);
        expect(bytes[size]).toBe(0xa5);
        const view = new FrameioView(Uint8Array.from(bytes), format);
        expect(view.fault()).toBeUndefined();
        expect([view.version, view.vectorsPerFrame, view.frameCount]).toEqual([
          1,
          each,
          wanted.length,
        ]);
        const read = [...view.frames()].map((frame) =>
          frame.map(({ address, capacity }) => ({ address, length: capacity })),
        );
        expect(read).toEqual(wanted);
        expect(view.actualLength(0)).toBe(0n);
        expect([...written.frames()]).toEqual([...view.frames()]);
      }),
    );
  });

  it('has the bytes that C has', () => {
    const part = { address: 0x1122_3344, length: 0x55 };
    const bytes = (format: Required<FrameioFormat>): string => {
      const memory = new Uint8Array(frameioBytes(1, format.layout));
      layOutFrameio(memory, [[part]], format).setActual(0, 7n);
      return Buffer.from(memory).toString('hex');
    };
    expect(formats.map(bytes)).toEqual([
      '0100000001000000010000000000000044332211000000005500000000000000' + '0700000000000000',
      '0000000100000001000000010000000000000000112233440000000000000055' + '0000000000000007',
      '010000000100000001000000' + '443322115500000007000000',
      '000000010000000100000001' + '112233440000005500000007',
    ]);
  });

  it.each<[string, Parameters<typeof layOutFrameio>[1], ErrorConstructor, FrameioLayout?]>([
    ['no frames', [], RangeError],
    ['a frame without parts', [[]], RangeError],
    ['frames of different parts', [[{ address: 8, length: 1 }], []], RangeError],
    ['too many parts', Array(257).fill([{ address: 8, length: 1 }]), RangeError],
    ['a part at 0', [[{ address: 0, length: 1 }]], RangeError],
    ['an empty part', [[{ address: 8, length: 0 }]], RangeError],
    ['half a byte', [[{ address: 8, length: 0.5 }]], TypeError],
    ['an address of 33 bits', [[{ address: 2 ** 32, length: 1 }]], RangeError, ILP32],
    ['a length of 65 bits', [[{ address: 8, length: 2n ** 64n }]], RangeError],
  ])('refuses %s, and writes nothing', (_, wanted, kind, layout = LP64) => {
    const bytes = new Uint8Array(8000).fill(0xa5);
    expect(() => layOutFrameio(bytes, wanted, { layout })).toThrow(kind);
    expect(bytes.every((byte) => byte === 0xa5)).toBe(true);
  });

  it('refuses bytes that it does not fit', () => {
    const bytes = new Uint8Array(frameioBytes(1) - 1);
    expect(() => layOutFrameio(bytes, [[{ address: 8, length: 1 }]])).toThrow(RangeError);
  });
});

describe('FrameioView', () => {
  const good = (count: number): FrameioView =>
    layOutFrameio(
      new Uint8Array(frameioBytes(count * 2)),
      Array.from({ length: count }, (_, i) => [
        { address: 0x1000 * (i + 1), length: 14 },
        { address: 0x1000 * (i + 1) + 14, length: 46 + i },
      ]),
    );

  it('names what is wrong, and where', () => {
    const view = good(3);
    expect(new FrameioView(view.bytes.subarray(0, 15)).fault()).toMatchObject({ code: 'EFAULT' });
    expect(new FrameioView(view.bytes.subarray(0, 16 + 4 * 24 - 1)).fault()).toEqual({
      code: 'EFAULT',
      vector: 3,
      frame: 1,
      text: 'vector 3, of frame 1, is not all there',
    });
    view.setVector(5, 0x1000n, 0n);
    expect(view.fault()).toEqual({
      code: 'EINVAL',
      vector: 5,
      frame: 2,
      text: 'vector 5, of frame 2, is empty (fv_buflen is 0)',
    });
    view.setVector(4, 0n, 9n);
    expect(view.fault()).toMatchObject({ vector: 4, text: /fv_buf is 0/ });
    view.setHeader(4, 6);
    expect(view.fault()?.text).toBe('fio_nvecs, 6, is no multiple of fio_nvpf, 4');
  });

  it('says which frame of a write has a wrong length', () => {
    const view = good(3);
    expect(view.writeFault({ shortest: 60, longest: 62 })).toBeUndefined();
    expect(view.writeFault({ shortest: 60, longest: 61 })).toEqual({
      code: 'ERANGE',
      frame: 2,
      text: 'frame 2 has 62 bytes, not 60 to 61',
    });
    view.setVector(0, 8n, 0xffff_ffff_ffff_ffffn);
    const all = { shortest: 1, longest: Number.POSITIVE_INFINITY };
    expect(view.writeFault(all)).toMatchObject({ code: 'ERANGE', frame: 0 });
  });

  it('refuses what a member does not hold, and sets nothing', () => {
    const view = good(3);
    const before = Buffer.from(view.bytes);
    expect(() => view.setVectorCount(2 ** 32)).toThrow(RangeError);
    expect(() => view.setHeader(1, -1)).toThrow(RangeError);
    expect(() => view.setHeader(1.5, 1)).toThrow(RangeError);
    expect(() => view.setVector(0, 0x1000n, 2n ** 64n)).toThrow(/fv_buflen has 64 bits/);
    expect(() => view.setActual(0, -1n)).toThrow(RangeError);
    expect(Buffer.from(view.bytes)).toEqual(before);
    const small = new FrameioView(Buffer.alloc(64), { layout: ILP32 });
    expect(() => small.setVector(0, 2n ** 32n, 1n)).toThrow(/fv_buf has 32 bits/);
    expect(small.bytes.every((byte) => byte === 0)).toBe(true);
  });

  it('reads what a driver answered, vector by vector', () => {
    const view = good(3);
    view.setVectorCount(2);
    view.setActual(0, 14n);
    view.setActual(1, 3n);
    expect(view.frameCount).toBe(1);
    expect(view.actualLength(0)).toBe(17n);
    expect(view.frame(0).map(({ actual }) => actual)).toEqual([14n, 3n]);
    expect(() => view.frame(1)).toThrow(RangeError);
  });

  it('is of bytes, in a known format', () => {
    const format = (value: unknown) => value as FrameioFormat;
    expect(() => new FrameioView([] as unknown as Uint8Array)).toThrow(TypeError);
    expect(() => new FrameioView(new Uint8Array(), format({ endian: 'ME' }))).toThrow(TypeError);
    expect(() => new FrameioView(new Uint8Array(), format({ model: 32 }))).toThrow(TypeError);
    expect(new FrameioView(new Uint8Array()).fault()?.code).toBe('EFAULT');
  });
});
