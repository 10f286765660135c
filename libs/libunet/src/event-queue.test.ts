import { describe, expect, it } from 'vitest';
import { EventQueue } from './event-queue.ts';
import type { UnetEvent } from './unet-event.ts';

let seq = 0n;
const told = (state = false, count = state ? 0 : 1) => ({ seq: ++seq, time: seq, count, state });
const mtu = (value: number, state = false): UnetEvent => ({
  type: 'mtu',
  mtu: value,
  ...told(state),
});
const join = (n: number, state = false): UnetEvent => ({
  type: 'join',
  group: `1:0:0:0:0:${n.toString(16)}`,
  ...told(state),
});
const leave = (n: number): UnetEvent => ({ ...join(n), type: 'leave' }) as UnetEvent;
const mark = (type: 'overflow' | 'synced' | 'destroy', count = 1): UnetEvent => ({
  type,
  ...told(false, count),
});

function all(queue: EventQueue): UnetEvent[] {
  const got: UnetEvent[] = [];
  for (let event = queue.take(); event !== undefined; event = queue.take()) got.push(event);
  return got;
}

describe('EventQueue', () => {
  it('gives what came, in order, once', () => {
    const queue = new EventQueue('following');
    queue.push(mtu(1400));
    queue.push(join(1));
    expect(all(queue)).toMatchObject([{ type: 'mtu' }, { type: 'join' }]);
    expect(queue.take()).toBeUndefined();
  });

  it('keeps the latest of each thing, in its place, for all that it stands for', () => {
    const queue = new EventQueue('following');
    queue.push(mtu(1400));
    queue.push(join(1));
    queue.push(join(2));
    queue.push(mtu(1401));
    queue.push(leave(1));
    expect(all(queue)).toMatchObject([
      { type: 'join', group: '1:0:0:0:0:2', count: 1 },
      { type: 'mtu', mtu: 1401, count: 2 },
      { type: 'leave', group: '1:0:0:0:0:1', count: 2 },
    ]);
  });

  it('gives up when there is no room, and says for how many changes', () => {
    const queue = new EventQueue('following');
    for (let n = 0; n < 100; n++) queue.push(join(n));
    expect(queue.wantsResync).toBe(false);
    expect(all(queue)).toMatchObject([{ type: 'overflow', count: 100 }]);
    expect(queue.wantsResync).toBe(true);
    queue.push(join(200));
    expect(queue.take(), 'of no use before a resync').toBeUndefined();
  });

  it('has room for 64 changes', () => {
    const queue = new EventQueue('following');
    for (let n = 0; n < 64; n++) queue.push(join(n));
    expect(all(queue)).toHaveLength(64);
  });

  it('takes in all that a resync tells', () => {
    const queue = new EventQueue('wanting');
    queue.push(mtu(1400));
    queue.beginResync();
    for (let n = 0; n < 200; n++) queue.push(join(n, true));
    queue.push(mark('synced', 3));
    expect(queue.wantsResync).toBe(false);
    const got = all(queue);
    expect(got).toHaveLength(201);
    expect(got.every(({ state }, i) => state === i < 200)).toBe(true);
  });

  it('calls it a change when a change was not read before the resync told it', () => {
    const queue = new EventQueue('following');
    queue.push(mtu(1400));
    queue.beginResync();
    queue.push(mtu(1400, true));
    expect(all(queue)).toMatchObject([{ mtu: 1400, count: 1, state: false }]);
  });

  it("takes the driver's overflow for all that waited", () => {
    const queue = new EventQueue('following');
    queue.push(mtu(1400));
    queue.push(mark('overflow', 10));
    queue.beginResync();
    queue.push(mtu(1401, true));
    queue.push(mark('synced', 0));
    expect(all(queue)).toMatchObject([
      { type: 'overflow', count: 11 },
      { type: 'mtu', mtu: 1401, state: true },
      { type: 'synced' },
    ]);
    expect(queue.wantsResync).toBe(false);
  });

  it('never forgets the end', () => {
    const queue = new EventQueue('following');
    for (let n = 0; n < 100; n++) queue.push(join(n));
    queue.push(mark('destroy'));
    expect(all(queue)).toMatchObject([{ type: 'overflow' }, { type: 'destroy' }]);
    const wanting = new EventQueue('wanting');
    wanting.push(mark('destroy'));
    expect(all(wanting)).toMatchObject([{ type: 'destroy' }]);
  });
});
