import { FrameBatch } from 'libframeio';
import { SysError } from 'libsys';
import { describe, expect, it } from 'vitest';
import { BatchIterator, type BatchSource } from './batch-iterator.ts';
import { ItemIterator, type Items } from './item-iterator.ts';

/** A source that gives what it is told to, and waits until it is told to. */
class ScriptedSource implements BatchSource {
  readonly batch = new FrameBatch({ frames: 4, frameSize: 100 });
  readonly script: number[][] = [];
  released = 0;
  closed = false;
  #wake: (() => void) | undefined;

  give(...lengths: number[]): void {
    this.script.push(lengths);
    this.#wake?.();
  }
  read(): FrameBatch | undefined {
    const lengths = this.script.shift();
    if (lengths === undefined) return undefined;
    this.batch.reset();
    for (const length of lengths) this.batch.push(new Uint8Array(length));
    return this.batch;
  }
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wake = resolve;
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  }
  isClosed(): boolean {
    return this.closed;
  }
  release(): void {
    this.released++;
  }
}

describe('BatchIterator', () => {
  it('gives what is there, then waits for more', async () => {
    const source = new ScriptedSource();
    const iterator = new BatchIterator(source, undefined);
    source.give(20);
    expect((await iterator.next()).value?.length(0)).toBe(20);
    const next = iterator.next();
    setImmediate(() => source.give(30, 40));
    expect((await next).value?.count).toBe(2);
    expect(source.released).toBe(0);
  });

  it('lets go once, however often it ends', async () => {
    const source = new ScriptedSource();
    const iterator = new BatchIterator(source, undefined);
    await iterator.return();
    await iterator.return();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(source.released).toBe(1);
  });

  it('that ended with a batch on its way stays so, and lets go once', async () => {
    const source = new ScriptedSource();
    const iterator = new BatchIterator(source, undefined);
    source.give(20);
    const last = iterator.next();
    await iterator.return();
    expect((await last).value?.length(0)).toBe(20);
    source.give(30);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(source.released).toBe(1);
  });

  it('hands a failure on, and has ended then', async () => {
    const source = new ScriptedSource();
    const failure = new SysError({ code: 'ENXIO', syscall: 'ioctl' });
    source.read = () => {
      throw failure;
    };
    const iterator = new BatchIterator(source, undefined);
    await expect(iterator.next()).rejects.toBe(failure);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(source.released).toBe(1);
  });

  it('leaves no listener on a signal that outlives it', async () => {
    const controller = new AbortController();
    const source = new ScriptedSource();
    const iterator = new BatchIterator(source, controller.signal);
    const next = iterator.next();
    await iterator.return();
    expect(await next).toEqual({ done: true, value: undefined });
    controller.abort();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('tells its signal from its own end', async () => {
    const controller = new AbortController();
    const iterator = new BatchIterator(new ScriptedSource(), controller.signal);
    const next = iterator.next();
    controller.abort('enough');
    await expect(next).rejects.toMatchObject({ code: 'ABORT_ERR', cause: 'enough' });
  });
});

const FRAMES: Items<FrameBatch, Buffer> = {
  count: (batch) => batch.count,
  item: (batch, i) => batch.frame(i),
};

describe('ItemIterator', () => {
  it('gives the frames of batch after batch', async () => {
    const source = new ScriptedSource();
    source.give(20, 30);
    source.give(40);
    const lengths: number[] = [];
    for await (const frame of new ItemIterator(new BatchIterator(source, undefined), FRAMES)) {
      lengths.push(frame.length);
      if (lengths.length === 3) break;
    }
    expect(lengths).toEqual([20, 30, 40]);
    expect(source.released).toBe(1);
  });

  it('ends in the middle of a batch when its signal fires', async () => {
    const source = new ScriptedSource();
    const controller = new AbortController();
    const frames = new ItemIterator(new BatchIterator(source, controller.signal), FRAMES);
    source.give(20, 21, 22);
    expect((await frames.next()).value).toHaveLength(20);
    controller.abort();
    await expect(frames.next()).rejects.toMatchObject({ name: 'AbortError' });
    expect(await frames.next()).toEqual({ done: true, value: undefined });
  });

  it('ends with its batches', async () => {
    const source = new ScriptedSource();
    source.closed = true;
    const iterator = new ItemIterator(new BatchIterator(source, undefined), FRAMES);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(source.released).toBe(1);
  });
});
