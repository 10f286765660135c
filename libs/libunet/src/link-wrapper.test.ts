import fc from 'fast-check';
import { FrameBatch } from 'libframeio';
import { describe, expect, it } from 'vitest';
import { captureLink } from './capture-link.ts';
import { FakeLink, frameOf, seedsOf } from './fake-link.fixture.ts';
import { faultyLink } from './faulty-link.ts';
import type { FrameLink } from './frame-link.ts';
import { LinkWrapper } from './link-wrapper.ts';
import { tracedLink } from './traced-link.ts';

/** Adds one to the first byte of whatever passes. */
class Marking extends LinkWrapper {
  override readBatch(batch: FrameBatch): number {
    const count = super.readBatch(batch);
    for (const frame of batch) frame[0] = (frame[0] ?? 0) + 1;
    return count;
  }

  override writeBatch(batch: FrameBatch, from = 0): number {
    for (let i = from; i < batch.count; i++) {
      const frame = batch.frame(i);
      frame[0] = (frame[0] ?? 0) + 1;
    }
    return super.writeBatch(batch, from);
  }
}

const WRAPPERS: readonly ((link: FrameLink) => FrameLink)[] = [
  (link) => new Marking(link),
  (link) => tracedLink(link, () => undefined),
  (link) => captureLink(link, () => undefined),
  (link) =>
    faultyLink(link, { read: [{ fault: 'drop', at: [] }], write: [{ fault: 'drop', at: [] }] }),
];

describe('LinkWrapper', () => {
  it('goes around a link and nothing else', () => {
    for (const wrong of [undefined, null, 5, 'vpn0', {}, Promise.resolve(new FakeLink())]) {
      for (const wrap of WRAPPERS) {
        expect(() => wrap(wrong as never)).toThrow(/^link must be a link: /);
      }
    }
  });

  it('has every way of reading go through readBatch', async () => {
    const link = new FakeLink();
    const wrapped = new Marking(link);
    link.give(...[1, 2, 3, 4, 5].map((seed) => frameOf(seed)));
    const memory = new Uint8Array(100);
    expect(wrapped.readFrame(memory)).toBe(60);
    expect(memory[0]).toBe(2);
    const got: number[] = [];
    for await (const frame of wrapped.frames()) {
      got.push(frame[0] ?? -1);
      if (got.length === 4) break;
    }
    expect(got).toEqual([3, 4, 5, 6]);
    link.give(frameOf(9));
    for await (const batch of wrapped.batches()) {
      expect(seedsOf(batch)).toEqual([10]);
      break;
    }
  });

  it('has every way of writing go through writeBatch', async () => {
    const link = new FakeLink();
    const wrapped = new Marking(link);
    const batch = wrapped.createBatch();
    batch.push(frameOf(1));
    await wrapped.writeAll(batch);
    await wrapped.write([frameOf(2), frameOf(3)]);
    expect(wrapped.writeFrame(frameOf(4))).toBe(true);
    expect(seedsOf(link.sent)).toEqual([2, 3, 4, 5]);
  });

  it('waits for room with writeAll, and keeps the batch for itself meanwhile', async () => {
    const link = new FakeLink();
    const wrapped = tracedLink(
      tracedLink(link, () => undefined),
      () => undefined,
    );
    link.makeRoom(1);
    const batch = wrapped.createBatch();
    for (const seed of [1, 2, 3]) batch.push(frameOf(seed));
    const written = wrapped.writeAll(batch);
    await expect(wrapped.writeAll(batch)).rejects.toMatchObject({ code: 'EBUSY' });
    link.makeRoom(9);
    await written;
    expect(seedsOf(link.sent)).toEqual([1, 2, 3]);
    await wrapped.writeAll(batch);
    expect(link.sent).toHaveLength(6);
  });

  it('is one iteration at a time, and grows its own batch', async () => {
    const link = new FakeLink();
    const wrapped = new Marking(link);
    const iterator = wrapped.batches()[Symbol.asyncIterator]();
    expect(() => wrapped.frames()[Symbol.asyncIterator]()).toThrow(
      expect.objectContaining({ code: 'EBUSY' }),
    );
    link.give(frameOf(1, 100));
    expect((await iterator.next()).value?.length(0)).toBe(100);
    link.maxFrame = 9018;
    link.give(frameOf(1, 9000));
    expect((await iterator.next()).value?.length(0)).toBe(9000);
    await iterator.return?.();
  });

  it('closes what it is around, once', async () => {
    for (const wrap of WRAPPERS) {
      const link = new FakeLink();
      const wrapped = wrap(link);
      expect(wrapped.closed).toBe(false);
      await wrapped[Symbol.asyncDispose]();
      wrapped.close();
      await wrapped[Symbol.asyncDispose]();
      expect([wrapped.closed, link.closed]).toEqual([true, true]);
      expect(() => wrapped.readBatch(new FrameBatch({ frames: 1, frameSize: 60 }))).toThrow(
        expect.objectContaining({ code: 'EBADF' }),
      );
    }
  });

  it('asks the inner link for everything else', async () => {
    const wrapped = new Marking(new FakeLink());
    expect(wrapped.name).toBe('fake0');
    wrapped.setProps({ mtu: 9000 });
    expect(wrapped.getProps(['mtu'])).toEqual({ mtu: 9000 });
    expect(wrapped.info().maxFrame).toBe(9018);
    expect(await wrapped.stats()).toMatchObject({ rxDrops: 0n });
    for await (const event of wrapped.events()) expect(event.type).toBe('mtu');
    const listener = (): void => undefined;
    expect(wrapped.on('mtu', listener).off('mtu', listener)).toBe(wrapped);
  });

  it('goes around others in any order', async () => {
    const orders = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        const link = new FakeLink();
        let wrapped: FrameLink = link;
        for (const i of order) wrapped = (WRAPPERS[i] as (typeof WRAPPERS)[0])(wrapped);
        const by = order.includes(0) ? 1 : 0;
        link.give(frameOf(1), frameOf(2));
        for await (const batch of wrapped.batches()) {
          expect(seedsOf(batch)).toEqual([1 + by, 2 + by]);
          break;
        }
        await wrapped.write([frameOf(7)]);
        expect(seedsOf(link.sent)).toEqual([7 + by]);
        await wrapped[Symbol.asyncDispose]();
        expect(link.closed).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
