import type { Fd } from './fd.ts';
import { FileReadiness, type Readiness, type ReadinessSource } from './readiness.ts';
import type { SysError } from './sys-error.ts';

/**
 * The files that one kernel object opened, with the one readiness of each. Knows the order in which
 * things are given up: readiness, then file.
 */
export class OpenFiles {
  readonly #opened = new Set<Fd>();
  readonly #readiness = new Map<Fd, FileReadiness>();

  add(fd: Fd): void {
    this.#opened.add(fd);
  }

  /** The readiness of a file, made by `source` the first time. */
  readiness(fd: Fd, source: () => ReadinessSource): Readiness {
    const known = this.#readiness.get(fd);
    if (known !== undefined) return known;
    const made = new FileReadiness(fd, source());
    this.#readiness.set(fd, made);
    return made;
  }

  /** Gives up the readiness of a file that is about to be closed, and forgets the file. */
  remove(fd: Fd): void {
    this.#readiness.get(fd)?.close();
    this.#readiness.delete(fd);
    this.#opened.delete(fd);
  }

  /** Files still open that this kernel object opened. */
  list(): Fd[] {
    return [...this.#opened];
  }

  /** Ends every wait for a file, now and later, with what `why` makes. */
  failReadiness(why: () => SysError): void {
    for (const readiness of this.#readiness.values()) readiness.fail(why);
  }

  /** Readiness of files that were adopted, not opened, must end as well. */
  closeReadiness(): void {
    for (const readiness of this.#readiness.values()) readiness.close();
    this.#readiness.clear();
  }
}
