import { BATCHES, type Lang, OPS, type Result, SIZES, type Via } from './cell.ts';
import { NO_BATCH, type Op } from './way.ts';

const TITLES: Readonly<Record<Via, string>> = {
  inproc: 'unet, a kernel in this process',
  server: 'unet, a served kernel (unethostd)',
  tap: 'a TAP interface of Linux (TypeScript: koffi)',
};

/** What TypeScript is held to in process, at this batch: so much of the frames a second of C. */
export const GOAL_BATCH = 32;
export const GOAL_OF_C: ReadonlyMap<number, number> = new Map([
  [64, 0.8],
  [1514, 0.95],
]);
/** And so many times the frames a second of C on a TAP interface. */
export const GOAL_OF_TAP = 4;
/** What it is held to through a server, at this batch and with the smallest frames. */
export const SERVED_BATCH = 128;
export const GOAL_SERVED = 1_000_000;

interface Want {
  readonly op: Op;
  readonly via: Via;
  readonly lang: Lang;
  readonly bytes: number;
  readonly batch: number;
}

/** Finds one result. */
function find(results: readonly Result[], want: Want): Result | undefined {
  return results.find(
    ({ op, via, lang, bytes, batch }) =>
      op === want.op &&
      via === want.via &&
      lang === want.lang &&
      bytes === want.bytes &&
      batch === want.batch,
  );
}

/** The results as people read them: one table a way, then what TypeScript is held to. */
export function report(results: readonly Result[]): string {
  const vias = (['inproc', 'server', 'tap'] as const).filter((via) =>
    results.some((result) => result.via === via),
  );
  return [...vias.map((via) => table(results, via)), goals(results)].join('\n');
}

function table(results: readonly Result[], via: Via): string {
  const lines = [
    TITLES[via],
    `  ${'bytes'.padStart(5)} ${'op'.padEnd(5)} ${'batch'.padStart(5)}` +
      ` ${'C ns'.padStart(9)} ${'TS ns'.padStart(9)} ${'C Mf/s'.padStart(7)} ${'TS Mf/s'.padStart(7)}` +
      ` ${'TS/C'.padStart(6)} ${'C gain'.padStart(7)} ${'TS gain'.padStart(7)}`,
  ];
  for (const bytes of SIZES) {
    for (const op of OPS) {
      for (const batch of BATCHES) {
        const c = find(results, { op, via, lang: 'c', bytes, batch });
        const ts = find(results, { op, via, lang: 'ts', bytes, batch });
        if (c === undefined || ts === undefined) continue;
        lines.push(
          `  ${String(bytes).padStart(5)} ${op.padEnd(5)} ${(batch === NO_BATCH ? 'none' : String(batch)).padStart(5)}` +
            ` ${c.nsPerFrame.toFixed(1).padStart(9)} ${ts.nsPerFrame.toFixed(1).padStart(9)}` +
            ` ${(c.framesPerSecond / 1e6).toFixed(2).padStart(7)} ${(ts.framesPerSecond / 1e6).toFixed(2).padStart(7)}` +
            ` ${times(ts, c).toFixed(2).padStart(6)} ${gain(results, c)} ${gain(results, ts)}`,
        );
      }
    }
  }
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** How many times the frames a second of `b` those of `a` are. */
function times(a: Result, b: Result): number {
  return b.nsPerFrame / a.nsPerFrame;
}

/** What batches bring: how many times the frames a second of one frame a call. */
function gain(results: readonly Result[], result: Result): string {
  const one = find(results, { ...result, batch: NO_BATCH });
  const known = one !== undefined && result.batch !== NO_BATCH;
  return (known ? `${times(result, one).toFixed(1)}x` : '').padStart(7);
}

/** How TypeScript compares with C on the same path, and with C on a TAP interface. */
function goals(results: readonly Result[]): string {
  const lines = ['TypeScript, in frames a second'];
  for (const bytes of SIZES) {
    for (const op of OPS) {
      lines.push(...goalsInProcess(results, bytes, op).map((line) => `  ${line}`));
    }
  }
  for (const op of OPS) {
    const want = {
      op,
      via: 'server',
      lang: 'ts',
      bytes: SIZES[0] ?? 0,
      batch: SERVED_BATCH,
    } as const;
    const served = find(results, want);
    if (served === undefined) continue;
    lines.push(
      `  ${name(want)} served: ${(served.framesPerSecond / 1e6).toFixed(2)} million ` +
        `(${verdict(served.framesPerSecond >= GOAL_SERVED, `at least ${GOAL_SERVED / 1e6}`)})`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function name({ bytes, op, batch }: { bytes: number; op: Op; batch: number }): string {
  return `${String(bytes).padStart(5)} ${op.padEnd(5)} batch ${String(batch).padStart(3)}`;
}

function goalsInProcess(results: readonly Result[], bytes: number, op: Op): string[] {
  const tap = find(results, { op, via: 'tap', lang: 'c', bytes, batch: NO_BATCH });
  return [GOAL_BATCH, SERVED_BATCH].flatMap((batch) => {
    const here = { op, via: 'inproc', bytes, batch } as const;
    const ts = find(results, { ...here, lang: 'ts' });
    const c = find(results, { ...here, lang: 'c' });
    if (ts === undefined || c === undefined) return [];
    const least = GOAL_OF_C.get(bytes) ?? 0;
    const parts = [
      `${times(ts, c).toFixed(2)} of C (${verdict(times(ts, c) >= least, `at least ${least}`)})`,
    ];
    if (tap !== undefined) {
      const met = times(ts, tap) >= GOAL_OF_TAP;
      parts.push(
        `${times(ts, tap).toFixed(1)}x C on a TAP interface (${verdict(met, `at least ${GOAL_OF_TAP}x`)})`,
      );
    }
    return [`${name(here)}: ${parts.join(', ')}`];
  });
}

function verdict(met: boolean, goal: string): string {
  return met ? `goal met: ${goal}` : `GOAL MISSED: ${goal}`;
}
