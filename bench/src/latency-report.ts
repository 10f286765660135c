import type { How } from './wakeable.ts';
import type { Worker } from './worker.ts';

/** What wakes the program: a frame of a link, or of a TAP interface, or an eventfd and no frame. */
export type Wakes = 'inproc' | 'server' | 'tap' | 'event';

/** How long somebody who waits waits for a frame: a row of `--latency --json`. */
export interface Latency {
  readonly via: Wakes;
  readonly how: How;
  /** `idle`: it sleeps until then; `busy`: it has other work in each of its turns. */
  readonly loop: 'idle' | 'busy';
  readonly samples: number;
  /** In nanoseconds, half and 99 of a hundred take at most that. */
  readonly p50: number;
  readonly p99: number;
}

const TITLES: Readonly<Record<Wakes, string>> = {
  inproc: 'a kernel in this process',
  server: 'a served kernel',
  tap: 'a TAP interface of Linux',
  event: 'an eventfd, no frame',
};
const HOWS: Readonly<Record<Wakes, readonly How[]>> = {
  inproc: ['ready', 'batches'],
  server: ['ready', 'batches'],
  tap: ['poll'],
  event: ['poll'],
};
const LOOPS = ['idle', 'busy'] as const;
const ROUNDS = 10;
const SAMPLES = 300;

/** The value that `share` of the samples do not exceed. @throws {RangeError} there are none */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.ceil(sorted.length * share) - 1];
  if (value === undefined) throw new RangeError('no samples');
  return value;
}

/**
 * Asks programs (`latency.ts`) in turns, so that what else the machine does meets them alike. The
 * first round is for the compiler.
 */
export async function measureLatency(
  workers: readonly (readonly [Wakes, Worker])[],
  { rounds = ROUNDS, samples = SAMPLES }: { rounds?: number; samples?: number } = {},
): Promise<Latency[]> {
  const rows = workers.flatMap(([via, worker]) =>
    LOOPS.flatMap((loop) =>
      HOWS[via].map((how) => ({ via, worker, loop, how, ns: [] as number[] })),
    ),
  );
  for (let round = 0; round <= rounds; round++) {
    for (const { worker, loop, how, ns } of rows) {
      const answer = await worker.ask(`${how} ${loop} ${samples}`);
      if (round > 0) ns.push(...(JSON.parse(answer) as number[]));
    }
  }
  return rows.map(({ via, loop, how, ns }) => ({
    via,
    how,
    loop,
    samples: ns.length,
    p50: percentile(ns, 0.5),
    p99: percentile(ns, 0.99),
  }));
}

/** The latencies as people read them. */
export function latencyReport(rows: readonly Latency[]): string {
  const tap = (row: Latency): Latency | undefined =>
    rows.find(({ via, loop }) => via === 'tap' && loop === row.loop);
  const times = (a: number, b: number | undefined): string =>
    (b === undefined ? '' : `${(a / b).toFixed(2)}x`).padStart(7);
  const lines = [
    'From the sending of a frame to the program that waited for it having it, in microseconds',
    `  ${'from'.padEnd(25)} ${'waits by'.padEnd(8)} loop ${'p50'.padStart(8)} ${'p99'.padStart(8)} ${'p50/TAP'.padStart(7)} ${'p99/TAP'.padStart(7)}`,
    ...rows.map(
      (row) =>
        `  ${TITLES[row.via].padEnd(25)} ${row.how.padEnd(8)} ${row.loop}` +
        ` ${(row.p50 / 1e3).toFixed(1).padStart(8)} ${(row.p99 / 1e3).toFixed(1).padStart(8)}` +
        ` ${times(row.p50, tap(row)?.p50)} ${times(row.p99, tap(row)?.p99)}`,
    ),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
