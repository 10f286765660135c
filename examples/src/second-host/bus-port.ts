import { type Fd, isSysError, type Kernel, SysError } from 'libsys';
import type { Port } from './port.ts';

/** What a timer can take. */
const LONGEST_MS = 2 ** 31 - 1;

/** A port of an in-memory Ethernet segment of a hosted kernel, `/dev/bus/<name>`. */
export class BusPort implements Port {
  readonly name: string;
  readonly #kernel: Kernel;
  #fd: Fd | undefined;

  /** Opens a port; the segment is made if nobody is on it. The kernel is borrowed. */
  constructor(kernel: Kernel, name: string) {
    this.name = name;
    this.#kernel = kernel;
    this.#fd = kernel.open(`/dev/bus/${name}`, { access: 'readwrite', nonblock: true });
  }

  receive(slot: Uint8Array): number {
    const length = this.#kernel.tryRead(this.#open(), slot);
    return length < 0 ? this.#orAgain(length, 'read') : length;
  }

  send(frame: Uint8Array): boolean {
    const length = this.#kernel.tryWrite(this.#open(), frame);
    if (length < 0) this.#orAgain(length, 'write');
    return length >= 0;
  }

  async wait(events: { readable?: boolean; writable?: boolean }, ms: number): Promise<void> {
    const readiness = this.#kernel.readiness(this.#open());
    const timer = new AbortController();
    const timeout = setTimeout(
      () => timer.abort(),
      Math.min(Math.max(0, Math.ceil(ms)), LONGEST_MS),
    );
    try {
      await readiness.wait(events, { signal: timer.signal });
    } catch (error) {
      if (!timer.signal.aborted) throw error;
    } finally {
      clearTimeout(timeout);
    }
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) this.#kernel.close(fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(): Fd {
    if (this.#fd === undefined) throw this.#error({ code: 'EBADF' }, 'read');
    return this.#fd;
  }

  #orAgain(result: number, syscall: string): 0 {
    const error = this.#error({ errno: -result }, syscall);
    if (isSysError(error, 'EAGAIN')) return 0;
    throw error;
  }

  #error(cause: { errno: number } | { code: string }, syscall: string): SysError {
    return new SysError({ ...cause, syscall, op: `${syscall} a frame of`, link: this.name });
  }
}
