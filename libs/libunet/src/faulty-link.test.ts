import fc from 'fast-check';
import { FrameBatch } from 'libframeio';
import { describe, expect, it, vi } from 'vitest';
import { FakeLink, frameOf, seedsOf } from './fake-link.fixture.ts';
import type { FaultPlan, FaultRule } from './fault-plan.ts';
import { type FaultyLink, faultyLink } from './faulty-link.ts';
import type { FrameLink } from './frame-link.ts';
import { HELD_MAX } from './held-frames.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Reads until nothing is there. */
function readAll(link: FrameLink, frames = 64): Uint8Array[] {
  const batch = new FrameBatch({ frames, frameSize: 1518 });
  const got: Uint8Array[] = [];
  while (link.readBatch(batch) > 0) for (let i = 0; i < batch.count; i++) got.push(batch.copy(i));
  return got;
}

/** Reads frames 0 to `count` - 1 through a plan. */
function readThrough(plan: readonly FaultRule[], count = 6): { got: number[]; link: FaultyLink } {
  const inner = new FakeLink();
  inner.give(...range(count).map((seed) => frameOf(seed)));
  const link = faultyLink(inner, { read: plan });
  return { got: seedsOf(readAll(link)), link };
}

/** Writes frames 0 to `count` - 1 through a plan. */
async function writeThrough(
  plan: readonly FaultRule[],
  count = 6,
): Promise<{ got: number[]; link: FaultyLink }> {
  const inner = new FakeLink();
  const link = faultyLink(inner, { write: plan });
  await link.write(range(count).map((seed) => frameOf(seed)));
  return { got: seedsOf(inner.sent), link };
}

describe.each(['read', 'write'] as const)('faults of a %s', (direction) => {
  const through = async (
    plan: readonly FaultRule[],
    count?: number,
  ): Promise<{ got: number[]; faults: FaultyLink['faults']['read'] }> => {
    const { got, link } =
      direction === 'read' ? readThrough(plan, count) : await writeThrough(plan, count);
    return { got, faults: link.faults[direction] };
  };

  it.each<[string, readonly FaultRule[], number[]]>([
    ['drop one', [{ fault: 'drop', at: 2 }], [0, 1, 3, 4, 5]],
    ['drop several', [{ fault: 'drop', at: [0, 5] }], [1, 2, 3, 4]],
    ['drop every one', [{ fault: 'drop', probability: 1 }], []],
    ['drop none', [{ fault: 'drop', probability: 0 }], [0, 1, 2, 3, 4, 5]],
    ['double one', [{ fault: 'duplicate', at: 1 }], [0, 1, 1, 2, 3, 4, 5]],
    ['multiply one', [{ fault: 'duplicate', copies: 3, at: 5 }], [0, 1, 2, 3, 4, 5, 5, 5, 5]],
    ['swap two', [{ fault: 'reorder', at: 1 }], [0, 2, 1, 3, 4, 5]],
    ['put one far behind', [{ fault: 'reorder', by: 4, at: 0 }], [1, 2, 3, 4, 0, 5]],
    ['put all behind', [{ fault: 'reorder', probability: 1 }], [0, 1, 2, 3, 4]],
    [
      'do as a predicate says',
      [{ fault: 'drop', when: (frame, index) => frame[0] === 3 || index === 0 }],
      [1, 2, 4, 5],
    ],
    [
      'apply in their order',
      [
        { fault: 'duplicate', at: 1 },
        { fault: 'reorder', at: 1 },
      ],
      [0, 2, 1, 1, 3, 4, 5],
    ],
  ])('%s', async (_, plan, expected) => {
    expect((await through(plan)).got).toEqual(expected);
  });

  it('are counted', async () => {
    const { faults } = await through([
      { fault: 'drop', at: [0, 1] },
      { fault: 'duplicate', at: 2 },
      { fault: 'reorder', at: 5 },
      { fault: 'corrupt', at: [3, 4] },
    ]);
    expect(faults).toMatchObject({
      frames: 6,
      drop: 2,
      duplicate: 1,
      reorder: 1,
      corrupt: 2,
      truncate: 0,
      delay: 0,
      held: 1,
      lost: 0,
    });
  });

  it('are the same again with the same seed, however frames fall into batches', async () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    const rule = fc.oneof(
      fc.record({ fault: fc.constant('drop' as const), probability: chance }),
      fc.record({ fault: fc.constant('duplicate' as const), probability: chance }),
      fc.record({
        fault: fc.constant('reorder' as const),
        by: fc.integer({ min: 1, max: 5 }),
        probability: chance,
      }),
      fc.record({ fault: fc.constant('corrupt' as const), probability: chance }),
      fc.record({
        fault: fc.constant('truncate' as const),
        length: fc.integer({ min: 20, max: 90 }),
        probability: chance,
      }),
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    const plans = fc.array(rule, { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(plans, fc.nat(0xffff_ffff), sizes, sizes, async (rules, seed, one, two) => {
        const run = async (batches: readonly number[]): Promise<unknown> => {
          const inner = new FakeLink();
          const link = faultyLink(inner, { [direction]: rules }, { seed });
          const sent = range(60).map((i) => frameOf(i, 60 + i));
          for (let i = 0, b = 0; i < sent.length; b++) {
            const some = sent.slice(i, i + (batches[b % batches.length] as number));
            i += some.length;
            if (direction === 'write') await link.write(some);
            else {
              inner.give(...some);
              inner.sent.push(...readAll(link, 3));
            }
          }
          const got = inner.sent.map((frame) => [...frame]);
          const { calls: _, ...counts } = link.faults[direction];
          link.close();
          return { got, counts };
        };
        expect(await run(two)).toEqual(await run(one));
      }),
      { numRuns: 40 },
    );
  });

  it('come about as often as they are said to', async () => {
    const { faults } = await through([{ fault: 'drop', probability: 0.25 }], 4000);
    expect(faults.drop).toBeGreaterThan(800);
    expect(faults.drop).toBeLessThan(1200);
  });
});

describe('faultyLink', () => {
  it('chooses a seed that repeats the run', () => {
    const plan: FaultPlan = { read: [{ fault: 'drop', probability: 0.5 }] };
    const runs = [undefined, undefined].map(() => faultyLink(new FakeLink(), plan).seed);
    expect(runs[0]).not.toBe(runs[1]);
    const run = (seed: number): number[] => {
      const inner = new FakeLink();
      inner.give(...range(60).map((i) => frameOf(i)));
      return seedsOf(readAll(faultyLink(inner, plan, { seed })));
    };
    const [seed = 0, other = 0] = runs;
    expect(run(seed)).toEqual(run(seed));
    expect(run(seed)).not.toEqual(run(other));
  });

  it('reads on where everything is lost, but not for ever', () => {
    const inner = new FakeLink();
    inner.give(...range(20).map((i) => frameOf(i)));
    const link = faultyLink(inner, { read: [{ fault: 'drop', when: (_, index) => index !== 10 }] });
    const batch = new FrameBatch({ frames: 1, frameSize: 1518 });
    expect(link.readBatch(batch)).toBe(1);
    expect(seedsOf(batch)).toEqual([10]);
    expect(link.readBatch(batch)).toBe(0);
    expect(inner.incoming).toHaveLength(0);
    inner.give(...range(100).map((i) => frameOf(i)));
    expect(link.readBatch(batch)).toBe(0);
    expect(inner.incoming.length).toBeGreaterThan(50);
  });

  it('changes one byte of a frame that is to be corrupted', () => {
    const inner = new FakeLink();
    inner.give(...range(200).map(() => frameOf(7)), frameOf(7));
    const plan: FaultPlan = {
      read: [
        { fault: 'corrupt', when: (_, index) => index < 200 },
        { fault: 'corrupt', offset: 3, at: 200 },
      ],
    };
    const got = readAll(faultyLink(inner, plan, { seed: 1 }));
    const changed = got.map((one) => [...one].flatMap((byte, i) => (byte === 7 ? [] : [i])));
    expect(changed.every((places) => places.length === 1)).toBe(true);
    expect(new Set(changed.flat()).size).toBeGreaterThan(40);
    expect(changed.at(-1)).toEqual([3]);
  });

  it('leaves what the program writes as it is', async () => {
    const inner = new FakeLink();
    const link = faultyLink(inner, {
      write: [
        { fault: 'corrupt', at: 0 },
        { fault: 'truncate', length: 20, at: 1 },
      ],
    });
    const batch = link.createBatch();
    batch.push(frameOf(1));
    batch.push(frameOf(2));
    await link.writeAll(batch);
    expect([...batch].map((frame) => [...frame])).toEqual([[...frameOf(1)], [...frameOf(2)]]);
    expect([...(inner.sent[0] ?? [])]).not.toEqual([...frameOf(1)]);
    expect(inner.sent[1]).toHaveLength(20);
  });

  it('counts frames that it cut so short that the link refused them', async () => {
    const { got, link } = await writeThrough([{ fault: 'truncate', length: 13, at: [0, 2] }], 3);
    expect(got).toEqual([1]);
    expect(link.faults.write).toMatchObject({ truncate: 2, refused: 2 });
    const split = new FrameBatch({ frames: 2, frameSize: 1518, split: [14, 20] });
    const inner = new FakeLink();
    inner.give(frameOf(1), frameOf(2));
    const cut = faultyLink(inner, { read: [{ fault: 'truncate', length: 2, at: 0 }] });
    expect(cut.readBatch(split)).toBe(1);
    expect(seedsOf(split)).toEqual([2]);
    expect(cut.faults.read.refused).toBe(1);
  });

  it("hands on the link's own refusals, of the frame they are about", () => {
    const inner = new FakeLink();
    const link = faultyLink(inner, { write: [{ fault: 'corrupt', probability: 1 }] });
    const batch = new FrameBatch({ frames: 3, frameSize: 2000 });
    for (const length of [60, 1519, 61]) batch.push(frameOf(1, length));
    expect(link.writeBatch(batch)).toBe(1);
    expect(() => link.writeBatch(batch, 1)).toThrow(expect.objectContaining({ code: 'ERANGE' }));
    expect(link.writeBatch(batch, 2)).toBe(1);
    expect(link.faults.write).toMatchObject({ frames: 2, corrupt: 2 });
    expect(() => link.writeBatch(batch, 3)).toThrow(RangeError);
  });

  it('does not take frames that the link has no room for', () => {
    const inner = new FakeLink();
    const link = faultyLink(inner, { write: [{ fault: 'drop', at: 1 }] });
    const batch = link.createBatch();
    for (const seed of [0, 1, 2, 3]) batch.push(frameOf(seed));
    inner.makeRoom(2);
    expect(link.writeBatch(batch)).toBe(3);
    expect(link.writeBatch(batch, 3)).toBe(0);
    inner.makeRoom(1);
    expect(link.writeBatch(batch, 3)).toBe(1);
    expect(seedsOf(inner.sent)).toEqual([0, 2, 3]);
  });

  it('fails calls with what it is told', () => {
    const inner = new FakeLink();
    const link = faultyLink(inner, {
      read: [
        { fault: 'fail', code: 'ENOMEM', at: 0 },
        { fault: 'fail', code: 'EAGAIN', at: 1 },
      ],
      write: [{ fault: 'fail', code: 'ENXIO', when: (call) => call >= 1 }],
    });
    inner.give(frameOf(1));
    const batch = link.createBatch();
    expect(() => link.readBatch(batch)).toThrow(
      expect.objectContaining({
        code: 'ENOMEM',
        message: 'ENOMEM: a fault that was asked for, read fake0',
      }),
    );
    expect(link.readBatch(batch)).toBe(0);
    expect(batch.count).toBe(0);
    expect(link.readBatch(batch)).toBe(1);
    expect(link.writeBatch(batch)).toBe(1);
    for (const _ of [1, 2]) {
      expect(() => link.writeBatch(batch)).toThrow(expect.objectContaining({ code: 'ENXIO' }));
    }
    expect(link.faults).toMatchObject({
      read: { calls: 3, fail: 2 },
      write: { calls: 3, fail: 2 },
    });
  });

  it('has calls take or give less than they could', () => {
    const inner = new FakeLink();
    const link = faultyLink(inner, {
      read: [{ fault: 'short', frames: 2, at: [0, 1] }],
      write: [{ fault: 'short', frames: 1, at: 0 }],
    });
    inner.give(...range(6).map((i) => frameOf(i)));
    const batch = link.createBatch();
    const got: number[] = [];
    const counts = range(4).map(() => {
      const count = link.readBatch(batch);
      got.push(...seedsOf(batch));
      return count;
    });
    expect(counts).toEqual([2, 2, 2, 0]);
    expect(got).toEqual(range(6));
    for (const i of range(3)) batch.push(frameOf(i));
    expect(link.writeBatch(batch)).toBe(1);
    expect(link.writeBatch(batch, 1)).toBe(2);
    expect(link.faults).toMatchObject({ read: { short: 2 }, write: { short: 1 } });
  });

  it('leaves the rest of the program its turn while every call says EAGAIN', async () => {
    const inner = new FakeLink();
    inner.give(frameOf(1));
    const fail: FaultRule = { fault: 'fail', code: 'EAGAIN', probability: 1 };
    const link = faultyLink(inner, { read: [fail], write: [fail] });
    const signal = AbortSignal.timeout(5);
    await expect(link.write(frameOf(1), { signal })).rejects.toThrow();
    const reading = link.batches({ signal: AbortSignal.timeout(5) })[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toMatchObject({ code: 'ABORT_ERR' });
  });

  it('has late frames come when it is their time', async () => {
    const inner = new FakeLink();
    const late: FaultRule = { fault: 'delay', ms: 5, at: [0, 1] };
    const link = faultyLink(inner, { read: [late], write: [late] });
    inner.give(...range(3).map((i) => frameOf(i)));
    const got: number[] = [];
    const start = performance.now();
    for await (const frame of link.frames()) {
      got.push(frame[0] ?? -1);
      if (got.length === 3) break;
    }
    expect(got).toEqual([2, 0, 1]);
    expect(performance.now() - start).toBeGreaterThan(4);
    await link.write(range(3).map((i) => frameOf(i)));
    expect(seedsOf(inner.sent)).toEqual([2]);
    await vi.waitFor(() => expect(seedsOf(inner.sent)).toEqual([2, 0, 1]));
  });

  it('wakes who waits for a late frame, and not who gave up', async () => {
    const inner = new FakeLink();
    const link = faultyLink(inner, { read: [{ fault: 'delay', ms: 5, at: 0 }] });
    inner.give(frameOf(0));
    const batch = link.createBatch();
    expect(link.readBatch(batch)).toBe(0);
    expect(await link.ready({ readable: true })).toMatchObject({ readable: true });
    expect(link.readBatch(batch)).toBe(1);

    const late = faultyLink(inner, { read: [{ fault: 'delay', ms: 3_600_000, at: 0 }] });
    inner.give(frameOf(1));
    expect(late.readBatch(batch)).toBe(0);
    const signal = AbortSignal.abort('enough');
    await expect(late.ready({ readable: true }, { signal })).rejects.toMatchObject({
      cause: 'enough',
    });
    const controller = new AbortController();
    const waiting = late.ready({ readable: true }, { signal: controller.signal });
    setImmediate(() => controller.abort('later'));
    await expect(waiting).rejects.toMatchObject({ cause: 'later' });
  });

  it('sends late frames when there is room again', async () => {
    const inner = new FakeLink();
    const link = faultyLink(inner, { write: [{ fault: 'reorder', at: 0 }] });
    inner.makeRoom(1);
    await link.write(range(2).map((i) => frameOf(i)));
    expect(seedsOf(inner.sent)).toEqual([1]);
    inner.makeRoom(1);
    await vi.waitFor(() => expect(seedsOf(inner.sent)).toEqual([1, 0]));
  });

  it('loses what it keeps back when the link is closed or gone, and what is too much', async () => {
    const inner = new FakeLink();
    const back: FaultRule = { fault: 'reorder', by: 1_000_000, probability: 1 };
    const link = faultyLink(inner, { read: [back], write: [back] });
    const batch = link.createBatch();
    for (const _ of range(64)) batch.push(frameOf(1));
    for (let i = 0; i < HELD_MAX + 64; i += 64) await link.writeAll(batch);
    expect(link.faults.write).toMatchObject({ held: HELD_MAX, lost: 64 });
    link.close();
    expect(link.faults.write).toMatchObject({ held: 0, lost: HELD_MAX + 64 });

    const gone = new FakeLink();
    const late = faultyLink(gone, { write: [{ fault: 'delay', ms: 1, at: 0 }] });
    await late.write(frameOf(1));
    gone.fail('ENXIO');
    await vi.waitFor(() => expect(late.faults.write).toMatchObject({ held: 0, lost: 1 }));
  });

  it('keeps a frame that is too long for a batch', () => {
    const inner = new FakeLink();
    inner.give(frameOf(1, 200));
    const link = faultyLink(inner, { read: [{ fault: 'duplicate', at: 0 }] });
    const large = new FrameBatch({ frames: 1, frameSize: 200 });
    expect(link.readBatch(large)).toBe(1);
    const small = new FrameBatch({ frames: 1, frameSize: 199 });
    expect(() => link.readBatch(small)).toThrow(expect.objectContaining({ code: 'EOVERFLOW' }));
    expect(link.readBatch(large)).toBe(1);
    expect(link.readBatch(large)).toBe(0);
  });

  it('leaves a batch alone that waits to be written', async () => {
    const inner = new FakeLink();
    const drop: FaultRule = { fault: 'drop', at: [] };
    const link = faultyLink(inner, { read: [drop], write: [drop] });
    inner.makeRoom(1);
    const batch = link.createBatch();
    batch.push(frameOf(1));
    batch.push(frameOf(2));
    const written = link.writeAll(batch);
    for (const op of ['readBatch', 'writeBatch'] as const) {
      expect(() => link[op](batch)).toThrow(expect.objectContaining({ code: 'EBUSY' }));
    }
    inner.makeRoom(1);
    await written;
    expect(seedsOf(inner.sent)).toEqual([1, 2]);
    expect(() => link.readBatch({} as FrameBatch)).toThrow(TypeError);
  });

  it.each<[string, object, object, RegExp]>([
    ['TypeError', { reed: [] }, {}, /no option reed/],
    ['TypeError', { read: {} }, {}, /plan.read must be an array/],
    ['TypeError', { read: [null] }, {}, /plan.read\[0\] must be an object/],
    ['TypeError', { read: [{ fault: 'lose', at: 0 }] }, {}, /there is no fault lose/],
    ['TypeError', { read: [{ fault: 'toString', at: 0 }] }, {}, /there is no fault toString/],
    ['TypeError', { read: [{ fault: 'drop' }] }, {}, /exactly one of/],
    ['TypeError', { read: [{ fault: 'drop', at: 0, probability: 1 }] }, {}, /exactly one of/],
    ['TypeError', { read: [{ fault: 'drop', at: 0, ms: 1 }] }, {}, /drop has no ms/],
    ['TypeError', { read: [{ fault: 'drop', when: 1 }] }, {}, /when must be a function/],
    ['RangeError', { read: [{ fault: 'drop', at: [0, -1] }] }, {}, /at must be an integer/],
    ['RangeError', { read: [{ fault: 'drop', probability: 1.1 }] }, {}, /from 0 to 1/],
    ['RangeError', { write: [{ fault: 'drop', probability: Number.NaN }] }, {}, /plan.write\[0\]/],
    ['TypeError', { write: [{ fault: 'delay', at: 0 }] }, {}, /ms must be a number/],
    ['RangeError', { write: [{ fault: 'delay', ms: 0, at: 0 }] }, {}, /ms must be/],
    ['RangeError', { write: [{ fault: 'duplicate', copies: 64, at: 0 }] }, {}, /copies must be/],
    ['RangeError', { write: [{ fault: 'truncate', length: 0, at: 0 }] }, {}, /length must be/],
    ['RangeError', { write: [{ fault: 'fail', code: 'EWHAT', at: 0 }] }, {}, /no errno EWHAT/],
    ['RangeError', {}, { seed: -1 }, /seed must be/],
    ['TypeError', {}, { sede: 1 }, /no option sede/],
  ])('refuses with a %s %j %j', (name, plan, options, message) => {
    const make = (): FaultyLink => faultyLink(new FakeLink(), plan, options);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ name }));
  });
});
