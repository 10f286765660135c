/** `npm run bench`: how fast frames move. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runtimeDirOf, startServer, stopServer } from 'libsys';
import { administrationReport, measureAdministration } from './administration.ts';
import { middleOf, type Result, type Via } from './cell.ts';
import { heapReport, measureHeaps } from './heap-growth.ts';
import { countFrames, instructionsReport } from './instructions.ts';
import { type Latency, latencyReport, measureLatency, type Wakes } from './latency-report.ts';
import { COUNTS, linksReport, measureLife, measureLinks } from './links.ts';
import { type Effort, FULL, measureVia, QUICK } from './measuring.ts';
import { report } from './report.ts';
import { tapPermission } from './tap-permission.ts';
import { Worker } from './worker.ts';

const USAGE = `usage: bench [--quick | --heap | --latency | --instructions | --links | --dladm]
             [--json]

  (nothing)       how long a frame takes: in process, served, and through a TAP interface of Linux;
                  from C and from TypeScript; one frame a call, and in batches
  --quick         the same, in less than a minute
  --heap          what ten million frames do to the heap of TypeScript
  --latency       from the sending of a frame to the program that waited for it having it
  --instructions  what a frame costs in C, in instructions (valgrind)
  --links         what it costs to have many links
  --dladm         what it takes to administer them: links a second
  --json          one array of results, nothing else

bench/README.md says how to read what comes out.
`;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const C_SOURCES = here('../c');
const HOSTED = here('../../kernel/build/release');
const C_PROGRAM = `${HOSTED}/bench/frames`;
const PATH_PROGRAM = `${HOSTED}/bench/path`;
const LINKS_PROGRAM = `${HOSTED}/bench/links`;
const TS_PROGRAM = here('./frames.js');
const HEAP_PROGRAM = here('./heap.js');
const LATENCY_PROGRAM = here('./latency.js');

function note(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

/** What to measure. */
type Subject = 'frames' | 'heap' | 'latency' | 'instructions' | 'links' | 'dladm';
const OTHERS = ['heap', 'latency', 'instructions', 'links', 'dladm'] as const;

function readOptions(): { subject: Subject; effort: Effort; json: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean' },
        quick: { type: 'boolean' },
        heap: { type: 'boolean' },
        latency: { type: 'boolean' },
        instructions: { type: 'boolean' },
        links: { type: 'boolean' },
        dladm: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
    if (values.help === true) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    const { quick = false, json = false } = values;
    const [subject = 'frames', ...more] = OTHERS.filter((name) => values[name] === true);
    if (more.length > 0 || (quick && subject !== 'frames')) {
      throw new Error(
        `${['quick', ...OTHERS].map((name) => `--${name}`).join(', ')} exclude each other`,
      );
    }
    return { subject, effort: quick ? QUICK : FULL, json };
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

function build(): void {
  const made = spawnSync('make', ['-s', '-C', C_SOURCES], { stdio: ['ignore', 2, 2] });
  if (made.error !== undefined) throw new Error(`cannot run make: ${made.error.message}`);
  if (made.status !== 0) throw new Error('the C programs could not be built');
}

/** How to start a program that makes a TAP interface, if it may. */
function tapPrefix(): readonly string[] | undefined {
  const tap = tapPermission([C_PROGRAM, 'tap']);
  if ('prefix' in tap) return tap.prefix;
  note(`no TAP interface to compare with: ${tap.refused}`);
  return undefined;
}

/** Every way that can be measured here, with its programs' arguments and what to start them with. */
function ways(socket: string): { via: Via; prefix: readonly string[]; args: string[][] }[] {
  const tap = tapPrefix();
  const links = [
    { via: 'inproc' as const, prefix: [], args: [['inproc'], ['inproc']] },
    {
      via: 'server' as const,
      prefix: [],
      args: [
        ['server', socket, 'bench0'],
        ['server', socket, 'bench1'],
      ],
    },
  ];
  if (tap === undefined) return links;
  return [...links, { via: 'tap', prefix: tap, args: [['tap'], ['tap']] }];
}

/** Where frames go one by one to somebody who waits, and a bare signal for comparison. */
function wakeables(socket: string, env: NodeJS.ProcessEnv): [Wakes, Worker][] {
  const start = (wakes: Wakes, prefix: readonly string[], ...args: string[]): [Wakes, Worker] => {
    const command = [...prefix, process.execPath, LATENCY_PROGRAM, ...args];
    return [wakes, new Worker(`latency, ${wakes}`, command, env)];
  };
  const tap = tapPrefix();
  return [
    start('inproc', [], 'inproc'),
    start('server', [], 'server', socket, 'bench0'),
    ...(tap === undefined ? [] : [start('tap', tap, 'tap')]),
    start('event', [], 'event'),
  ];
}

/** Has a server while `measure` measures, and ends whatever that started. */
async function withServer<T>(
  alive: Set<Worker>,
  measure: (socket: string, env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'unet-bench-'));
  const runtime = runtimeDirOf({ UNET_RUNTIME_DIR: directory }, process.getuid?.() ?? 0);
  try {
    await startServer(runtime);
    return await measure(runtime.socket, { ...process.env, UNET_RUNTIME_DIR: directory });
  } finally {
    for (const worker of alive) worker.kill();
    await stopServer(runtime);
    rmSync(directory, { recursive: true, force: true });
  }
}

function moveFrames(effort: Effort, alive: Set<Worker>, signal: AbortSignal): Promise<Result[]> {
  return withServer(alive, async (socket, env) => {
    const results: Result[] = [];
    for (const { via, prefix, args } of ways(socket)) {
      const [cArgs = [], tsArgs = []] = args;
      const lives: Result[][] = [];
      while (lives.length < effort.lives) {
        signal.throwIfAborted();
        const workers = {
          c: new Worker(`C, ${via}`, [...prefix, C_PROGRAM, ...cArgs], env),
          ts: new Worker(
            `TypeScript, ${via}`,
            [...prefix, process.execPath, TS_PROGRAM, ...tsArgs],
            env,
          ),
        };
        alive.add(workers.c).add(workers.ts);
        lives.push(await measureVia(via, workers, effort));
        await Promise.all([workers.c.close(), workers.ts.close()]);
        alive.clear();
      }
      results.push(...middleOf(lives));
    }
    return results;
  });
}

function wake(alive: Set<Worker>): Promise<Latency[]> {
  return withServer(alive, async (socket, env) => {
    const workers = wakeables(socket, env);
    for (const [, worker] of workers) alive.add(worker);
    const results = await measureLatency(workers);
    await Promise.all(workers.map(([, worker]) => worker.close()));
    alive.clear();
    return results;
  });
}

/** Results as `--json` has them, and as people read them. */
interface Outcome {
  readonly results: readonly unknown[];
  readonly text: string;
}

function instructions(): Outcome {
  const costs = countFrames(PATH_PROGRAM);
  return { results: costs, text: instructionsReport(costs) };
}

function links(): Outcome {
  const counted = spawnSync('valgrind', ['--version']).status === 0;
  if (!counted) note('valgrind is not there, so no instructions are counted');
  const costs = measureLinks(LINKS_PROGRAM, { counted });
  const life = measureLife(LINKS_PROGRAM, Math.max(...COUNTS), counted);
  return { results: [...costs, life], text: linksReport(costs, life) };
}

async function administer(alive: Set<Worker>): Promise<Outcome> {
  const here = await measureAdministration('inproc', 'inproc');
  const served = await withServer(alive, (socket) =>
    measureAdministration('server', `unix:${socket}`),
  );
  const costs = [...here, ...served];
  return { results: costs, text: administrationReport(costs) };
}

const { subject, effort, json } = readOptions();
const alive = new Set<Worker>();
const stop = new AbortController();
// The measuring under way then fails, and what was made is taken down.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stop.abort(new Error(`interrupted (${signal})`));
    for (const worker of alive) worker.kill();
  });
}

async function measure(): Promise<Outcome> {
  if (subject === 'instructions') return instructions();
  if (subject === 'links') return links();
  if (subject === 'dladm') return await administer(alive);
  if (subject === 'heap') {
    const results = measureHeaps(HEAP_PROGRAM);
    return { results, text: heapReport(results) };
  }
  if (subject === 'latency') {
    const results = await wake(alive);
    return { results, text: latencyReport(results) };
  }
  const results = await moveFrames(effort, alive, stop.signal);
  return { results, text: report(results) };
}

try {
  build();
  // One kernel for all: the programs in C are linked with this one.
  process.env['UNET_HOSTED_DIR'] = HOSTED;
  const { results, text } = await measure();
  process.stdout.write(json ? `${JSON.stringify(results)}\n` : text);
} catch (error) {
  note((error as Error).message);
  process.exitCode = 1;
}
