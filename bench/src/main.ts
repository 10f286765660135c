/** `npm run bench`: how fast frames move. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runtimeDirOf, startServer, stopServer } from 'libsys';
import type { Result, Via } from './cell.ts';
import { type Effort, FULL, measureVia, QUICK } from './measuring.ts';
import { report } from './report.ts';
import { tapPermission } from './tap-permission.ts';
import { Worker } from './worker.ts';

const USAGE = 'usage: bench [--quick] [--json]\n';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const C_SOURCES = here('../c');
const HOSTED = here('../../kernel/build/release');
const C_PROGRAM = `${HOSTED}/bench/frames`;
const TS_PROGRAM = here('./frames.js');

function note(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

function readOptions(): { effort: Effort; json: boolean } {
  try {
    const { values } = parseArgs({
      options: { quick: { type: 'boolean' }, json: { type: 'boolean' } },
    });
    return { effort: values.quick === true ? QUICK : FULL, json: values.json === true };
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

const { effort, json } = readOptions();
const alive = new Set<Worker>();
const stop = new AbortController();
// The measuring under way then fails, and what was made is taken down.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stop.abort(new Error(`interrupted (${signal})`));
    for (const worker of alive) worker.kill();
  });
}
try {
  build();
  // One kernel for all: the programs in C are linked with this one.
  process.env['UNET_HOSTED_DIR'] = HOSTED;
  const results = await run(effort, alive, stop.signal);
  process.stdout.write(json ? `${JSON.stringify(results)}\n` : report(results));
} catch (error) {
  note((error as Error).message);
  process.exitCode = 1;
}
