import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** A program that is compiled elsewhere does not find it by itself. */
const hostedKernel = fileURLToPath(new URL('../../../kernel/build/release', import.meta.url));

/** What a program of {@link Programs} printed: an object, and what was not as it has to be. */
export interface Report {
  readonly wrong: readonly string[];
  readonly [name: string]: unknown;
}

/** Fixtures that are programs, for what must not be done to the process that tests. */
export class Programs {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Compiles `<name>.fixture.ts` of this package for each name. */
  static async build(...names: readonly string[]): Promise<Programs> {
    const programs = new Programs(mkdtempSync(join(tmpdir(), 'libdladm-ts-')));
    await build({
      entry: names.map((name) => fileURLToPath(new URL(`${name}.fixture.ts`, import.meta.url))),
      outDir: programs.#folder,
      format: ['esm'],
      outExtension: () => ({ js: '.mjs' }),
      target: 'node20',
      platform: 'node',
      noExternal: ['libsys'],
      esbuildOptions: (options) => {
        options.conditions = ['unet-source'];
      },
      shims: true,
      silent: true,
      config: false,
    });
    return programs;
  }

  /** Runs a program to its end. @param under a command to run it by, such as `unshare`. */
  run(name: string, args: readonly string[], under: readonly string[] = []): Report {
    const [command = '', ...rest] = [
      ...under,
      process.execPath,
      '--single-threaded',
      join(this.#folder, `${name}.fixture.mjs`),
      ...args,
    ];
    const env = { UNET_HOSTED_DIR: hostedKernel, ...process.env, NODE_PATH: modules };
    const { status, stdout, stderr } = spawnSync(command, rest, { env, encoding: 'utf8' });
    if (status !== 0) {
      throw new Error(`${name} ended with ${status}: ${stderr}`);
    }
    return JSON.parse(stdout) as Report;
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
