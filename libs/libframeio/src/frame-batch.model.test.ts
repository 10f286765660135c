import fc from 'fast-check';
import { addressOf } from 'libsys';
import { describe, expect, it } from 'vitest';
import { FrameBatch } from './frame-batch.ts';
import type { FrameBatchOptions } from './frame-batch-options.ts';
import type { FrameMemory } from './frame-memory.ts';
import { FrameioDriver, type UserMemory } from './frameio-driver.ts';

/**
 * A batch against a list of frames: whatever is done to both, a driver sees the same frames in both,
 * in a call for all of them and in one for the rest of them.
 */

/** The memory that a batch asks for, with a driver that sees nothing else. */
class OneMemory implements UserMemory {
  #memory: FrameMemory | undefined;

  readonly source = (bytes: number): FrameMemory => {
    const buffer = Buffer.allocUnsafeSlow(bytes).fill(0x77);
    this.#memory = { buffer, address: addressOf(buffer) };
    return this.#memory;
  };

  at(address: bigint, length: bigint): Uint8Array | undefined {
    if (this.#memory === undefined) return undefined;
    const { buffer, address: base } = this.#memory;
    const from = address - BigInt(base);
    if (from < 0n || from + length > BigInt(buffer.length)) return undefined;
    return buffer.subarray(Number(from), Number(from + length));
  }
}

type Step =
  | { readonly op: 'read'; readonly frames: readonly Uint8Array[] }
  | { readonly op: 'push' | 'append'; readonly frame: Uint8Array }
  | { readonly op: 'resize' | 'prepend' | 'strip'; readonly i: number; readonly bytes: number }
  | { readonly op: 'move'; readonly from: number; readonly to: number }
  | { readonly op: 'drop'; readonly i: number; readonly bytes: number }
  | { readonly op: 'truncate' | 'write'; readonly i: number }
  | { readonly op: 'reset' };

const index = fc.nat(12);
const bytes = fc.uint8Array({ maxLength: 90 });
const number = fc.nat(40);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ op: fc.constant('read' as const), frames: fc.array(bytes, { maxLength: 12 }) }),
  fc.record({ op: fc.constantFrom('push' as const, 'append' as const), frame: bytes }),
  fc.record({
    op: fc.constantFrom('resize' as const, 'prepend' as const, 'strip' as const),
    i: index,
    bytes: number,
  }),
  fc.record({ op: fc.constant('drop' as const), i: index, bytes: fc.nat(4) }),
  fc.record({ op: fc.constant('move' as const), from: index, to: index }),
  fc.record({ op: fc.constantFrom('truncate' as const, 'write' as const), i: index }),
  fc.record({ op: fc.constant('reset' as const) }),
);

const shape: fc.Arbitrary<FrameBatchOptions> = fc.record({
  frames: fc.integer({ min: 1, max: 10 }),
  frameSize: fc.integer({ min: 60, max: 130 }),
  split: fc.array(fc.integer({ min: 1, max: 18 }), { maxLength: 3 }),
  headRoom: fc.nat(70),
});

/** A frame of the model: its bytes, and how many could be put in front of it. */
interface Model {
  bytes: Uint8Array;
  front: number;
}

class World {
  readonly memory = new OneMemory();
  readonly driver: FrameioDriver = new FrameioDriver(this.memory);
  readonly batch: FrameBatch;
  readonly least: number;
  frames: Model[] = [];

  constructor(options: FrameBatchOptions) {
    this.batch = new FrameBatch({ ...options, memory: this.memory.source });
    this.least = this.batch.vectorsPerFrame;
  }

  /** Does a step to both; if the model has no such frame or no such length, the batch refuses it. */
  do(step: Step): void {
    const before = this.frames.map(({ bytes }) => [...bytes]);
    if (this.#model(step)) {
      this.#batch(step);
    } else {
      expect(() => this.#batch(step)).toThrow(RangeError);
      expect(this.frames.map(({ bytes }) => [...bytes])).toEqual(before);
    }
  }

  #model(step: Step): boolean {
    const { frames, batch, least } = this;
    const added = (bytes: Uint8Array): Model => ({
      bytes: Uint8Array.from(bytes),
      front: batch.headRoom,
    });
    switch (step.op) {
      case 'read':
        this.frames = step.frames
          .slice(0, batch.capacity)
          .map((bytes) => added(bytes.subarray(0, batch.frameSize)));
        return true;
      case 'push':
      case 'append': {
        const { length } = step.frame;
        if (frames.length === batch.capacity || length < least || length > batch.frameSize) {
          return false;
        }
        frames.push(added(step.frame));
        return true;
      }
      case 'resize':
      case 'prepend':
      case 'strip': {
        const frame = frames[step.i];
        return frame !== undefined && this.#resize(step.op, frame, step.bytes);
      }
      case 'drop':
        if (step.i + step.bytes > frames.length) return false;
        frames.splice(step.i, step.bytes);
        return true;
      case 'move': {
        if (frames[step.to] === undefined || frames[step.from] === undefined) return false;
        const [moved] = frames.splice(step.from, 1);
        if (moved !== undefined) frames.splice(step.to, 0, moved);
        return true;
      }
      case 'truncate':
        if (step.i > frames.length) return false;
        frames.length = step.i;
        return true;
      case 'write':
        return this.writable(step.i);
      case 'reset':
        frames.length = 0;
        return true;
    }
  }

  #resize(op: 'resize' | 'prepend' | 'strip', frame: Model, bytes: number): boolean {
    const { length } = frame.bytes;
    const most = this.batch.headRoom + this.batch.frameSize - frame.front;
    if (op === 'resize') {
      if (bytes < this.least || bytes > most) return false;
      // What is new is undefined: the test fills it in.
      const longer = new Uint8Array(bytes).fill(0xab);
      longer.set(frame.bytes.subarray(0, bytes));
      frame.bytes = longer;
    } else if (op === 'prepend') {
      if (bytes > frame.front) return false;
      const longer = new Uint8Array(length + bytes).fill(0xcd);
      longer.set(frame.bytes, bytes);
      frame.bytes = longer;
      frame.front -= bytes;
    } else {
      if (length - bytes < this.least) return false;
      frame.bytes = frame.bytes.slice(bytes);
      frame.front += bytes;
    }
    return true;
  }

  #batch(step: Step): void {
    const { batch } = this;
    switch (step.op) {
      case 'read': {
        const address = batch.prepareRead();
        const frames = step.frames.map((bytes) => bytes.subarray(0, batch.frameSize));
        if (frames.length === 0) return;
        const done = this.driver.read(BigInt(address), frames);
        expect(batch.completeRead()).toBe(done);
        return;
      }
      case 'push':
        batch.push(step.frame);
        return;
      case 'append':
        batch.append(step.frame.length).set(step.frame);
        return;
      case 'resize': {
        const old = step.i < batch.count ? batch.length(step.i) : 0;
        batch.resize(step.i, step.bytes);
        batch.frame(step.i).fill(0xab, Math.min(old, step.bytes));
        return;
      }
      case 'prepend': {
        const at = batch.prepend(step.i, step.bytes);
        batch.buffer.fill(0xcd, at, at + step.bytes);
        return;
      }
      case 'strip':
        batch.strip(step.i, step.bytes);
        return;
      case 'drop':
        batch.drop(step.i, step.bytes);
        return;
      case 'move':
        batch.move(step.from, step.to);
        return;
      case 'truncate':
        batch.truncate(step.i);
        return;
      case 'write': {
        const written = this.written(step.i);
        expect(written).toEqual(this.frames.slice(step.i).map(({ bytes }) => [...bytes]));
        return;
      }
      case 'reset':
        batch.reset();
        return;
    }
  }

  /** A frame that was read may be too short to be written in so many vectors. */
  writable(from: number): boolean {
    const rest = this.frames.slice(from);
    return rest.length > 0 && rest.every(({ bytes }) => bytes.length >= this.least);
  }

  /** What a driver takes of the frames from `from` on. */
  written(from: number): number[][] {
    const address = this.batch.prepareWrite(from);
    const frames = this.driver.write(BigInt(address), { shortest: 1, longest: 9999 });
    expect(this.batch.completeWrite()).toBe(frames.length);
    return frames.map((bytes) => [...bytes]);
  }
}

const plain = (frames: Iterable<Uint8Array>): number[][] => Array.from(frames, (one) => [...one]);

describe('FrameBatch', () => {
  it('is a list of frames, whatever is done to it', () => {
    fc.assert(
      fc.property(shape, fc.array(step, { maxLength: 24 }), (options, steps) => {
        const world = new World(options);
        const { batch } = world;
        for (const one of steps) {
          world.do(one);
          const expected = world.frames.map(({ bytes }) => [...bytes]);
          expect(plain(batch)).toEqual(expected);
          for (const [i, { front }] of world.frames.entries()) {
            // It starts where it is thought to: there is no more room before it and behind it.
            const longest = batch.headRoom + batch.frameSize - front;
            expect(() => batch.prepend(i, front + 1)).toThrow(RangeError);
            expect(() => batch.resize(i, longest + 1)).toThrow(RangeError);
          }
          expect([batch.count, batch.room]).toEqual([
            expected.length,
            batch.capacity - expected.length,
          ]);
        }
        world.frames.forEach(({ bytes }, i) => {
          const parts = Array.from({ length: batch.vectorsPerFrame }, (_, v) =>
            batch.vectorLength(i, v),
          );
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(bytes.length);
        });
        if (world.writable(0)) {
          expect(world.written(0)).toEqual(world.frames.map(({ bytes }) => [...bytes]));
        }
        // Nothing that was done to it is left in it: it can be filled to the brim.
        const full = Array.from({ length: batch.capacity }, (_, i) =>
          new Uint8Array(batch.frameSize).fill(i),
        );
        world.do({ op: 'read', frames: full });
        expect(plain(batch)).toEqual(plain(full));
      }),
      { numRuns: 300 },
    );
  });
});
