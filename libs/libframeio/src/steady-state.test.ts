import { addressOf } from 'libsys';
import { describe, expect, it } from 'vitest';
import { FrameBatch } from './frame-batch.ts';
import { LP64 } from './frameio-layout.ts';
import { GatherBatch } from './gather-batch.ts';

const ROUNDS = 50_000;
const TRIES = 4;
const FRAMES = 8;
/** The smallest object has 16 bytes; what the engine needs for itself is less than 2 a round. */
const NOTHING = 2 * ROUNDS;

/**
 * By how much the heap has grown after `ROUNDS` of `work`, at the least: the engine may still be at
 * work on the code itself. Its nursery is larger than objects of all rounds would fill (see
 * vitest.config.ts), so that nothing is collected meanwhile.
 */
function growth(work: () => void): number {
  const grown = Array.from({ length: TRIES }, () => {
    global.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < ROUNDS; i++) work();
    return process.memoryUsage().heapUsed - before;
  });
  return Math.min(...grown);
}

/** The words of a batch's `frameio_t`, to play the driver with. */
function wordsOf(make: (memory: (bytes: number) => { buffer: Buffer; address: number }) => void) {
  let words = new Uint32Array();
  make((bytes) => {
    const buffer = Buffer.allocUnsafeSlow(bytes);
    words = new Uint32Array(buffer.buffer);
    return { buffer, address: addressOf(buffer) };
  });
  return words;
}

describe('the steady state', () => {
  it('is seen when it is none', () => {
    const kept: object[] = [];
    expect(
      growth(() => {
        kept[0] = {};
      }),
    ).toBeGreaterThan(ROUNDS * 8);
  });

  it.each<[string, number[]]>([
    ['one vector a frame', []],
    ['header and payload', [14]],
  ])('allocates nothing: a batch, %s', (_, split) => {
    const out = new FrameBatch({ frames: FRAMES, frameSize: 256, split, headRoom: 16 });
    let batch = out;
    const words = wordsOf((memory) => {
      batch = new FrameBatch({ frames: FRAMES, frameSize: 256, split, headRoom: 16, memory });
    });
    const frame = new Uint8Array(64).fill(1);
    const actual = (LP64.headerBytes + LP64.actual) / 4;
    const vector = LP64.vectorBytes / 4;
    let sum = 0;
    const grown = growth(() => {
      batch.prepareRead();
      for (let v = 0; v < FRAMES * batch.vectorsPerFrame; v++) words[actual + v * vector] = 14;
      batch.completeRead();
      // Small enough to be no object itself.
      sum = 0;
      for (let i = 0; i < batch.count; i++) sum += batch.offset(i) + batch.length(i);
      batch.strip(0, 4);
      batch.prepend(1, 8);
      batch.resize(2, 100);
      batch.move(3, 5);
      batch.drop(6);
      batch.truncate(6);
      batch.prepareWrite();
      batch.completeWrite();
      batch.prepareWrite(4);
      sum += batch.completeWrite();
      out.reset();
      for (let i = 0; i < FRAMES; i++) out.push(frame);
      sum += out.vectorLength(7, 0);
    });
    expect(sum).toBeGreaterThan(0);
    expect(grown).toBeLessThan(NOTHING);
  });

  it('allocates nothing: a gathering batch of the same buffers', () => {
    const batch = new GatherBatch({ frames: FRAMES, parts: 2 });
    const parts = [new Uint8Array(14), Buffer.alloc(50)];
    const whole = [Buffer.allocUnsafeSlow(64)];
    let sum = 0;
    const grown = growth(() => {
      batch.reset();
      for (let i = 0; i < FRAMES; i += 2) {
        batch.push(parts);
        batch.push(whole);
      }
      batch.prepareWrite();
      sum += batch.completeWrite();
      batch.prepareWrite(4);
      sum += batch.completeWrite();
    });
    expect(sum).toBe(TRIES * ROUNDS * (FRAMES + FRAMES - 4));
    expect(grown).toBeLessThan(NOTHING);
  });
});
