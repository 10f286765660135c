import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CapturedLink, captureLink } from './capture-link.ts';
import { FakeLink, frameOf } from './fake-link.fixture.ts';
import { numberOf, readBlocks, readPackets, textOf } from './pcapng-reader.fixture.ts';
import { tracedLink } from './traced-link.ts';

/** A target that keeps everything. */
class Kept {
  readonly pieces: Uint8Array[] = [];
  readonly take = (piece: Uint8Array): void => void this.pieces.push(piece);

  get file(): Buffer {
    return Buffer.concat(this.pieces);
  }
}

const IN = 1;
const OUT = 2;

function pass(link: FakeLink, captured: CapturedLink, ...frames: readonly Uint8Array[]): void {
  link.give(...frames);
  const batch = captured.createBatch();
  captured.readBatch(batch);
  captured.writeBatch(batch);
}

describe('captureLink', () => {
  let warnings: string[];
  beforeEach(() => {
    warnings = [];
    vi.spyOn(process, 'emitWarning').mockImplementation((warning) => {
      warnings.push(String(warning));
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('records both directions as the holder sees them', async () => {
    const link = new FakeLink();
    const target = new Kept();
    let time = 1_700_000_000_123_456_789n;
    const captured = captureLink(link, target.take, { now: () => time++ });
    pass(link, captured, frameOf(1), frameOf(2, 1514));
    await captured.finish();
    const packets = readPackets(target.file);
    expect(packets.map(({ direction }) => direction)).toEqual([IN, IN, OUT, OUT]);
    expect(packets.map(({ bytes }) => [bytes[0], bytes.length])).toEqual([
      [1, 60],
      [2, 1514],
      [1, 60],
      [2, 1514],
    ]);
    // Frames of one call are of one time.
    expect(packets.map((packet) => packet.time - 1_700_000_000_123_456_789n)).toEqual([
      1n,
      1n,
      2n,
      2n,
    ]);
    const [section, about] = readBlocks(target.file);
    expect(textOf(section, 4)).toBe('libunet');
    expect(textOf(about, 2)).toBe('fake0');
    expect(warnings).toEqual([]);
  });

  it('tells the time of the wall clock', async () => {
    const link = new FakeLink();
    const target = new Kept();
    const captured = captureLink(link, target.take);
    const before = BigInt(Date.now() - 1) * 1_000_000n;
    pass(link, captured, frameOf(1));
    const after = BigInt(Date.now() + 2) * 1_000_000n;
    await captured.finish();
    for (const { time } of readPackets(target.file)) {
      expect(time).toBeGreaterThan(before);
      expect(time).toBeLessThan(after);
    }
  });

  it('records what was taken, each frame once', async () => {
    const link = new FakeLink();
    const target = new Kept();
    const captured = captureLink(link, target.take);
    link.makeRoom(2);
    const batch = captured.createBatch();
    for (const seed of [1, 2, 3]) batch.push(frameOf(seed));
    expect(captured.writeBatch(batch)).toBe(2);
    expect(captured.writeBatch(batch, 2)).toBe(0);
    expect(readPackets(target.file)).toHaveLength(2);
    link.makeRoom(1);
    expect(captured.writeBatch(batch, 2)).toBe(1);
    await captured.finish();
    expect(readPackets(target.file).map(({ bytes }) => bytes[0])).toEqual([1, 2, 3]);
  });

  it('records a frame that is refused for its length as one that went nowhere', async () => {
    const link = new FakeLink();
    const target = new Kept();
    const captured = captureLink(link, target.take);
    for (const length of [1519, 13]) {
      await expect(async () => captured.writeFrame(frameOf(1, length))).rejects.toMatchObject({
        code: 'ERANGE',
      });
    }
    expect(readPackets(target.file)).toMatchObject([
      {
        direction: 0,
        errors: 1 << 9,
        originalLength: 1519,
        comment: 'not sent: too long (ERANGE)',
      },
      {
        direction: 0,
        errors: 1 << 10,
        originalLength: 13,
        comment: 'not sent: too short (ERANGE)',
      },
    ]);
    link.fail('ENOMEM');
    expect(() => captured.writeFrame(frameOf(2))).toThrow();
    link.fail(undefined);
    await captured.finish();
    expect(readPackets(target.file)).toHaveLength(2);
  });

  it('keeps the first bytes of long frames', async () => {
    const link = new FakeLink();
    const target = new Kept();
    const captured = captureLink(link, target.take, { snapLength: 61 });
    pass(link, captured, frameOf(1, 60), frameOf(2, 1514));
    await captured.finish();
    const [, about] = readBlocks(target.file);
    expect(about?.body.getUint32(4, true)).toBe(61);
    expect(readPackets(target.file).slice(0, 2)).toMatchObject([
      { originalLength: 60, bytes: { length: 60 } },
      { originalLength: 1514, bytes: { length: 61 } },
    ]);
  });

  it("tells the link's drops by reason, since it began", async () => {
    const link = new FakeLink();
    const target = new Kept();
    const { counters } = link;
    const { rxDropsBy, txDropsBy } = counters;
    if (rxDropsBy === undefined || txDropsBy === undefined) throw new Error('no counters');
    link.counters = { ...counters, rxDrops: 5n, rxDropsBy: { ...rxDropsBy, noholder: 5n } };
    const captured = captureLink(link, target.take);
    await captured.stats();
    link.counters = {
      ...counters,
      rxInFrames: 10n,
      txInFrames: 2n,
      rxDrops: 9n,
      txDrops: 1n,
      rxDropsBy: { ...rxDropsBy, noholder: 8n, runt: 1n },
      txDropsBy: { ...txDropsBy, filter: 1n },
    };
    pass(link, captured, frameOf(1));
    await captured.finish();
    const last = readBlocks(target.file).at(-1);
    expect(last?.type).toBe(5);
    expect(textOf(last, 1)).toBe('rx drops: noholder 3, runt 1; tx drops: filter 1');
    expect([4, 5, 7, 8].map((code) => numberOf(last, code))).toEqual([12n, 5n, 0n, 2n]);
  });

  it('tells them again and again when asked to', async () => {
    const link = new FakeLink();
    const target = new Kept();
    const captured = captureLink(link, target.take, { statsEvery: 1 });
    const told = (): number => readBlocks(target.file).filter(({ type }) => type === 5).length;
    await vi.waitFor(() => expect(told()).toBeGreaterThan(1));
    captured.close();
    const [last] = readBlocks(target.file).slice(-1);
    expect(textOf(last, 1)).toBe('rx drops: none; tx drops: none');
    expect(numberOf(last, 8)).toBe(0n);
  });

  it('tells them, too, when it is inside of another wrapper', async () => {
    const link = new FakeLink();
    const target = new Kept();
    const wrapped = tracedLink(captureLink(link, target.take), () => undefined);
    await wrapped[Symbol.asyncDispose]();
    const [last] = readBlocks(target.file).slice(-1);
    expect(textOf(last, 1)).toBe('rx drops: none; tx drops: none');
  });

  it('ends without counters when the link has gone', async () => {
    const link = new FakeLink();
    const target = new Kept();
    const captured = captureLink(link, target.take);
    pass(link, captured, frameOf(1));
    link.close();
    await captured[Symbol.asyncDispose]();
    const last = readBlocks(target.file).at(-1);
    expect([4, 5, 7, 8].map((code) => numberOf(last, code))).toEqual([
      undefined,
      undefined,
      0n,
      2n,
    ]);
  });

  describe('with a target that is slow', () => {
    it('leaves packets out and says how many, in the next packet and at the end', async () => {
      const link = new FakeLink();
      const pieces: Buffer[] = [];
      const waiting: (() => void)[] = [];
      const target = new Writable({
        highWaterMark: 1,
        write(piece: Buffer, _, done) {
          pieces.push(piece);
          waiting.push(done);
        },
      });
      const captured = captureLink(link, target, { bufferBytes: 3000 });
      const file = (): Buffer => Buffer.concat(pieces);
      for (let i = 0; i < 10; i++) pass(link, captured, frameOf(i, 1000));
      const { packets, leftOut, pendingBytes } = captured.progress;
      expect(packets + leftOut).toBe(20n);
      expect(leftOut).toBeGreaterThan(16n);
      expect(pendingBytes).toBeLessThanOrEqual(3000);
      expect(link.sent).toHaveLength(10);
      while (captured.progress.pendingBytes > 0) {
        waiting.shift()?.();
        await new Promise((turn) => setImmediate(turn));
      }
      pass(link, captured, frameOf(99, 14));
      const ended = captured.finish();
      const drain = setInterval(() => waiting.shift()?.(), 0);
      await ended;
      clearInterval(drain);
      const recorded = readPackets(file());
      expect(recorded.map(({ lost }) => lost)).toEqual([
        ...recorded.slice(2).map(() => 0n),
        leftOut,
        0n,
      ]);
      expect(numberOf(readBlocks(file()).at(-1), 7)).toBe(leftOut);
      expect(target.writableEnded).toBe(true);
    });

    it('records a packet that is larger than the buffer when nothing else is under way', async () => {
      const link = new FakeLink();
      const target = new Kept();
      const captured = captureLink(link, target.take, { bufferBytes: 0 });
      pass(link, captured, frameOf(1, 1514));
      await captured.finish();
      expect(readPackets(target.file)).toHaveLength(2);
    });
  });

  describe('with a target that fails', () => {
    it.each([
      [
        'a function',
        () => () => {
          throw new Error('full');
        },
      ],
      ['a Writable', () => new Writable({ write: (_, __, done) => done(new Error('full')) })],
      [
        'a WritableStream',
        () => new WritableStream<Uint8Array>({ write: () => Promise.reject(new Error('full')) }),
      ],
    ])('%s, goes on without it and warns', async (_, make) => {
      const link = new FakeLink();
      const captured = captureLink(link, make());
      await vi.waitFor(() => {
        expect(warnings).toEqual(['capture of fake0 is incomplete: full']);
      });
      pass(link, captured, frameOf(1));
      expect(link.sent).toHaveLength(1);
      expect(captured.progress).toMatchObject({ packets: 0n, leftOut: 2n });
      await expect(captured.finish()).rejects.toThrow('full');
      await expect(captured[Symbol.asyncDispose]()).rejects.toThrow('full');
      expect(link.closed).toBe(true);
      expect(warnings).toHaveLength(1);
    });

    it('says so when somebody else closes it', async () => {
      const link = new FakeLink();
      const target = new Writable({ write: (_, __, done) => done() });
      const captured = captureLink(link, target);
      target.destroy();
      await vi.waitFor(() => {
        expect(warnings).toEqual(['capture of fake0 is incomplete: the stream was closed']);
      });
      await expect(captured.finish()).rejects.toThrow('the stream was closed');
    });
  });

  it('ends its target, or keeps it for the next section', async () => {
    const pieces: Uint8Array[] = [];
    const target = new WritableStream<Uint8Array>({ write: (piece) => void pieces.push(piece) });
    for (const seed of [1, 2]) {
      const link = new FakeLink();
      const captured = captureLink(link, target, { atClose: seed === 1 ? 'keep' : 'end' });
      pass(link, captured, frameOf(seed));
      captured.close();
      await captured.finish();
      expect(target.locked).toBe(seed === 2);
    }
    const types = readBlocks(Buffer.concat(pieces)).map(({ type }) => type);
    expect(types).toEqual([0x0a0d0d0a, 1, 6, 6, 5, 0x0a0d0d0a, 1, 6, 6, 5]);
    expect(warnings).toEqual([]);
  });

  it('refuses what it cannot do', () => {
    const link = new FakeLink();
    const wrong: readonly (readonly [unknown, object, typeof Error])[] = [
      [{}, {}, TypeError],
      [() => undefined, { snaplen: 1 }, TypeError],
      [() => undefined, { snapLength: -1 }, RangeError],
      [() => undefined, { bufferBytes: '1' }, TypeError],
      [() => undefined, { atClose: 'leave' }, RangeError],
      [() => undefined, { now: 5n }, TypeError],
      [() => undefined, { comment: 5 }, TypeError],
      [() => undefined, { application: null }, TypeError],
    ];
    for (const [target, options, error] of wrong) {
      expect(() => captureLink(link, target as () => void, options)).toThrow(error);
    }
    expect(link.closed).toBe(false);
    link.fail('ENXIO');
    expect(() => captureLink(link, () => undefined)).toThrow(
      expect.objectContaining({ code: 'ENXIO' }),
    );
  });
});
