import { SysError } from 'libsys';
import { describe, expect, it } from 'vitest';
import { EventIterator } from './event-iterator.ts';
import { EventListeners } from './event-listeners.ts';
import { type EventSource, EventStream } from './event-stream.ts';
import type { UnetEvent } from './unet-event.ts';

let seq = 0n;
function event(type: 'mtu' | 'synced' | 'overflow' | 'destroy', of: Partial<UnetEvent> = {}) {
  seq++;
  return { type, seq, time: seq, count: 1, state: false, mtu: 1500, ...of } as UnetEvent;
}
const mtu = (value: number): UnetEvent => event('mtu', { mtu: value } as Partial<UnetEvent>);
const state = (value: number): UnetEvent =>
  event('mtu', { mtu: value, state: true, count: 0 } as Partial<UnetEvent>);
const synced = (count: number): UnetEvent => event('synced', { count });

/** A driver that has what it is given, and answers resyncs as it is told to. */
class ScriptedDriver implements EventSource {
  readonly pending: UnetEvent[][] = [];
  readonly resyncs: UnetEvent[][] = [];
  failure: unknown;
  closed = false;
  waits = 0;
  resynced = 0;
  #wake: (() => void) | undefined;

  give(...events: UnetEvent[]): void {
    this.pending.push(events);
    this.#wake?.();
  }
  fail(error: unknown): void {
    this.failure = error;
    this.#wake?.();
  }
  take(how: 'resync' | 'pending'): readonly UnetEvent[] {
    if (this.failure !== undefined) throw this.failure;
    if (how === 'resync') this.resynced++;
    return (how === 'resync' ? this.resyncs : this.pending).shift() ?? [];
  }
  wait(signal: AbortSignal): Promise<void> {
    this.waits++;
    return new Promise((resolve, reject) => {
      this.#wake = resolve;
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  }
  isClosed(): boolean {
    return this.closed;
  }
}

function setUp() {
  const driver = new ScriptedDriver();
  const stream = new EventStream(driver);
  const reader = (start: 'following' | 'wanting' = 'following', signal?: AbortSignal) =>
    new EventIterator(stream, start, signal);
  return { driver, stream, reader };
}

async function next(events: AsyncIterator<UnetEvent>, count: number): Promise<UnetEvent[]> {
  const got: UnetEvent[] = [];
  while (got.length < count) got.push((await events.next()).value as UnetEvent);
  return got;
}

describe('EventStream', () => {
  it('reads while there is somebody to tell, and not otherwise', async () => {
    const { driver, reader } = setUp();
    driver.give(mtu(1400));
    const events = reader();
    expect(await next(events, 1)).toMatchObject([{ mtu: 1400 }]);
    await events.return();
    driver.give(mtu(1401));
    await new Promise((turn) => setImmediate(turn));
    expect(driver.pending).toHaveLength(1);
    expect(await next(reader(), 1)).toMatchObject([{ mtu: 1401 }]);
  });

  it('goes on for whom comes when the last one has just gone', async () => {
    const { driver, reader } = setUp();
    const first = reader();
    const waiting = first.next();
    await new Promise((turn) => setImmediate(turn));
    await first.return();
    const second = reader();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await new Promise((turn) => setImmediate(turn));
    driver.give(mtu(1400));
    expect(await next(second, 1)).toMatchObject([{ mtu: 1400 }]);
  });

  it('has everything told anew after an overflow, to everybody', async () => {
    const { driver, reader } = setUp();
    const readers = [reader(), reader('wanting')];
    driver.resyncs.push([state(1400), synced(0)], [state(1401), synced(5)]);
    expect(await next(readers[1] as EventIterator, 2)).toMatchObject([
      { mtu: 1400, state: true },
      { type: 'synced' },
    ]);
    driver.give(event('overflow', { count: 70 }));
    for (const one of readers) {
      expect(await next(one, 3)).toMatchObject([
        { type: 'overflow', count: 70 },
        { mtu: 1401, state: true },
        { type: 'synced' },
      ]);
    }
    expect(driver.resynced).toBe(2);
  });

  it('asks again when a resync overflows', async () => {
    const { driver, reader } = setUp();
    driver.resyncs.push([state(1400), event('overflow', { count: 9 })], [state(1401), synced(0)]);
    expect(await next(reader('wanting'), 2)).toMatchObject([{ mtu: 1401 }, { type: 'synced' }]);
  });

  it('tells who follows only the changes of a resync that another one wants', async () => {
    const { driver, reader } = setUp();
    const following = reader();
    const wanting = reader('wanting');
    driver.give(mtu(1300));
    driver.resyncs.push([state(1400), mtu(1401), synced(0), mtu(1402)]);
    expect(await next(wanting, 3)).toMatchObject([
      { mtu: 1400, state: true },
      { type: 'synced' },
      { mtu: 1402, state: false },
    ]);
    expect(await next(following, 1)).toMatchObject([{ mtu: 1402, count: 3 }]);
    driver.give(mtu(1403));
    expect(await next(following, 1)).toMatchObject([{ mtu: 1403 }]);
  });

  it('tells who follows that changes were lost over the resync of another one', async () => {
    const { driver, reader } = setUp();
    const following = reader();
    reader('wanting');
    driver.resyncs.push([state(1400), synced(2)]);
    expect(await next(following, 3)).toMatchObject([
      { type: 'overflow', count: 2 },
      { mtu: 1400, state: true },
      { type: 'synced' },
    ]);
  });

  it('tells a slow reader that it was too slow, and then how everything is', async () => {
    const { driver, stream, reader } = setUp();
    const heard: UnetEvent[] = [];
    new EventListeners(stream, 'vpn0').add('join', (one) => heard.push(one));
    const slow = reader();
    for (let n = 0; n < 300; n++) {
      driver.give({ ...event('mtu'), type: 'join', group: `group ${n}` } as UnetEvent);
    }
    while (heard.length < 300) await new Promise((turn) => setImmediate(turn));
    driver.resyncs.push([state(1400), synced(0)]);
    expect(await next(slow, 3)).toMatchObject([
      { type: 'overflow', count: 300 },
      { mtu: 1400, state: true },
      { type: 'synced' },
    ]);
    expect(heard, 'who is not slow lost nothing').toHaveLength(300);
    driver.give(mtu(1401));
    expect(await next(slow, 1)).toMatchObject([{ mtu: 1401 }]);
  });

  it('tells nobody who was sent away while others were told', async () => {
    const { driver, stream, reader } = setUp();
    const gone = reader('wanting');
    const listeners = new EventListeners(stream, 'vpn0');
    const heard: number[] = [];
    listeners.add('mtu', ({ mtu: value }) => {
      heard.push(value);
      void gone.return();
    });
    driver.give(mtu(1400), mtu(1401));
    await expect.poll(() => heard).toEqual([1400, 1401]);
    expect(await gone.next()).toEqual({ done: true, value: undefined });
    // In the telling of a resync, too.
    const late = reader('wanting');
    driver.resyncs.push([state(1400), mtu(1402), mtu(1403), synced(0)]);
    listeners.add('mtu', ({ mtu: value }) => value === 1402 && stream.close());
    expect(await next(late, 1)).toMatchObject([{ state: true }]);
    expect(await late.next()).toEqual({ done: true, value: undefined });
    expect(heard).toEqual([1400, 1401, 1402]);
  });

  it('ends with destroy, and a failure, which all are told', async () => {
    const { driver, reader } = setUp();
    const readers = [reader(), reader()];
    driver.give(mtu(1400), event('destroy'));
    for (const one of readers) {
      expect(await next(one, 2)).toMatchObject([{ mtu: 1400 }, { type: 'destroy' }]);
      expect(await one.next()).toEqual({ done: true, value: undefined });
    }
    const failure = new SysError({ code: 'ENXIO', syscall: 'ioctl' });
    driver.failure = failure;
    const late = [reader(), reader()];
    for (const one of late) {
      await expect(one.next()).rejects.toBe(failure);
      expect(await one.next()).toEqual({ done: true, value: undefined });
    }
  });

  it('ends quietly when the link is closed, with what was told before', async () => {
    const { driver, stream, reader } = setUp();
    const events = reader();
    driver.give(mtu(1400));
    await new Promise((turn) => setImmediate(turn));
    driver.closed = true;
    stream.close();
    expect(await next(events, 1)).toMatchObject([{ mtu: 1400 }]);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('gives the rest of the program its turn', async () => {
    const { driver, reader } = setUp();
    let taken = 0;
    driver.take = () => {
      taken++;
      return [mtu(1400 + (taken % 100))];
    };
    const events = reader();
    await new Promise((turn) => setImmediate(turn));
    expect(taken).toBeLessThan(100);
    await events.return();
  });
});

describe('EventIterator', () => {
  it('is for one next at a time', async () => {
    const { driver, reader } = setUp();
    const events = reader();
    const first = events.next();
    await expect(events.next()).rejects.toThrow(TypeError);
    driver.give(mtu(1400));
    expect((await first).value).toMatchObject({ mtu: 1400 });
  });

  it('ends with AbortError when its signal fires, before, while and after waiting', async () => {
    const { driver, reader } = setUp();
    const before = reader('following', AbortSignal.abort('enough'));
    await expect(before.next()).rejects.toMatchObject({ code: 'ABORT_ERR', cause: 'enough' });
    const controller = new AbortController();
    const events = reader('following', controller.signal);
    const other = reader();
    const waiting = events.next();
    controller.abort('enough');
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
    expect(await events.next()).toEqual({ done: true, value: undefined });
    driver.give(mtu(1400));
    expect(await next(other, 1), 'the others go on').toMatchObject([{ mtu: 1400 }]);
    const late = reader('following', controller.signal);
    await expect(late.next()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('EventListeners', () => {
  function listening() {
    const set = setUp();
    return { ...set, listeners: new EventListeners(set.stream, 'vpn0') };
  }

  it('call who listens to the type, as often as it was added', async () => {
    const { driver, listeners } = listening();
    const heard: string[] = [];
    const twice = (): void => void heard.push('twice');
    listeners.add('mtu', twice);
    listeners.add('mtu', twice);
    listeners.add('synced', () => heard.push('synced'));
    driver.give(mtu(1400));
    await new Promise((turn) => setImmediate(turn));
    expect(heard).toEqual(['twice', 'twice']);
    listeners.remove('mtu', twice);
    driver.give(mtu(1401));
    await new Promise((turn) => setImmediate(turn));
    expect(heard).toEqual(['twice', 'twice', 'twice']);
  });

  it('let the stream rest when the last one has gone', async () => {
    const { driver, listeners } = listening();
    const listener = (): void => undefined;
    listeners.add('mtu', listener);
    listeners.remove('mtu', () => undefined);
    listeners.remove('mtu', listener);
    listeners.remove('mtu', listener);
    driver.give(mtu(1400));
    await new Promise((turn) => setImmediate(turn));
    expect(driver.pending).toHaveLength(1);
  });

  it('that throw are heard, and take nobody else down', async () => {
    const { driver, listeners } = listening();
    const bad = new Error('bad listener');
    const heard: number[] = [];
    listeners.add('mtu', () => {
      throw bad;
    });
    listeners.add('mtu', (one) => heard.push(one.mtu));
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const uncaught: unknown[] = [];
    process.on('uncaughtException', (error) => uncaught.push(error));
    driver.give(mtu(1400));
    driver.give(mtu(1401));
    while (uncaught.length < 2) await new Promise((turn) => setImmediate(turn));
    process.removeAllListeners('uncaughtException');
    for (const one of others) process.on('uncaughtException', one);
    expect(uncaught).toEqual([bad, bad]);
    expect(heard).toEqual([1400, 1401]);
  });

  it('are told why no more comes, or else everybody is', async () => {
    const { driver, listeners } = listening();
    const failure = new SysError({ code: 'ECONNRESET', syscall: 'poll' });
    const heard: unknown[] = [];
    const listener = (error: unknown): void => void heard.push(error);
    listeners.add('error', listener);
    driver.fail(failure);
    await new Promise((turn) => setImmediate(turn));
    expect(heard).toEqual([failure]);
    listeners.remove('error', listener);
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    listeners.add('mtu', () => undefined);
    expect(await warned).toMatchObject({ code: 'UNET_EVENTS_ENDED' });
  });

  it('refuse what is no event, and no listener', () => {
    const { listeners } = listening();
    expect(() => listeners.add('mut' as 'mtu', () => undefined)).toThrow(TypeError);
    expect(() => listeners.add('mtu', undefined as never)).toThrow(TypeError);
    expect(() => listeners.remove('toString' as 'mtu', () => undefined)).toThrow(TypeError);
  });
});
