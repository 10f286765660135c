import { subjectOf, type UnetEvent } from './unet-event.ts';

/** Changes that wait for one reader before it has lost track. The driver's own list has as many. */
const ROOM = 64;

/**
 * The events that one reader has not taken yet, by the driver's own rules: a change takes the place
 * of an earlier one of the same thing, and when there is no room left all of them give way to one
 * `overflow`. What a resync tells is always let in: it is no more than the link has.
 */
export class EventQueue {
  readonly #events: UnetEvent[] = [];
  /**
   * `wanting`: nothing but a resync is of use; `lost`: so it will be once the overflow is taken.
   */
  #state: 'following' | 'lost' | 'wanting';

  constructor(start: 'following' | 'wanting') {
    this.#state = start;
  }

  /** Whether the reader waits for a resync. */
  get wantsResync(): boolean {
    return this.#state === 'wanting';
  }

  /** What comes from now on is a resync. */
  beginResync(): void {
    this.#state = 'following';
  }

  push(event: UnetEvent): void {
    if (event.type === 'destroy') this.#events.push(event);
    else if (this.#state === 'lost') this.#collapse(event);
    else if (this.#state === 'wanting') return;
    else if (event.type === 'overflow') this.#collapse(event);
    else this.#add(event);
  }

  take(): UnetEvent | undefined {
    const event = this.#events.shift();
    if (event?.type === 'overflow' && this.#state === 'lost') this.#state = 'wanting';
    return event;
  }

  #add(event: UnetEvent): void {
    const subject = subjectOf(event);
    const at = this.#events.findIndex((one) => subjectOf(one) === subject);
    const [old] = at < 0 ? [] : this.#events.splice(at, 1);
    const changes = this.#events.reduce((sum, one) => sum + (one.state ? 0 : 1), 0);
    if (!event.state && event.type !== 'synced' && changes >= ROOM) {
      this.#state = 'lost';
      if (old !== undefined) this.#events.push(old);
      this.#collapse(event);
      return;
    }
    const count = event.count + (old?.count ?? 0);
    this.#events.push({ ...event, count, state: event.state && (old?.state ?? true) });
  }

  /** Leaves one overflow, which stands for all that waited and for `event`. */
  #collapse({ seq, time, count }: UnetEvent): void {
    const lost = this.#events.reduce((sum, one) => sum + one.count, count);
    this.#events.length = 0;
    this.#events.push({ type: 'overflow', seq, time, count: lost, state: false });
  }
}
