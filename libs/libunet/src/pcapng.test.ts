import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interfaceDescription, interfaceStatistics, sectionHeader } from './pcapng.ts';
import { PacketBlocks, type PacketDirection, type PacketFlaw } from './pcapng-packets.ts';
import { numberOf, readBlocks, readPackets, textOf } from './pcapng-reader.fixture.ts';

const DIRECTIONS: readonly PacketDirection[] = ['none', 'in', 'out'];
const FLAWS: readonly (PacketFlaw | undefined)[] = [undefined, 'too long', 'too short'];
/** Bits 25 and 26 of the flags, of which the reader gives those from 16 on. */
const FLAW_BITS = [0, 1 << 9, 1 << 10];

const section = sectionHeader({ hardware: 'h', os: 'o', application: 'a', comment: 'c' });
const text = fc.string({ unit: 'grapheme', maxLength: 40 });

describe('blocks', () => {
  it('are read back as they were written', () => {
    const packet = fc.record({
      bytes: fc.uint8Array({ maxLength: 100 }),
      direction: fc.integer({ min: 0, max: 2 }),
      flaw: fc.integer({ min: 0, max: 2 }),
      lost: fc.option(fc.bigInt(1n, 2n ** 64n - 1n)),
      comment: fc.option(text),
    });
    const some = fc.array(packet, { maxLength: 8 });
    fc.assert(
      fc.property(some, fc.bigInt(0n, 2n ** 64n - 1n), fc.nat(60), (packets, time, snapLength) => {
        const blocks = new PacketBlocks(time, snapLength);
        for (const { bytes, direction, flaw, lost, comment } of packets) {
          blocks.add(bytes, {
            direction: DIRECTIONS[direction] as PacketDirection,
            flaw: FLAWS[flaw],
            lost: lost ?? undefined,
            comment: comment ?? undefined,
          });
        }
        const written = blocks.bytes();
        expect(written.length).toBe(blocks.length);
        expect(readPackets(Buffer.concat([section, written]))).toEqual(
          packets.map(({ bytes, direction, flaw, lost, comment }) => ({
            time,
            bytes: [...bytes.slice(0, snapLength === 0 ? bytes.length : snapLength)],
            originalLength: bytes.length,
            direction,
            errors: FLAW_BITS[flaw],
            lost: lost ?? 0n,
            comment: comment ?? undefined,
          })),
        );
      }),
    );
  });

  it('say how long a plain packet will be', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat(60), (bytes, snapLength) => {
        const blocks = new PacketBlocks(0n, snapLength);
        const length = blocks.lengthOf(bytes);
        blocks.add(bytes, { direction: 'in' });
        expect(blocks.length).toBe(length);
      }),
    );
  });

  it('describe a section and an interface', () => {
    fc.assert(
      fc.property(text, text, fc.uint8Array({ minLength: 6, maxLength: 6 }), (name, os, mac) => {
        const about = { name, description: 'd', os, mac, snapLength: 99 };
        const [first, second] = readBlocks(Buffer.concat([section, interfaceDescription(about)]));
        expect([1, 2, 3, 4].map((code) => textOf(first, code))).toEqual(['c', 'h', 'o', 'a']);
        expect(second?.type).toBe(1);
        expect(second?.body.getUint16(0, true)).toBe(1);
        expect(second?.body.getUint32(4, true)).toBe(99);
        expect([2, 3, 12].map((code) => textOf(second, code))).toEqual([name, 'd', os]);
        expect(second?.options.find(({ code }) => code === 6)?.value).toEqual(mac);
        expect(numberOf(second, 9)).toBe(9n);
      }),
    );
  });

  it('tell what was counted', () => {
    const u64 = fc.bigInt(0n, 2n ** 64n - 1n);
    fc.assert(
      fc.property(u64, u64, fc.option(u64), u64, (time, start, dropped, leftOut) => {
        const counted = { time, start, leftOut, delivered: 7n, dropped: dropped ?? undefined };
        const [, block] = readBlocks(Buffer.concat([section, interfaceStatistics(counted)]));
        expect(block?.type).toBe(5);
        const halves = (value: bigint): bigint => ((value & 0xffffffffn) << 32n) | (value >> 32n);
        expect([2, 3, 4, 5, 7, 8].map((code) => numberOf(block, code))).toEqual([
          halves(start),
          halves(time),
          undefined,
          dropped ?? undefined,
          leftOut,
          7n,
        ]);
      }),
    );
  });

  it('cut text that is too long for an option between two characters', () => {
    const comment = `a${'é'.repeat(40_000)}`;
    const blocks = new PacketBlocks(0n, 0);
    blocks.add(new Uint8Array(1), { direction: 'in', comment });
    const [packet] = readPackets(Buffer.concat([section, blocks.bytes()]));
    expect(packet?.comment).toBe(comment.slice(0, 32_768));
  });
});
