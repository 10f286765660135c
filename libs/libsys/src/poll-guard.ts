import { shareClass } from './shared-class.ts';
import { SysError } from './sys-error.ts';
import { type PollEvents, type RawPollHandle, rawPoll } from './uv-poll.ts';

/**
 * The guarded event-loop handle for one host descriptor. The handle underneath is libuv's own, with
 * libuv's manners: a descriptor has one at most, the process is aborted when the descriptor is
 * closed first, and a use after the close is a use of freed memory. So every live guard is in one
 * table by descriptor, and none of its methods reaches a closed handle. The table belongs to the
 * thread (an event loop each) and not to the module, which a process can hold twice: once as an ES
 * module, once as CommonJS.
 */

const TABLE = Symbol.for('libsys.poll-guards');
const globals = globalThis as unknown as Record<symbol, Map<number, PollGuard> | undefined>;
const table: Map<number, PollGuard> = globals[TABLE] ?? new Map<number, PollGuard>();
globals[TABLE] = table;

/** One guarded wait for one host descriptor. */
export class PollGuard {
  static {
    shareClass(PollGuard, 'libsys.PollGuard');
  }

  readonly descriptor: number;
  readonly #onEvent: () => void;
  #handle: RawPollHandle | undefined;
  #waiting: string | undefined;

  /**
   * @param descriptor borrowed: close the guard before the descriptor
   * @param onEvent called for each wake-up; look at the descriptor to learn what happened
   * @throws {SysError} EBUSY — the descriptor has a guard in this thread already
   */
  constructor(descriptor: number, onEvent: () => void) {
    if (table.has(descriptor)) {
      throw new SysError({
        code: 'EBUSY',
        syscall: 'poll',
        text: `descriptor ${descriptor} is waited for already`,
      });
    }
    this.descriptor = descriptor;
    this.#onEvent = onEvent;
  }

  /** Starts, or goes on, waiting for `events`. Keeps the process alive. */
  start(events: PollEvents): void {
    const key = `${events.readable === true}${events.writable === true}`;
    if (this.#handle === undefined) {
      if (table.has(this.descriptor) && table.get(this.descriptor) !== this) {
        throw new SysError({
          code: 'EBUSY',
          syscall: 'poll',
          text: `descriptor ${this.descriptor} is waited for already`,
        });
      }
      this.#handle = rawPoll(this.descriptor, events, this.#callback);
      table.set(this.descriptor, this);
    } else {
      if (this.#waiting !== key) this.#handle.start(events, this.#callback);
      this.#handle.ref();
    }
    this.#waiting = key;
  }

  /** Stops waiting; the process may end. For a descriptor that stays ready when nobody looks. */
  stop(): void {
    if (this.#waiting === undefined) return;
    this.#waiting = undefined;
    this.#handle?.stop();
  }

  /** Goes on waiting, but lets the process end. For a descriptor that is quiet when nobody looks. */
  idle(): void {
    this.#handle?.unref();
  }

  /** Gives the descriptor up. A second call does nothing. */
  close(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#waiting = undefined;
    if (handle === undefined) return;
    table.delete(this.descriptor);
    handle.close();
  }

  readonly #callback = (): void => {
    if (this.#handle !== undefined) this.#onEvent();
  };
}
