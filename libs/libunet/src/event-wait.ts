import { setTimeout as after } from 'node:timers/promises';
import { isSysError } from 'libsys';

/**
 * How often events are looked for where the event loop cannot wait for them, in ms: so late they may
 * be on illumos, unless something else wakes the link first.
 */
export const EVENT_LOOK_INTERVAL = 200;

/**
 * Waits for events in the event loop. Where that cannot be done (libuv knows no POLLPRI on illumos)
 * a wait ends each time the link is woken by anything else, and every {@link EVENT_LOOK_INTERVAL}:
 * then somebody looks, without waiting, whether there is one.
 */
export class EventWait {
  readonly #ready: (signal: AbortSignal) => Promise<unknown>;
  readonly #interval: number;
  #manner: 'waits' | 'looks' = 'waits';
  #looking: AbortController | undefined;

  /** @param ready waits for priority events; ENOTSUP if it cannot */
  constructor(
    ready: (signal: AbortSignal) => Promise<unknown>,
    interval: number = EVENT_LOOK_INTERVAL,
  ) {
    this.#ready = ready;
    this.#interval = interval;
  }

  /** Resolves when there may be an event. @throws what waiting ends with */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#manner === 'waits') {
      try {
        await this.#ready(signal);
        return;
      } catch (error) {
        if (!isSysError(error, 'ENOTSUP')) throw error;
        this.#manner = 'looks';
      }
    }
    const looking = new AbortController();
    this.#looking = looking;
    try {
      await after(this.#interval, undefined, { signal: AbortSignal.any([signal, looking.signal]) });
    } catch (error) {
      if (!looking.signal.aborted) throw error;
    } finally {
      this.#looking = undefined;
    }
  }

  /** The link was woken: a good time to look. */
  wake(): void {
    this.#looking?.abort();
  }
}
