import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Terminal, UsageError } from 'libofmt';
import { parseCommandLine, type Request } from './command-line.ts';
import { Reporter, rates, type Sample } from './report.ts';

const EXIT = { done: 0, failed: 1, usage: 2 } as const;
const MS_PER_S = 1000;

const USAGE = 'usage:\tunetstat [link...] [interval [count]]\n\tunetstat --help | --version\n';

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Waits until a moment of the monotonic clock; returns whether the user still wants to wait. */
async function waitUntil(moment: number, signal: AbortSignal): Promise<boolean> {
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
 * Prints a report after every interval. The first samples are only what the first report is
 * compared with; the moments are counted from them, so that reports do not drift.
 */
async function watch(
  { links, interval, count }: Request,
  terminal: Terminal,
  take: () => Sample[],
): Promise<number> {
  const start = performance.now();
  let before = take();
  const missing = links.filter((link) => !before.some(({ name }) => name === link));
  for (const link of missing) {
    terminal.err(`unetstat: no such link: ${link}\n`);
  }
  if (missing.length > 0) {
    return EXIT.failed;
  }
  const reporter = new Reporter();
  const ms = interval * MS_PER_S;
  for (let report = 1, moment = start + ms; report <= count; report++, moment += ms) {
    // Somebody who was stopped meanwhile does not get all the reports that were missed at once.
    moment += Math.floor(Math.max(0, performance.now() - moment) / ms) * ms;
    if (!(await waitUntil(moment, terminal.signal))) {
      break;
    }
    const after = take();
    terminal.out(reporter.next(rates(before, after)));
    before = after;
  }
  return EXIT.done;
}

/** Understands the command line, does what it says and answers the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  let request: Request;
  try {
    request = parseCommandLine(args);
  } catch (error) {
    if (!(error instanceof UsageError)) {
      throw error;
    }
    terminal.err(`unetstat: ${error.message}\n${USAGE}`);
    return EXIT.usage;
  }
  if (request.show !== 'rates') {
    terminal.out(request.show === 'help' ? USAGE : `unetstat ${version()}\n`);
    return EXIT.done;
  }

  const { isSysError } = await import('libsys');
  const { openKstat } = await import('libkstat-ts');
  const { takeSamples } = await import('./sampler.ts');
  let tried = 'reach the kernel';
  try {
    const kstats = await openKstat();
    try {
      tried = 'read statistics';
      return await watch(request, terminal, () => takeSamples(kstats, request.links));
    } finally {
      kstats.close();
    }
  } catch (error) {
    const gone = isSysError(error, 'ECONNRESET') || isSysError(error, 'EPIPE');
    const known = isSysError(error) ? error.text : (error as Error).message;
    const reason = gone ? 'the hosted server has ended' : known;
    terminal.err(`unetstat: cannot ${tried}: ${reason}\n`);
    return EXIT.failed;
  }
}
