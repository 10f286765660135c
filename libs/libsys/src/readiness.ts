import { AbortError } from './abort-error.ts';
import type { Fd } from './fd.ts';
import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, POLLPRI } from './kernel.ts';
import { PollGuard } from './poll-guard.ts';
import { SysError } from './sys-error.ts';

/** What to wait for. Hang-up and errors always end a wait. */
export interface Wanted {
  readonly readable?: boolean;
  readonly writable?: boolean;
  readonly priority?: boolean;
}

/** What a file is ready for. */
export interface Ready {
  readonly readable: boolean;
  readonly writable: boolean;
  readonly priority: boolean;
  /** The device is gone: nothing will ever come again. */
  readonly hangup: boolean;
}

/** Waits for one file in the event loop. Any number of waits may be under way. */
export interface Readiness {
  /**
   * Resolves when the file is ready for one of the things wanted.
   *
   * @throws {AbortError} `signal` fired
   * @throws {SysError} EBADF — the file was closed while waiting; ECONNRESET — the kernel was a
   * server's, and is gone; otherwise what poll answered
   */
  wait(wanted: Wanted, options?: { readonly signal?: AbortSignal | undefined }): Promise<Ready>;
  /** Ends every wait with EBADF. A second call does nothing. The kernel does it before it closes the file. */
  close(): void;
}

/**
 * How the readiness of a kernel's file reaches the host's event loop. `arm` says which of `events`
 * are ready; if none is, the descriptor becomes readable (or what `direct` says) when one may be.
 */
export interface ReadinessSource {
  /** The host descriptor to wait on. Asked for at the first wait. @throws {SysError} */
  descriptor(): number;
  /**
   * `quiet`: the descriptor signals once and `drain` silences it (an eventfd), so waiting goes on
   * between waits. `direct`: it is the file itself and stays ready, so waiting stops.
   */
  readonly manner: 'quiet' | 'direct';
  /** Returns poll events, 0 for none, or a negative errno. */
  arm(events: number): number;
  drain(): void;
}

interface Waiter {
  readonly events: number;
  resolve(ready: Ready): void;
  reject(error: unknown): void;
}

const ALWAYS = POLLERR | POLLHUP | POLLNVAL;

export class FileReadiness implements Readiness {
  readonly #fd: Fd;
  readonly #source: ReadinessSource;
  readonly #waiters = new Set<Waiter>();
  #guard: PollGuard | undefined;
  #closed = false;
  /** Why there is nothing to wait for any more. */
  #ended: (() => SysError) | undefined;

  constructor(fd: Fd, source: ReadinessSource) {
    this.#fd = fd;
    this.#source = source;
  }

  wait(
    wanted: Wanted,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Ready> {
    const events =
      (wanted.readable === true ? POLLIN : 0) |
      (wanted.writable === true ? POLLOUT : 0) |
      (wanted.priority === true ? POLLPRI : 0);
    const { signal } = options;
    if (this.#ended !== undefined) return Promise.reject(this.#ended());
    if (signal?.aborted === true) return Promise.reject(new AbortError(signal));
    if (this.#source.manner === 'direct' && wanted.priority === true) {
      return Promise.reject(
        new SysError({
          code: 'ENOTSUP',
          syscall: 'poll',
          text: 'the event loop cannot wait for priority events of a descriptor',
        }),
      );
    }
    const now = this.#source.arm(this.#union() | events);
    if (now < 0) return Promise.reject(new SysError({ errno: -now, syscall: 'poll' }));
    if ((now & (events | ALWAYS)) !== 0) {
      if (this.#waiters.size > 0) this.#wake();
      return Promise.resolve(readyOf(now));
    }
    return new Promise<Ready>((resolve, reject) => {
      const onAbort = (): void => {
        if (signal !== undefined) waiter.reject(new AbortError(signal));
      };
      const settled = (): void => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener('abort', onAbort);
        this.#rest();
      };
      const waiter: Waiter = {
        events,
        resolve: (ready) => {
          settled();
          resolve(ready);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
      try {
        this.#listen();
        // Others were waiting and what came for them took the arming away: look once more.
        if (now !== 0) this.#wake();
      } catch (error) {
        waiter.reject(error);
      }
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const text = `file ${this.#fd} is closed`;
    this.#end(() => new SysError({ code: 'EBADF', syscall: 'poll', text }));
  }

  /** Ends every wait, and each that is tried later, with what `why` makes. Does nothing once closed. */
  fail(why: () => SysError): void {
    if (!this.#closed) this.#end(why);
  }

  #end(why: () => SysError): void {
    this.#ended = why;
    this.#guard?.close();
    this.#guard = undefined;
    const error = why();
    for (const waiter of [...this.#waiters]) waiter.reject(error);
  }

  #union(): number {
    let events = 0;
    for (const waiter of this.#waiters) events |= waiter.events;
    return events;
  }

  #listen(): void {
    this.#guard ??= new PollGuard(this.#source.descriptor(), () => this.#wake());
    const events = this.#union();
    if (this.#source.manner === 'quiet') this.#guard.start({ readable: true });
    else {
      this.#guard.start({
        readable: (events & (POLLIN | POLLPRI)) !== 0 || events === 0,
        writable: (events & POLLOUT) !== 0,
        disconnect: true,
      });
    }
  }

  /** Called when the last wait has ended, and after each one. */
  #rest(): void {
    if (this.#guard === undefined) return;
    if (this.#waiters.size > 0) {
      if (this.#source.manner === 'direct') this.#listen();
    } else if (this.#source.manner === 'quiet') this.#guard.idle();
    else this.#guard.stop();
  }

  /** The descriptor woke: see what is ready, resolve who wanted it, arm for the others. */
  #wake(): void {
    this.#source.drain();
    while (this.#waiters.size > 0) {
      const now = this.#source.arm(this.#union());
      if (now === 0) return;
      if (now < 0) {
        const error = new SysError({ errno: -now, syscall: 'poll' });
        for (const waiter of [...this.#waiters]) waiter.reject(error);
        return;
      }
      const ready = readyOf(now);
      let resolved = 0;
      for (const waiter of [...this.#waiters]) {
        if ((now & (waiter.events | ALWAYS)) === 0) continue;
        waiter.resolve(ready);
        resolved++;
      }
      // An event that nobody asked for would make this loop spin.
      if (resolved === 0) return;
    }
  }
}

function readyOf(events: number): Ready {
  return {
    readable: (events & POLLIN) !== 0,
    writable: (events & POLLOUT) !== 0,
    priority: (events & POLLPRI) !== 0,
    hangup: (events & (POLLHUP | POLLERR | POLLNVAL)) !== 0,
  };
}
