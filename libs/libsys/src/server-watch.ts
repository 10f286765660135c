import { PollGuard } from './poll-guard.ts';
import { SysError } from './sys-error.ts';

/**
 * Notices the end of a server. What a file waits on outlives the server and stays silent then, so
 * somebody else has to end the waits. One for each served kernel; it never keeps the process alive:
 * the waits do that themselves.
 */
export class ServerWatch {
  readonly #descriptor: () => number;
  readonly #onGone: () => void;
  #guard: PollGuard | undefined;
  #state: 'here' | 'gone' | 'closed' = 'here';

  /**
   * @param descriptor gives the host descriptor, borrowed, that becomes readable when the server is
   * gone. Asked for once, by the first {@link start}
   * @param onGone called once at most
   */
  constructor(descriptor: () => number, onGone: () => void) {
    this.#descriptor = descriptor;
    this.#onGone = onGone;
  }

  /**
   * Watches from now on. A second call does nothing.
   *
   * @throws {SysError} ECONNRESET — the server is gone already
   */
  start(): void {
    if (this.#state === 'gone') throw serverGone();
    if (this.#state === 'closed' || this.#guard !== undefined) return;
    this.#guard = new PollGuard(this.#descriptor(), () => this.#end());
    this.#guard.start({ readable: true });
    this.#guard.idle();
  }

  /** Gives the descriptor up, before it is closed. A second call does nothing. */
  close(): void {
    this.#state = 'closed';
    this.#guard?.close();
    this.#guard = undefined;
  }

  /** The descriptor stays readable: once is enough. */
  #end(): void {
    this.close();
    this.#state = 'gone';
    this.#onGone();
  }
}

/** What a wait ends with when the server does. */
export function serverGone(): SysError {
  return new SysError({
    code: 'ECONNRESET',
    syscall: 'poll',
    op: 'wait',
    text: 'the hosted server is gone',
  });
}
