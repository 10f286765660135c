/** `npm run bench`: how fast frames move. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runtimeDirOf, startServer, stopServer } from 'libsys';
import type { Result, Via } from './cell.ts';
import { countFrames, instructionsReport } from './instructions.ts';
import { COUNTS, linksReport, measureLife, measureLinks } from './links.ts';
import { type Effort, FULL, measureVia, QUICK } from './measuring.ts';
import { report } from './report.ts';
import { tapPermission } from './tap-permission.ts';
import { Worker } from './worker.ts';

const USAGE = 'usage: bench [--quick | --instructions | --links] [--json]\n';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const C_SOURCES = here('../c');
const HOSTED = here('../../kernel/build/release');
const C_PROGRAM = `${HOSTED}/bench/frames`;
const PATH_PROGRAM = `${HOSTED}/bench/path`;
const LINKS_PROGRAM = `${HOSTED}/bench/links`;
const TS_PROGRAM = here('./frames.js');

function note(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

/** What to measure. */
type Subject = 'frames' | 'instructions' | 'links';

function readOptions(): { subject: Subject; effort: Effort; json: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean' },
        instructions: { type: 'boolean' },
        links: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
    const { quick, instructions, links, json = false } = values;
    if ([quick, instructions, links].filter((given) => given === true).length > 1) {
      throw new Error('--quick, --instructions and --links exclude each other');
    }
    const subject = instructions === true ? 'instructions' : links === true ? 'links' : 'frames';
    return { subject, effort: quick === true ? QUICK : FULL, json };
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

/** Every way that can be measured here, with its programs' arguments and what to start them with. */
function ways(socket: string): { via: Via; prefix: readonly string[]; args: string[][] }[] {
  const tap = tapPermission([C_PROGRAM, 'tap']);
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
  if ('refused' in tap) {
    note(`no TAP interface to compare with: ${tap.refused}`);
    return links;
  }
  return [...links, { via: 'tap', prefix: tap.prefix, args: [['tap'], ['tap']] }];
}

async function run(effort: Effort, alive: Set<Worker>, signal: AbortSignal): Promise<Result[]> {
  const directory = mkdtempSync(join(tmpdir(), 'unet-bench-'));
  const runtime = runtimeDirOf({ UNET_RUNTIME_DIR: directory }, process.getuid?.() ?? 0);
  try {
    await startServer(runtime);
    const env = { ...process.env, UNET_RUNTIME_DIR: directory };
    const results: Result[] = [];
    for (const { via, prefix, args } of ways(runtime.socket)) {
      signal.throwIfAborted();
      const [cArgs = [], tsArgs = []] = args;
      const workers = {
        c: new Worker(`C, ${via}`, [...prefix, C_PROGRAM, ...cArgs], env),
        ts: new Worker(
          `TypeScript, ${via}`,
          [...prefix, process.execPath, TS_PROGRAM, ...tsArgs],
          env,
        ),
      };
      alive.add(workers.c).add(workers.ts);
      results.push(...(await measureVia(via, workers, effort)));
      await Promise.all([workers.c.close(), workers.ts.close()]);
      alive.clear();
    }
    return results;
  } finally {
    for (const worker of alive) worker.kill();
    await stopServer(runtime);
    rmSync(directory, { recursive: true, force: true });
  }
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
  const results = await run(effort, alive, stop.signal);
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
