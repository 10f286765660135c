/** Which statistics are meant; what is left out may be anything. */
export interface KstatFilter {
  readonly module?: string | undefined;
  readonly instance?: number | undefined;
  readonly name?: string | undefined;
  readonly class?: string | undefined;
}

/** A set of statistics that the kernel has. */
export interface Kstat {
  readonly module: string;
  readonly instance: number;
  readonly name: string;
  readonly class: string;
  /** Number of the kstat, never reused while the kernel runs. */
  readonly kid: number;
  /** When it was made, in ns; another one of the same name has another. */
  readonly crtime: bigint;
}

/** The statistics of a set at one moment. */
export interface KstatData {
  /** ns */
  readonly crtime: bigint;
  /** When they were read, in ns: rates are differences of counters over differences of this. */
  readonly snaptime: bigint;
  /** Counters with all their 64 bits; texts as text. */
  readonly data: ReadonlyMap<string, bigint | string>;
}

/** The statistics of a kernel. */
export interface KstatReader {
  /** Lists the named statistics that match. @throws {SysError} */
  list(filter?: KstatFilter): Kstat[];
  /**
   * Reads one set.
   *
   * @throws {SysError} ENXIO: it is gone.
   */
  read(kstat: Kstat): KstatData;
  /**
   * Reads several sets, each at a moment of its own, in as few steps as there can be; `undefined` for
   * one that is gone.
   *
   * @throws {SysError}
   */
  readAll(kstats: readonly Kstat[]): (KstatData | undefined)[];
  /** Closes what `openKstat` opened. A second call does nothing. */
  close(): void;
  [Symbol.dispose](): void;
}

/** Tells whether a kstat is one of those meant. */
export function matches(kstat: Kstat, filter: KstatFilter): boolean {
  return (
    (filter.module === undefined || kstat.module === filter.module) &&
    (filter.instance === undefined || kstat.instance === filter.instance) &&
    (filter.name === undefined || kstat.name === filter.name) &&
    (filter.class === undefined || kstat.class === filter.class)
  );
}

/** @see KSTAT_TYPE_NAMED in illumos' sys/kstat.h: name and value pairs, the only kind read here. */
export const TYPE_NAMED = 1;

/** @see KSTAT_DATA_CHAR and the following in illumos' sys/kstat.h */
export const DATA = {
  CHAR: 0,
  INT32: 1,
  UINT32: 2,
  INT64: 3,
  UINT64: 4,
  STRING: 9,
} as const;
