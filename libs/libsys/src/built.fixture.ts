import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

/** How a program ended. A crash is a `signal`. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Sources of this package as they are published, in a folder far from `node_modules`: for what must
 * not happen in the process that tests it.
 */
export interface Built {
  /** Writes `program`, which finds each source beside it as `.mjs` and `.cjs`, and runs it. */
  run(program: string, options?: RunOptions): Promise<Ended>;
  dispose(): Promise<void>;
}

export interface RunOptions {
  readonly format?: 'mjs' | 'cjs';
  readonly args?: readonly string[];
  readonly execArgv?: readonly string[];
  /** Whether koffi can be found. It can, by default. */
  readonly koffi?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

export async function buildSources(names: readonly string[]): Promise<Built> {
  const folder = await mkdtemp(join(tmpdir(), 'libsys-'));
  await build({
    entry: names.map((name) => fileURLToPath(new URL(`${name}.ts`, import.meta.url))),
    outDir: folder,
    format: ['esm', 'cjs'],
    outExtension: ({ format }) => ({ js: format === 'esm' ? '.mjs' : '.cjs' }),
    target: 'node20',
    platform: 'node',
    shims: true,
    splitting: true,
    silent: true,
    config: false,
  });
  return {
    run: async (
      program,
      { format = 'mjs', args = [], execArgv = [], koffi = true, env = {} } = {},
    ) => {
      const file = join(folder, `program.${format}`);
      await writeFile(file, program);
      return run([...execArgv, '--no-warnings', file, ...args], {
        ...process.env,
        NODE_PATH: koffi ? modules : '',
        ...env,
      });
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
