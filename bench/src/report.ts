import { BATCHES, type Lang, OPS, type Result, SIZES, type Via } from './cell.ts';
import type { Op } from './way.ts';

const TITLES: Readonly<Record<Via, string>> = {
  inproc: 'unet, a kernel in this process',
  server: 'unet, a served kernel (unethostd)',
  tap: 'a TAP interface of Linux (TypeScript: koffi)',
};

/** The goals that a run is held to: TypeScript in process, at this batch. */
export const GOAL_BATCH = 32;
export const GOAL_RATIO = 2;

/** Finds one result. */
function find(
  results: readonly Result[],
  want: { op: Op; via: Via; lang: Lang; bytes: number; batch: number },
): Result | undefined {
  return results.find(
    ({ op, via, lang, bytes, batch }) =>
      op === want.op &&
      via === want.via &&
      lang === want.lang &&
      bytes === want.bytes &&
      batch === want.batch,
  );
}

/** The results as people read them: one table a way, then TypeScript's ratios. */
export function report(results: readonly Result[]): string {
  const vias = (['inproc', 'server', 'tap'] as const).filter((via) =>
    results.some((result) => result.via === via),
  );
  return [...vias.map((via) => table(results, via)), ratios(results)].join('\n');
}

function table(results: readonly Result[], via: Via): string {
  const lines = [
    TITLES[via],
    `  ${'bytes'.padStart(5)} ${'op'.padEnd(5)} ${'batch'.padStart(5)}` +
      ` ${'C ns'.padStart(9)} ${'TS ns'.padStart(9)} ${'C Mf/s'.padStart(7)} ${'TS Mf/s'.padStart(7)} ${'TS/C'.padStart(6)}`,
  ];
  for (const bytes of SIZES) {
    for (const op of OPS) {
      for (const batch of BATCHES) {
        const c = find(results, { op, via, lang: 'c', bytes, batch });
        const ts = find(results, { op, via, lang: 'ts', bytes, batch });
        if (c === undefined || ts === undefined) continue;
        lines.push(
          `  ${String(bytes).padStart(5)} ${op.padEnd(5)} ${String(batch).padStart(5)}` +
            ` ${c.nsPerFrame.toFixed(1).padStart(9)} ${ts.nsPerFrame.toFixed(1).padStart(9)}` +
            ` ${(c.framesPerSecond / 1e6).toFixed(2).padStart(7)} ${(ts.framesPerSecond / 1e6).toFixed(2).padStart(7)}` +
            ` ${ratio(ts, c).toFixed(2).padStart(6)}`,
        );
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function ratio(a: Result, b: Result): number {
  return a.nsPerFrame / b.nsPerFrame;
}

/** How TypeScript in process compares with C on the same path, and with C on a TAP interface. */
function ratios(results: readonly Result[]): string {
  const lines = [`TypeScript in process, batch ${GOAL_BATCH}`];
  for (const bytes of SIZES) {
    for (const op of OPS) {
      const here = { op, via: 'inproc', bytes, batch: GOAL_BATCH } as const;
      const ts = find(results, { ...here, lang: 'ts' });
      const c = find(results, { ...here, lang: 'c' });
      const tap = find(results, { op, via: 'tap', lang: 'c', bytes, batch: 1 });
      if (ts === undefined || c === undefined) continue;
      const cost = ratio(ts, c);
      let line = `  ${String(bytes).padStart(5)} ${op.padEnd(5)} ${cost.toFixed(2)}x the time of C (${verdict(cost <= GOAL_RATIO, `at most ${GOAL_RATIO}x`)})`;
      if (tap !== undefined) {
        const gain = ratio(tap, ts);
        line += `, ${gain.toFixed(2)}x as fast as C on a TAP interface (${verdict(gain > 1, 'more than 1x')})`;
      }
      lines.push(line);
    }
  }
  return `${lines.join('\n')}\n`;
}

function verdict(met: boolean, goal: string): string {
  return met ? `goal met: ${goal}` : `GOAL MISSED: ${goal}`;
}
