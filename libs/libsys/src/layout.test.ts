import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  array,
  bytes,
  i16,
  i32,
  i64,
  nested,
  reserved,
  type Struct,
  struct,
  text,
  u8,
  u16,
  u32,
  u64,
} from './layout.ts';

interface Inner {
  a: number;
  b: bigint;
}
const inner: Struct<Inner> = struct<Inner>('inner_t', 'in_', { a: u8, b: u64 });

interface Outer {
  small: number;
  inner: Inner;
  name: string;
  rxqBytes: number;
  raw: Uint8Array;
  list: readonly number[];
  signedHalf: number;
  signedWord: number;
  signedLong: bigint;
}
const outer: Struct<Outer> = struct<Outer>('outer_t', 'out_', {
  small: u16,
  inner: nested(inner),
  name: text(5),
  pad: reserved(u8, 3),
  rxqBytes: u32,
  raw: bytes(3),
  list: array(u32, 2),
  signedHalf: i16,
  signedWord: i32,
  reserved: reserved(u64, 2),
  signedLong: i64,
});

const filled: Outer = {
  small: 0xffff,
  inner: { a: 255, b: 2n ** 64n - 1n },
  name: 'unet',
  rxqBytes: 0xffffffff,
  raw: Uint8Array.of(1, 2, 3),
  list: [1, 0xffffffff],
  signedHalf: -2,
  signedWord: -3,
  signedLong: -(2n ** 63n),
};

describe('struct', () => {
  it('lays members out as C does', () => {
    expect(inner).toMatchObject({ size: 16, align: 8 });
    expect(outer.members).toEqual([
      { name: 'out_small', offset: 0, size: 2 },
      { name: 'out_inner', offset: 8, size: 16 },
      { name: 'out_name', offset: 24, size: 5 },
      { name: 'out_pad', offset: 29, size: 3 },
      { name: 'out_rxq_bytes', offset: 32, size: 4 },
      { name: 'out_raw', offset: 36, size: 3 },
      { name: 'out_list', offset: 40, size: 8 },
      { name: 'out_signed_half', offset: 48, size: 2 },
      { name: 'out_signed_word', offset: 52, size: 4 },
      { name: 'out_reserved', offset: 56, size: 16 },
      { name: 'out_signed_long', offset: 72, size: 8 },
    ]);
    expect(outer.size).toBe(80);
    expect(outer.offsetOf('rxqBytes')).toBe(32);
  });

  it('reads back what it wrote, extremes included', () => {
    expect(outer.decode(outer.make(filled))).toEqual(filled);
  });

  it('leaves nothing of what was in the memory before', () => {
    const memory = Buffer.alloc(outer.size, 0xee);
    outer.encode({}, memory);
    expect(memory.every((byte) => byte === 0)).toBe(true);
  });

  it('works anywhere in a piece of memory, and touches nothing else', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), (before, after) => {
        const memory = Buffer.alloc(before + outer.size + after, 0xee);
        outer.encode(filled, memory, before);
        expect(outer.decode(memory, before)).toEqual(filled);
        expect(memory.subarray(0, before).every((byte) => byte === 0xee)).toBe(true);
        expect(memory.subarray(before + outer.size).every((byte) => byte === 0xee)).toBe(true);
      }),
    );
  });

  it('reads text that fills its member', () => {
    const memory = outer.make({});
    memory.fill('x', 24, 29);
    expect(outer.decode(memory).name).toBe('xxxxx');
  });

  it.each<[string, Partial<Outer>, ErrorConstructor, string]>([
    ['a negative unsigned', { small: -1 }, RangeError, 'out_small'],
    ['too large', { small: 0x10000 }, RangeError, 'out_small'],
    ['a fraction', { rxqBytes: 0.5 }, RangeError, 'out_rxq_bytes'],
    ['NaN', { rxqBytes: Number.NaN }, RangeError, 'out_rxq_bytes'],
    ['a signed one too low', { signedHalf: -0x8001 }, RangeError, 'out_signed_half'],
    ['a 64-bit one too large', { inner: { a: 0, b: 2n ** 64n } }, RangeError, 'in_b'],
    ['a number for a bigint', { signedLong: 1 as unknown as bigint }, TypeError, 'out_signed_long'],
    ['a bigint for a number', { small: 1n as unknown as number }, TypeError, 'out_small'],
    ['text without room for its end', { name: 'unet0' }, RangeError, 'out_name'],
    ['text with a NUL', { name: 'a\0b' }, RangeError, 'out_name'],
    ['bytes of another length', { raw: Uint8Array.of(1) }, RangeError, 'out_raw'],
    ['too many elements', { list: [1, 2, 3] }, RangeError, 'out_list'],
    ['a member that is not there', { nothing: 1 } as Partial<Outer>, TypeError, 'nothing'],
  ])('refuses %s', (_, value, kind, about) => {
    expect(() => outer.make(value)).toThrow(kind);
    expect(() => outer.make(value)).toThrow(about);
  });

  it('refuses memory that is too small', () => {
    expect(() => outer.decode(Buffer.alloc(outer.size - 1))).toThrow(RangeError);
    expect(() => outer.encode({}, Buffer.alloc(outer.size), 1)).toThrow(RangeError);
    expect(() => outer.decode(Buffer.alloc(outer.size), -1)).toThrow(RangeError);
  });
});
