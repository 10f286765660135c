import { FrameBatch } from 'libframeio';
import type { Ready } from 'libsys';
import { SysError } from 'libsys';
import { describe, expect, it } from 'vitest';
import type { WaitOptions } from './frame-link.ts';
import { type FrameSink, FrameWriter } from './frame-writer.ts';
import { parseLinkName } from './link-name.ts';

const READY: Ready = { readable: false, writable: true, priority: false, hangup: false };

/** A link with room for so many frames, which notes what it is given. */
class Sink implements FrameSink {
  readonly name = parseLinkName('vpn0');
  readonly calls: number[][] = [];
  room = Number.POSITIVE_INFINITY;
  frameSize = 1518;
  failure: unknown;
  waits = 0;
  #wake: (() => void) | undefined;

  createBatch(): FrameBatch {
    return new FrameBatch({ frames: 8, frameSize: this.frameSize });
  }
  writeBatch(batch: FrameBatch, from = 0): number {
    if (this.failure !== undefined) throw this.failure;
    const taken = Math.min(this.room, batch.count - from);
    this.room -= taken;
    if (taken > 0) this.calls.push(first(batch).slice(from, from + taken));
    return taken;
  }
  ready(_wanted: object, { signal }: WaitOptions = {}): Promise<Ready> {
    this.waits++;
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(READY);
      signal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
  }
  makeRoom(frames: number): void {
    this.room = frames;
    this.#wake?.();
  }
}

/** Frames are told apart by their first byte. */
const first = (frames: Iterable<Uint8Array>): number[] => Array.from(frames, (one) => one[0] ?? -1);
const frame = (n: number, length = 60): Uint8Array => new Uint8Array(length).fill(n);
const frames = (from: number, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => frame(from + i));
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('FrameWriter', () => {
  it('writes many frames with few calls, in order', async () => {
    const sink = new Sink();
    await new FrameWriter(sink).write(frames(0, 20), {});
    expect(sink.calls.map((call) => call.length)).toEqual([8, 8, 4]);
    expect(sink.calls.flat()).toEqual(first(frames(0, 20)));
  });

  it('writes what one turn hands over together', async () => {
    const sink = new Sink();
    const writer = new FrameWriter(sink);
    await Promise.all(frames(0, 8).map((one) => writer.write(one, {})));
    expect(sink.calls).toEqual([first(frames(0, 8))]);
  });

  it('waits for room and keeps the order of calls, batches among them', async () => {
    const sink = new Sink();
    sink.room = 3;
    const writer = new FrameWriter(sink);
    const order: string[] = [];
    const batch = sink.createBatch();
    for (const one of frames(10, 4)) batch.push(one);
    const writes = [
      writer.write(frames(0, 5), {}).then(() => order.push('first')),
      writer.writeAll(batch, {}).then(() => order.push('batch')),
      writer.write(frame(20), {}).then(() => order.push('last')),
    ];
    await turn();
    expect(sink.calls.flat()).toEqual([0, 1, 2]);
    sink.makeRoom(4);
    await turn();
    expect(order).toEqual(['first']);
    sink.makeRoom(100);
    await Promise.all(writes);
    expect(sink.calls.flat()).toEqual([0, 1, 2, 3, 4, 10, 11, 12, 13, 20]);
    expect(order).toEqual(['first', 'batch', 'last']);
  });

  it('gives up when a signal fires: what was not taken is dropped, the others go on', async () => {
    const sink = new Sink();
    sink.room = 1;
    const writer = new FrameWriter(sink);
    const controller = new AbortController();
    const given = writer.write(frames(0, 3), { signal: controller.signal });
    const other = writer.write(frame(9), {});
    await turn();
    controller.abort('enough');
    await expect(given).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
    sink.makeRoom(100);
    await other;
    expect(sink.calls.flat()).toEqual([0, 9]);
    const fired = writer.write(frame(1), { signal: controller.signal });
    await expect(fired).rejects.toMatchObject({ code: 'ABORT_ERR' });
    await expect(
      writer.writeAll(sink.createBatch(), { signal: controller.signal }),
    ).rejects.toThrow('aborted');
  });

  it('counts what was taken for whom it is, also when one gives up over the call', async () => {
    const sink = new Sink();
    const writer = new FrameWriter(sink);
    const controller = new AbortController();
    const { writeBatch } = sink;
    sink.writeBatch = function (batch, from) {
      controller.abort();
      return writeBatch.call(this, batch, from);
    };
    sink.room = 3;
    const given = writer.write(frames(0, 2), { signal: controller.signal });
    const kept = writer.write(frames(10, 3), {});
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
    await turn();
    sink.makeRoom(8);
    await kept;
    expect(sink.calls.flat()).toEqual([0, 1, 10, 11, 12]);
  });

  it('waits for nothing any more when the last one has given up', async () => {
    const sink = new Sink();
    sink.room = 0;
    const writer = new FrameWriter(sink);
    const controller = new AbortController();
    const given = writer.write(frame(0), { signal: controller.signal });
    await turn();
    expect(sink.waits).toBe(1);
    controller.abort();
    await expect(given).rejects.toThrow();
    sink.room = 1;
    await writer.write(frame(1), {});
    expect(sink.calls.flat()).toEqual([1]);
  });

  it.for([
    [0, 'short'],
    [13, 'short'],
    [1519, 'long'],
  ] as const)('refuses a frame of %i bytes after the ones before it', async ([length]) => {
    const sink = new Sink();
    const writer = new FrameWriter(sink);
    const bad = writer.write([frame(0), frame(1, length), frame(2)], {});
    const good = writer.write(frame(3), {});
    await expect(bad).rejects.toMatchObject({
      code: 'ERANGE',
      link: 'vpn0',
      text: `frame of ${length} bytes is too short or too long; the link takes 14 to 1518`,
    });
    await good;
    expect(sink.calls.flat()).toEqual([0, 3]);
  });

  it('grows with the MTU', async () => {
    const sink = new Sink();
    const writer = new FrameWriter(sink);
    await writer.write(frame(0), {});
    sink.frameSize = 9018;
    await writer.write(frame(1, 9018), {});
    expect(sink.calls.flat()).toEqual([0, 1]);
  });

  it('fails each write for its own when the link does', async () => {
    const sink = new Sink();
    sink.failure = new SysError({ code: 'ENXIO', syscall: 'ioctl' });
    const writer = new FrameWriter(sink);
    const writes = [writer.write(frame(0), {}), writer.write(frame(1), {})];
    for (const one of writes) await expect(one).rejects.toBe(sink.failure);
    sink.failure = undefined;
    await writer.write(frame(2), {});
    expect(sink.calls.flat()).toEqual([2]);
  });

  it('refuses what is no frame before it takes any', async () => {
    const sink = new Sink();
    const writer = new FrameWriter(sink);
    for (const wrong of [undefined, 'x', new ArrayBuffer(60), new DataView(new ArrayBuffer(60))]) {
      await expect(writer.write(wrong as never, {})).rejects.toThrow(TypeError);
      await expect(writer.write([frame(0), wrong as never], {})).rejects.toThrow(TypeError);
    }
    await writer.write([], {});
    expect(sink.calls).toEqual([]);
  });

  it('leaves no listener on a signal that outlives it', async () => {
    const sink = new Sink();
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...of: Parameters<typeof add>) => {
      listeners++;
      add(...of);
    };
    signal.removeEventListener = (...of: Parameters<typeof remove>) => {
      listeners--;
      remove(...of);
    };
    await new FrameWriter(sink).write(frames(0, 20), { signal });
    expect(listeners).toBe(0);
  });
});
