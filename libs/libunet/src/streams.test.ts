import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it, vi } from 'vitest';
import { FakeLink, frameOf, seedsOf } from './fake-link.fixture.ts';
import { nodeDuplexOf, nodeReadableOf, nodeWritableOf } from './node-streams.ts';
import { readAhead } from './stream-options.ts';
import { readableOf, streamsOf, writableOf } from './web-streams.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const frames = (count: number): Uint8Array[] => range(count).map((i) => frameOf(i));

/** Lets everything happen that needs no one else. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((turn) => setImmediate(turn));
}

/** The ways to read a link as a stream, as an async iterator that can be told of its end. */
const READABLES = [
  ['web', (...args: Parameters<typeof readableOf>) => readableOf(...args)],
  ['node', (...args: Parameters<typeof readableOf>) => nodeReadableOf(...args)],
  ['node duplex', (...args: Parameters<typeof readableOf>) => nodeDuplexOf(...args)],
] as const;

/** What a test does with a writable, of whichever kind. */
interface Sink {
  write(frame: Uint8Array): Promise<unknown>;
  close(): Promise<unknown>;
  abort(): Promise<unknown>;
  /** Rejects with what the stream failed with. */
  readonly closed: Promise<unknown>;
  /** Whether it asks whoever writes to wait. */
  isFull(): boolean;
}

function webSink(stream: WritableStream<Uint8Array>): Sink {
  const writer = stream.getWriter();
  writer.closed.catch(() => undefined);
  return {
    write: (frame) => writer.write(frame),
    close: () => writer.close(),
    abort: () => writer.abort(new Error('enough')),
    closed: writer.closed,
    isFull: () => (writer.desiredSize ?? 0) <= 0,
  };
}

function nodeSink(stream: Writable): Sink {
  const closed = new Promise<void>((resolve, reject) => {
    stream.on('error', reject);
    stream.on('close', resolve);
  });
  closed.catch(() => undefined);
  return {
    write: (frame) =>
      new Promise<void>((resolve, reject) => {
        stream.write(frame, (error) => (error == null ? resolve() : reject(error)));
      }),
    close: () => new Promise<void>((resolve) => void stream.end(resolve)),
    abort: () => {
      stream.destroy();
      return closed;
    },
    closed,
    isFull: () => stream.writableNeedDrain,
  };
}

/** The ways to write one. */
const WRITABLES = [
  ['web', (...args: Parameters<typeof writableOf>) => webSink(writableOf(...args))],
  ['node', (...args: Parameters<typeof writableOf>) => nodeSink(nodeWritableOf(...args))],
  ['node duplex', (...args: Parameters<typeof writableOf>) => nodeSink(nodeDuplexOf(...args))],
] as const;

describe('readAhead', () => {
  it('never has more than the high-water mark', () => {
    for (const highWaterMark of [...range(300), 1_000_000]) {
      const { frames: some, mark } = readAhead(highWaterMark);
      expect(some).toBeGreaterThan(0);
      expect(some).toBeLessThanOrEqual(64);
      // One below the mark, the stream asks for more; at 0, only when somebody waits for a frame.
      expect(mark === 0 ? 0 : mark - 1 + some).toBeLessThanOrEqual(highWaterMark);
    }
  });
});

describe.each(READABLES)('the readable, %s', (_, open) => {
  it('gives copies of the frames, each its own', async () => {
    const link = new FakeLink();
    link.give(...frames(5));
    const got: Uint8Array[] = [];
    for await (const frame of open(link)) {
      got.push(frame as Uint8Array);
      if (got.length === 5) break;
    }
    expect(seedsOf(got)).toEqual(range(5));
    expect(new Set(got.map(({ buffer }) => buffer)).size).toBe(5);
    expect(link.closed).toBe(false);
  });

  it.each([1, 2, 5, 16, 64])('reads %i frames ahead at most', async (highWaterMark) => {
    const link = new FakeLink();
    const count = 300;
    link.give(...frames(count));
    const stream = open(link, { highWaterMark });
    await settle();
    let got = 0;
    for await (const frame of stream) {
      expect((frame as Uint8Array)[0]).toBe(got & 0xff);
      got++;
      await new Promise((turn) => setImmediate(turn));
      expect(count - link.incoming.length - got).toBeLessThanOrEqual(highWaterMark);
      if (got === count) break;
    }
    expect(link.incoming).toHaveLength(0);
    if (highWaterMark >= 16) expect(link.reads.filter((read) => read > 0).length).toBeLessThan(60);
  });

  it('waits for frames that come later', async () => {
    const link = new FakeLink();
    const iterator = open(link)[Symbol.asyncIterator]();
    const first = iterator.next();
    await settle();
    link.give(frameOf(7));
    expect((await first).value).toEqual(frameOf(7));
    await iterator.return?.();
  });

  it('ends when the link is closed here', async () => {
    const link = new FakeLink();
    link.give(...frames(3));
    let got = 0;
    for await (const _frame of open(link)) if (++got === 3) setImmediate(() => link.close());
    expect(got).toBe(3);
  });

  it('fails with what reading fails with', async () => {
    const link = new FakeLink();
    link.give(frameOf(1));
    const read = async (): Promise<void> => {
      for await (const _frame of open(link)) link.fail('ENXIO');
    };
    await expect(read()).rejects.toMatchObject({ code: 'ENXIO' });
    expect(link.closed).toBe(false);
  });

  it('lets the link go when it is cancelled', async () => {
    const link = new FakeLink();
    for (const closeLink of [false, true]) {
      link.give(frameOf(1));
      for await (const _frame of open(link, { closeLink })) break;
      await settle();
      expect(link.closed).toBe(closeLink);
    }
    const other = new FakeLink();
    const stream = open(other);
    if (!(stream instanceof ReadableStream)) stream.read();
    await settle();
    expect(() => other.batches()[Symbol.asyncIterator]()).toThrow(
      expect.objectContaining({ code: 'EBUSY' }),
    );
    if (stream instanceof ReadableStream) await stream.cancel();
    else stream.destroy();
    await settle();
    other.batches()[Symbol.asyncIterator]();
  });

  it('closes the link after its end when it is to', async () => {
    const link = new FakeLink();
    link.fail('ENXIO');
    await expect(async () => {
      for await (const _frame of open(link, { closeLink: true })) expect.unreachable();
    }).rejects.toMatchObject({ code: 'ENXIO' });
    await settle();
    expect(link.closed).toBe(true);
  });

  it('ends with its signal', async () => {
    const link = new FakeLink();
    const controller = new AbortController();
    const iterator = open(link, { signal: controller.signal })[Symbol.asyncIterator]();
    const next = iterator.next();
    await settle();
    controller.abort('enough');
    await expect(next).rejects.toMatchObject({
      name: 'AbortError',
      code: 'ABORT_ERR',
      cause: 'enough',
    });
    await settle();
    link.batches()[Symbol.asyncIterator]();
  });

  it('grows with the MTU', async () => {
    const link = new FakeLink();
    link.give(frameOf(1, 1514));
    const lengths: number[] = [];
    for await (const frame of open(link)) {
      lengths.push((frame as Uint8Array).length);
      if (lengths.length === 2) break;
      link.maxFrame = 9018;
      link.give(frameOf(2, 9014));
    }
    expect(lengths).toEqual([1514, 9014]);
  });

  it('refuses options that it does not know', () => {
    const link = new FakeLink();
    expect(() => open(link, { highWatermark: 1 } as object)).toThrow(TypeError);
    expect(() => open(link, { highWaterMark: -1 })).toThrow(RangeError);
    expect(() => open(link, { closeLink: 1 } as object)).toThrow(TypeError);
    expect(() => open(link, { signal: 1 } as object)).toThrow('must be an AbortSignal');
    expect(() => open({} as FakeLink)).toThrow(/^link must be a link: /);
  });
});

describe.each(WRITABLES)('the writable, %s', (_, open) => {
  it('writes all that is queued with few calls, in order', async () => {
    const link = new FakeLink();
    const writer = open(link);
    const sent = frames(200);
    const written = sent.map((frame) => writer.write(frame));
    await Promise.all(written);
    await writer.close();
    expect(link.sent.map((frame) => [...frame])).toEqual(sent.map((frame) => [...frame]));
    expect(link.writes.length).toBeLessThanOrEqual(6);
    expect(link.closed).toBe(false);
  });

  it('writes each frame that comes alone at once', async () => {
    const link = new FakeLink();
    const writer = open(link);
    for (const i of range(3)) {
      await writer.write(frameOf(i));
      expect(link.sent).toHaveLength(i + 1);
    }
  });

  it('has a fast writer wait for the link', async () => {
    const link = new FakeLink();
    link.makeRoom(0);
    const writer = open(link, { highWaterMark: 4 });
    const settled: number[] = [];
    const writes = range(10).map((i) => writer.write(frameOf(i)).then(() => settled.push(i)));
    await settle();
    expect(writer.isFull()).toBe(true);
    expect(settled.length).toBeLessThan(5);
    link.makeRoom(Number.POSITIVE_INFINITY);
    await Promise.all(writes);
    await vi.waitFor(() => expect(writer.isFull()).toBe(false));
    expect(seedsOf(link.sent)).toEqual(range(10));
    expect(settled).toEqual(range(10));
  });

  it('does not keep what it was given', async () => {
    const link = new FakeLink();
    const writer = open(link);
    const memory = frameOf(1);
    const other = frameOf(2);
    const both = [writer.write(memory), writer.write(other)];
    await both[0];
    memory.fill(9);
    await both[1];
    expect(seedsOf(link.sent)).toEqual([1, 2]);
  });

  it('fails with what writing fails with', async () => {
    for (const [bad, code] of [
      [frameOf(1, 2000), 'ERANGE'],
      [frameOf(1, 5), 'ERANGE'],
      [new Uint8Array(0), 'ERANGE'],
    ] as const) {
      const link = new FakeLink();
      const writer = open(link);
      const results = await Promise.allSettled([writer.write(frameOf(0)), writer.write(bad)]);
      expect(results[1]).toMatchObject({ status: 'rejected', reason: { code } });
      await expect(writer.closed).rejects.toMatchObject({ code });
      expect(seedsOf(link.sent)).toEqual([0]);
    }
    const link = new FakeLink();
    const writer = open(link);
    await expect(writer.write('frame' as unknown as Uint8Array)).rejects.toBeInstanceOf(TypeError);
    await expect(writer.closed).rejects.toBeInstanceOf(TypeError);
    expect(link.closed).toBe(false);
  });

  it('ends with ENXIO when the link is gone while it waits for room', async () => {
    const link = new FakeLink();
    link.makeRoom(0);
    const writer = open(link);
    const write = writer.write(frameOf(1));
    await settle();
    link.fail('ENXIO');
    await expect(write).rejects.toMatchObject({ code: 'ENXIO' });
    await expect(writer.closed).rejects.toMatchObject({ code: 'ENXIO' });
  });

  it('gives up what waits when it is aborted', async () => {
    const link = new FakeLink();
    link.makeRoom(0);
    const writer = open(link);
    const write = writer.write(frameOf(1)).catch(() => undefined);
    await settle();
    await writer.abort();
    await write;
    link.makeRoom(10);
    await settle();
    expect(link.sent).toEqual([]);
    expect(link.closed).toBe(false);
  });

  it('closes the link after its end when it is to', async () => {
    for (const end of ['close', 'abort'] as const) {
      const link = new FakeLink();
      const writer = open(link, { closeLink: true });
      await writer.write(frameOf(1));
      await writer[end]();
      await settle();
      // One half of a duplex that is closed leaves the other one open.
      expect(link.closed).toBe(_ !== 'node duplex' || end === 'abort');
      expect(link.sent).toHaveLength(1);
    }
  });

  it('ends with its signal', async () => {
    const link = new FakeLink();
    link.makeRoom(0);
    const controller = new AbortController();
    const writer = open(link, { signal: controller.signal });
    const write = writer.write(frameOf(1)).catch((error: unknown) => error);
    await settle();
    controller.abort('enough');
    await expect(writer.closed).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
    await write;
    link.makeRoom(1);
    await settle();
    expect(link.sent).toEqual([]);
  });

  it('grows with the MTU', async () => {
    const link = new FakeLink();
    const writer = open(link);
    await writer.write(frameOf(1, 1514));
    link.maxFrame = 9018;
    await writer.write(frameOf(2, 9014));
    expect(link.sent.map(({ length }) => length)).toEqual([1514, 9014]);
  });
});

describe('streams of two links', () => {
  it('make a pipe, with web streams', async () => {
    const links = [new FakeLink(), new FakeLink()] as const;
    links[0].give(...frames(500));
    const piped = readableOf(links[0]).pipeTo(writableOf(links[1]));
    await vi.waitFor(() => expect(links[1].sent).toHaveLength(500));
    links[0].close();
    await piped;
    expect(seedsOf(links[1].sent)).toEqual(range(500).map((i) => i & 0xff));
    expect(links[1].closed).toBe(false);
    expect(links[1].writes.length).toBeLessThan(100);
  });

  it('make a pipe, with streams of node', async () => {
    const links = [new FakeLink(), new FakeLink()] as const;
    links[0].give(...frames(500));
    const piped = pipeline(nodeReadableOf(links[0]), nodeWritableOf(links[1]));
    await vi.waitFor(() => expect(links[1].sent).toHaveLength(500));
    links[0].close();
    await piped;
    expect(seedsOf(links[1].sent)).toEqual(range(500).map((i) => i & 0xff));
  });

  it('leave frames in the link that is read while the other one has no room', async () => {
    const links = [new FakeLink(), new FakeLink()] as const;
    links[0].give(...frames(500));
    links[1].makeRoom(10);
    const options = { highWaterMark: 8 };
    const piped = readableOf(links[0], options).pipeTo(writableOf(links[1], options));
    await settle();
    expect(links[1].sent).toHaveLength(10);
    expect(links[0].incoming.length).toBeGreaterThan(400);
    links[1].fail('ENXIO');
    await expect(piped).rejects.toMatchObject({ code: 'ENXIO' });
    links[0].batches()[Symbol.asyncIterator]();
  });
});

describe('streamsOf', () => {
  it('closes the link when both have ended', async () => {
    const link = new FakeLink();
    const { readable, writable } = streamsOf(link, { closeLink: true });
    await readable.cancel();
    expect(link.closed).toBe(false);
    const writer = writable.getWriter();
    await writer.write(frameOf(1));
    await writer.close();
    expect(link.closed).toBe(true);
    expect(link.sent).toHaveLength(1);
  });

  it('closes the link when one has failed', async () => {
    const link = new FakeLink();
    const { readable, writable } = streamsOf(link, { closeLink: true });
    const writer = writable.getWriter();
    writer.closed.catch(() => undefined);
    await expect(writer.write(frameOf(1, 5))).rejects.toMatchObject({ code: 'ERANGE' });
    expect(link.closed).toBe(true);
    expect(await readable.getReader().read()).toMatchObject({ done: true });
  });
});

describe('nodeDuplexOf', () => {
  it('answers on the link that it reads', async () => {
    const link = new FakeLink();
    link.give(...frames(100));
    const duplex = nodeDuplexOf(link, { closeLink: true });
    const answering = pipeline(
      duplex,
      async function* (source: AsyncIterable<Uint8Array>) {
        for await (const frame of source) yield frame.map((byte) => byte + 1);
      },
      duplex,
    );
    await vi.waitFor(() => expect(link.sent).toHaveLength(100));
    expect(seedsOf(link.sent)).toEqual(range(100).map((i) => i + 1));
    duplex.destroy();
    await expect(answering).rejects.toThrow();
    expect(link.closed).toBe(true);
  });

  it('is a Readable and not read before somebody wants it', async () => {
    const link = new FakeLink();
    link.give(frameOf(1));
    expect(nodeDuplexOf(link)).toBeInstanceOf(Readable);
    await settle();
    expect(link.incoming).toHaveLength(1);
  });
});
