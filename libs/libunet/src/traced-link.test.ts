import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeLink, frameOf } from './fake-link.fixture.ts';
import { LINK_CHANNEL, type LinkCall, tracedLink } from './traced-link.ts';

describe('tracedLink', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('tells of every call how it went', async () => {
    const link = new FakeLink();
    const calls: LinkCall[] = [];
    const traced = tracedLink(link, (call) => calls.push(call));
    link.give(frameOf(1), frameOf(2, 100), frameOf(3));
    const before = performance.now();
    const batch = traced.createBatch({ frames: 2 });
    traced.readBatch(batch);
    link.makeRoom(1);
    traced.writeBatch(batch, 1);
    traced.writeFrame(frameOf(4));
    traced.readFrame(new Uint8Array(100));
    traced.readFrame(new Uint8Array(100));
    traced.info();
    traced.getProps(['mtu']);
    traced.setProps({ mtu: 9000 });
    link.give(frameOf(5));
    await traced.ready({ readable: true });
    await traced.stats();
    traced.close();
    expect(calls.map(({ op, frames, bytes }) => [op, frames, bytes])).toEqual([
      ['createBatch', undefined, undefined],
      ['readBatch', 2, 160],
      ['writeBatch', 1, 100],
      ['writeFrame', 0, 0],
      ['readFrame', 1, 60],
      ['readFrame', 0, 0],
      ['info', undefined, undefined],
      ['getProps', undefined, undefined],
      ['setProps', undefined, undefined],
      ['ready', undefined, undefined],
      ['stats', undefined, undefined],
      ['close', undefined, undefined],
    ]);
    for (const call of calls) {
      expect(call).toMatchObject({ link: 'fake0' });
      expect(call).not.toHaveProperty('error');
      expect(call.start).toBeGreaterThanOrEqual(before);
      expect(call.duration).toBeGreaterThanOrEqual(0);
      expect(call.start + call.duration).toBeLessThanOrEqual(performance.now());
    }
    expect(calls[2]?.args).toEqual([batch, 1]);
    expect(calls[7]).toMatchObject({ args: [['mtu']], result: { mtu: 1500 } });
  });

  it('tells of failures, and leaves them what they are', async () => {
    const link = new FakeLink();
    const calls: LinkCall[] = [];
    const traced = tracedLink(link, (call) => calls.push(call));
    link.fail('ENXIO');
    expect(() => traced.info()).toThrow(expect.objectContaining({ code: 'ENXIO' }));
    link.close();
    await expect(traced.stats()).rejects.toMatchObject({ code: 'EBADF' });
    expect(calls).toMatchObject([
      { op: 'info', error: { code: 'ENXIO' } },
      { op: 'stats', error: { code: 'EBADF' } },
    ]);
    for (const call of calls) expect(call).not.toHaveProperty('result');
  });

  it('shows iterations and writes as the calls they are made of', async () => {
    const link = new FakeLink();
    const ops: string[] = [];
    const traced = tracedLink(link, ({ op }) => ops.push(op));
    link.give(frameOf(1));
    for await (const _ of traced.frames()) break;
    await traced.write(frameOf(1));
    expect(ops).toEqual(['createBatch', 'readBatch', 'createBatch', 'writeBatch']);
  });

  it('publishes to a diagnostics channel, and measures nothing while nobody listens', async () => {
    const link = new FakeLink();
    const traced = tracedLink(link);
    const clock = vi.spyOn(performance, 'now');
    const batch = traced.createBatch();
    const everything = async (): Promise<void> => {
      link.give(frameOf(1), frameOf(2));
      traced.createBatch();
      traced.readBatch(batch);
      traced.writeBatch(batch);
      traced.writeFrame(frameOf(1));
      traced.readFrame(new Uint8Array(100));
      traced.info();
      traced.getProps();
      traced.setProps({ mtu: 1500 });
      await traced.ready({ writable: true });
      await traced.stats();
    };
    await everything();
    expect(clock).not.toHaveBeenCalled();
    const calls: LinkCall[] = [];
    const listener = (call: unknown): void => void calls.push(call as LinkCall);
    subscribe(LINK_CHANNEL, listener);
    await everything();
    unsubscribe(LINK_CHANNEL, listener);
    expect(calls).toHaveLength(10);
    traced.close();
    expect(calls).toHaveLength(10);
  });

  it('does not fail with its tracer', () => {
    const link = new FakeLink();
    const thrown: unknown[] = [];
    vi.spyOn(process, 'nextTick').mockImplementation((callback) => {
      try {
        callback();
      } catch (error) {
        thrown.push(error);
      }
    });
    const failure = new Error('the tracer');
    const traced = tracedLink(link, () => {
      throw failure;
    });
    expect(traced.writeFrame(frameOf(1))).toBe(true);
    expect(thrown).toEqual([failure]);
    expect(() => tracedLink(link, 'tracer' as never)).toThrow(TypeError);
  });
});
