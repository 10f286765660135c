import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that was started for the job and still runs. */
export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/** The processes whose environment names the job's directory, this one excepted. */
export function processesOf(directory: string): Leftover[] {
  if (!existsSync('/proc/self/environ')) return []; // not Linux
  const mark = `UNET_RUNTIME_DIR=${directory}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const environment = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0');
        if (!environment.includes(mark)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'latin1');
        return [{ pid: Number(name), command: command.replaceAll('\0', ' ').trim() }];
      } catch {
        return []; // it has ended meanwhile, or is another user's
      }
    });
}

/** Waits until nothing of the job runs, but not longer than `ms`; returns what still does. */
export async function waitForNone(directory: string, ms: number): Promise<Leftover[]> {
  const deadline = performance.now() + ms;
  for (;;) {
    const left = processesOf(directory);
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(20);
  }
}
