import { setTimeout as sleep } from 'node:timers/promises';

const MS_PER_S = 1000;

/** When and how often something is done. */
export interface Rhythm {
  /** Seconds. */
  readonly interval: number;
  readonly count: number;
  /** Whether the first time is at once, not after an interval. */
  readonly atOnce: boolean;
}

/** Waits until a moment of the monotonic clock; returns whether the user still wants to wait. */
export async function waitUntil(moment: number, signal: AbortSignal): Promise<boolean> {
  const ms = Math.max(0, moment - performance.now());
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) {
      return false;
    }
    throw error;
  }
}

/**
 * Calls `report` in a rhythm until there were enough, or the signal fires. The moments are counted
 * from the start, so that they do not drift.
 */
export async function inRhythm(
  { interval, count, atOnce }: Rhythm,
  signal: AbortSignal,
  report: () => void,
): Promise<void> {
  const ms = interval * MS_PER_S;
  let moment = performance.now() - (atOnce ? ms : 0);
  for (let done = 0; done < count; done++) {
    moment += ms;
    // Somebody who was stopped meanwhile does not get all the reports that were missed at once.
    moment += Math.floor(Math.max(0, performance.now() - moment) / ms) * ms;
    if (!(await waitUntil(moment, signal))) {
      return;
    }
    report();
  }
}
