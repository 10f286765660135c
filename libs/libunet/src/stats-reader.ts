import { type Kstat, type KstatReader, openKstat } from 'libkstat-ts';
import { isSysError, type Kernel } from 'libsys';
import { UnetError } from './unet-error.ts';
import { type UnetStats, unetStatsOf } from './unet-stats.ts';

/** The kstat facility cuts longer names; the whole one is among the statistics themselves. */
const KSTAT_NAME_MAX = 30;

/** Reads the statistics of one link. What that takes is opened at the first time and kept. */
export class StatsReader {
  readonly #kernel: Kernel;
  readonly #link: string;
  #kstats: Promise<KstatReader> | undefined;
  #found: Kstat | undefined;
  #closed = false;

  /** @param kernel borrowed */
  constructor(kernel: Kernel, link: string) {
    this.#kernel = kernel;
    this.#link = link;
  }

  /** @throws {UnetError} ENOENT — the kernel keeps none for this link; EBADF — closed meanwhile */
  async read(): Promise<UnetStats> {
    this.#kstats ??= this.#open();
    try {
      const kstats = await this.#kstats;
      if (this.#closed) throw this.#failure('EBADF', 'link is closed');
      // A list has those of every link: once is enough, for a kstat is never another's later.
      if (this.#found !== undefined) return unetStatsOf(kstats.read(this.#found));
      const name = this.#link.slice(0, KSTAT_NAME_MAX);
      for (const kstat of kstats.list({ module: 'unet', class: 'net', name })) {
        const data = kstats.read(kstat);
        if (data.data.get('linkname') !== this.#link) continue;
        this.#found = kstat;
        return unetStatsOf(data);
      }
    } catch (error) {
      if (!isSysError(error) || error instanceof UnetError) throw error;
      throw this.#failure(error.code, error.text, error);
    }
    throw this.#failure('ENOENT', 'the kernel keeps no statistics of this link');
  }

  /** Closes what was opened. A second call does nothing. */
  close(): void {
    this.#closed = true;
    const kstats = this.#kstats;
    this.#kstats = undefined;
    // It did not open at all: whoever wanted to read it was told.
    kstats?.then(
      (reader) => reader.close(),
      () => undefined,
    );
  }

  async #open(): Promise<KstatReader> {
    try {
      return await openKstat({ kernel: this.#kernel });
    } catch (error) {
      // What failed once may do later.
      this.#kstats = undefined;
      throw error;
    }
  }

  #failure(code: string, text: string, cause?: unknown): UnetError {
    return new UnetError({ code, syscall: 'kstat', op: 'stats', link: this.#link, text, cause });
  }
}
