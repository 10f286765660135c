import { setImmediate as nextTurn } from 'node:timers/promises';
import type { UnetEvent } from './unet-event.ts';

/** Where the events of a link come from. */
export interface EventSource {
  /**
   * Takes events; none: nothing has happened. With `resync` it first has everything told.
   *
   * @throws {UnetError} ENXIO — the link was destroyed and that was told
   */
  take(resync: 'resync' | 'pending'): readonly UnetEvent[];
  /** Resolves when there may be an event. */
  wait(signal: AbortSignal): Promise<unknown>;
  /** Whether the link was closed here, which ends everything quietly. */
  isClosed(): boolean;
}

/** Whom events are told. */
export interface EventReader {
  /** Has lost track, or has never known: wants to be told everything. */
  readonly wantsResync: boolean;
  /** What is delivered from now on is a resync. */
  beginResync(): void;
  deliver(event: UnetEvent): void;
  /** No more will come; `error` says why, unless the link was closed or destroyed. */
  end(error?: unknown): void;
}

/** After so many rounds without a wait, the rest of the program gets its turn. */
const BURST = 16;

/** What ends the telling of a resync. */
const LAST: ReadonlySet<UnetEvent['type']> = new Set(['synced', 'overflow', 'destroy']);

/**
 * The one reader of a link's events, which tells them to all who want them. It reads while there is
 * somebody to tell: otherwise they wait in the driver, which knows how to keep few.
 */
export class EventStream {
  readonly #source: EventSource;
  readonly #readers = new Set<EventReader>();
  #running: AbortController | undefined;
  #waiting: AbortController | undefined;
  /** An overflow of the driver's own list: everybody has lost track. */
  #lost = false;

  constructor(source: EventSource) {
    this.#source = source;
  }

  add(reader: EventReader): void {
    this.#readers.add(reader);
    if (this.#running !== undefined) {
      if (reader.wantsResync) this.wake();
      return;
    }
    const running = new AbortController();
    this.#running = running;
    // Whoever subscribes in this turn of the program is told from the first event on.
    queueMicrotask(() => void this.#run(running));
  }

  /** Forgets a reader. A second call does nothing. */
  remove(reader: EventReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size === 0) this.#stop();
  }

  /** Looks again now, if it waits. */
  wake(): void {
    this.#waiting?.abort();
  }

  /** The link was closed here: every reader has ended. */
  close(): void {
    this.#end();
  }

  async #run(running: AbortController): Promise<void> {
    try {
      for (let round = 1; !running.signal.aborted; round++) {
        if (this.#source.isClosed()) return this.#end();
        const told = this.#wantsResync()
          ? this.#resync()
          : this.#tell(this.#source.take('pending'));
        if (told === 'destroyed') return this.#end();
        if (told === 'nothing') {
          await this.#wait();
          round = 0;
        } else if (round % BURST === 0) await nextTurn();
      }
    } catch (error) {
      if (running.signal.aborted) return;
      this.#end(this.#source.isClosed() ? undefined : error);
    }
  }

  async #wait(): Promise<void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    try {
      await this.#source.wait(waiting.signal);
    } catch (error) {
      if (!waiting.signal.aborted) throw error;
    } finally {
      if (this.#waiting === waiting) this.#waiting = undefined;
    }
  }

  #wantsResync(): boolean {
    return this.#lost || [...this.#readers].some((reader) => reader.wantsResync);
  }

  /** Tells those who are still there: whoever is told may send another one, or all, away. */
  #deliver(event: UnetEvent, readers: Iterable<EventReader>): void {
    for (const reader of readers) if (this.#readers.has(reader)) reader.deliver(event);
  }

  /** Tells everybody what was taken. */
  #tell(events: readonly UnetEvent[]): 'something' | 'nothing' | 'destroyed' {
    for (const event of events) {
      if (event.type === 'overflow') this.#lost = true;
      this.#deliver(event, [...this.#readers]);
      if (event.type === 'destroy') return 'destroyed';
    }
    return events.length > 0 ? 'something' : 'nothing';
  }

  /**
   * Has the driver tell how everything is, for those who want that. The others are told changes
   * only, unless some were forgotten over it: then they have lost track as well.
   */
  #resync(): 'something' | 'destroyed' {
    // A resync forgets what is pending, which others want to know.
    if (!this.#lost) {
      const told = this.#tell(this.#source.take('pending'));
      if (told !== 'nothing') return told;
    }
    const events = this.#takeAll();
    const last = events.at(-1);
    const overflow = events.find((event) => event.type === 'overflow');
    if (overflow !== undefined) {
      const count = events.reduce((sum, event) => sum + event.count, 0);
      this.#tell([{ ...overflow, count }]);
      return 'something';
    }
    const readers = [...this.#readers];
    const wanting = new Set(readers.filter((reader) => reader.wantsResync || this.#lost));
    const synced = events.find((event) => event.type === 'synced');
    if (synced !== undefined && synced.count > 0 && !this.#lost) {
      for (const reader of readers.filter((one) => !wanting.has(one))) {
        this.#deliver({ ...synced, type: 'overflow' }, [reader]);
        wanting.add(reader);
      }
    }
    this.#lost = false;
    for (const reader of wanting) reader.beginResync();
    for (const event of events) {
      const forAll = !event.state && event.type !== 'synced';
      this.#deliver(event, forAll ? readers : wanting);
    }
    return last?.type === 'destroy' ? 'destroyed' : 'something';
  }

  /** All that a resync tells: up to `synced`, or to what makes it of no use. */
  #takeAll(): UnetEvent[] {
    const all: UnetEvent[] = [];
    for (let some = this.#source.take('resync'); ; some = this.#source.take('pending')) {
      all.push(...some);
      const over = some.some(({ type }) => LAST.has(type));
      if (over || some.length === 0) return all;
    }
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#waiting?.abort();
  }

  #end(error?: unknown): void {
    this.#stop();
    const readers = [...this.#readers];
    this.#readers.clear();
    for (const reader of readers) reader.end(error);
  }
}
