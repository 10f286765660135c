import { readFileSync } from 'node:fs';
import type { KstatReader } from 'libkstat-ts';
import { type Terminal, UsageError } from 'libofmt';
import type { Kernel } from 'libsys';
import { parseCommandLine, type Request } from './command-line.ts';
import { Failure } from './failure.ts';
import type { ScreenProcess } from './live/screen-process.ts';
import { usage } from './options.ts';
import type { Sampler } from './sampler.ts';

const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** How a hosted kernel that has ended shows itself. */
const GONE = ['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'ENOENT'] as const;

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** What a task has to work with. */
interface Task {
  readonly request: Request;
  readonly terminal: Terminal;
  readonly sampler: Sampler;
  readonly screen: ScreenProcess;
}

/** Prints a report after every interval. */
async function watch({ request, terminal, sampler }: Task): Promise<void> {
  const { chooseLayout } = await import('./layout.ts');
  const { rateRows, totalRows } = await import('./round.ts');
  const { timestamp } = await import('./timestamp.ts');
  const { inRhythm } = await import('./watch.ts');
  const { interval, count, totals, time, links } = request;
  let before = sampler.take();
  requireLinks(links, before);
  const layout = chooseLayout(request, before);
  for (const warning of layout.warnings) {
    terminal.err(`unetstat: warning: ${warning}\n`);
  }
  await inRhythm({ interval, count, atOnce: totals }, terminal.signal, () => {
    const now = sampler.take();
    const head = time === undefined ? '' : timestamp(time, new Date());
    terminal.out(head + layout.next(totals ? totalRows(now) : rateRows(before, now)));
    before = now;
  });
}

function requireLinks(links: readonly string[], found: readonly { readonly link: string }[]): void {
  const missing = links.filter((name) => !found.some(({ link }) => link === name));
  if (missing.length > 0) {
    throw new Failure(missing.map((link) => `no such link: ${link}`));
  }
}

async function requireZone(zone: string, kernel: Kernel): Promise<void> {
  const { openDladm } = await import('libdladm-ts');
  const dladm = await openDladm({ kernel });
  try {
    if (dladm.zones().every(({ name }) => name !== zone)) {
      throw new Failure([`no such zone: ${zone}`]);
    }
  } finally {
    dladm.close();
  }
}

async function scrape({ request, terminal, sampler }: Task): Promise<void> {
  const { formatOpenMetrics } = await import('./metrics/openmetrics.ts');
  const { linkFamilies } = await import('./metrics/link-families.ts');
  const samples = sampler.take();
  requireLinks(request.links, samples);
  terminal.out(formatOpenMetrics(linkFamilies(samples)));
}

async function serve({ request, terminal, sampler }: Task): Promise<void> {
  const { serveMetrics } = await import('./metrics/serve-metrics.ts');
  const { listen } = request;
  if (listen !== undefined) {
    await serveMetrics(listen, sampler, terminal);
  }
}

async function live({ request, terminal, sampler, screen }: Task): Promise<void> {
  const { runLive } = await import('./live/run-live.ts');
  requireLinks(request.links, request.links.length === 0 ? [] : sampler.take());
  await runLive(request, { sampler, screen, signal: terminal.signal });
}

/** Watches as asked for. @throws {Failure} a link or zone is not there. */
async function run(request: Request, terminal: Terminal, screen: ScreenProcess): Promise<void> {
  const { isSysError, openKernel } = await import('libsys');
  const reasonOf = (error: unknown): string =>
    isSysError(error) ? error.text : (error as Error).message;
  const { openKstat } = await import('libkstat-ts');
  const { DriverLook } = await import('./driver-look.ts');
  const { Sampler } = await import('./sampler.ts');
  if (request.show === 'live') {
    (await import('./live/screen-process.ts')).requireScreen(screen);
  } else {
    terminal.endAtOnce();
  }
  const kernel = await openKernel().catch((cause: unknown) => {
    throw new Failure([`cannot reach the kernel: ${reasonOf(cause)}`], { cause });
  });
  let kstats: KstatReader | undefined;
  try {
    const { zone, show } = request;
    if (zone !== undefined) await requireZone(zone, kernel);
    kstats = await openKstat({ kernel });
    const sampler = new Sampler(kstats, request, new DriverLook(kernel));
    const task = { request, terminal, screen, sampler };
    await (show === 'openmetrics'
      ? scrape(task)
      : show === 'listen'
        ? serve(task)
        : show === 'live'
          ? live(task)
          : watch(task));
  } finally {
    kstats?.close();
    kernel.dispose();
  }
}

/** Understands the command line, does what it says and answers the exit code. */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  screen: ScreenProcess,
): Promise<number> {
  try {
    const request = parseCommandLine(args);
    if (request.show === 'help' || request.show === 'version') {
      terminal.out(request.show === 'help' ? usage() : `unetstat ${version()}\n`);
    } else {
      await run(request, terminal, screen);
    }
    return EXIT.done;
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err(`unetstat: ${error.message}\n${usage()}`);
      return EXIT.usage;
    }
    const { isSysError } = await import('libsys');
    // It was reached before; without it, connections break and new ones find nobody.
    const gone = GONE.some((code) => isSysError(error, code));
    const known = isSysError(error) ? error.text : (error as Error).message;
    const lines =
      error instanceof Failure
        ? error.lines
        : [`cannot read statistics: ${gone ? 'the hosted server has ended' : known}`];
    terminal.err(lines.map((line) => `unetstat: ${line}\n`).join(''));
    return EXIT.failed;
  }
}
