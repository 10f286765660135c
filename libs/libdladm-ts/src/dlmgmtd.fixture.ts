import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What dlmgmtd makes of a file. */
export interface DlmgmtdView {
  /** The links that count, as `attribute=type:value` by name of the attribute. */
  readonly links: ReadonlyMap<string, readonly string[]>;
  /** The lines, from 1, at which it stopped, if it did. */
  readonly stop?: number;
  readonly duplicates: readonly string[];
}

/** dlmgmtd's way to read and write a `datalink.conf`. @see ../test/dlmgmtd-reader.c */
export class Dlmgmtd {
  readonly #folder: string;
  readonly #program: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#program = join(folder, 'dlmgmtd-reader');
  }

  /** Compiles it; `undefined` where there is no C compiler. */
  static make(): Dlmgmtd | undefined {
    if (spawnSync('cc', ['--version']).status !== 0) {
      return undefined;
    }
    const made = new Dlmgmtd(mkdtempSync(join(tmpdir(), 'unet-dlmgmtd-')));
    const source = fileURLToPath(new URL('../test/dlmgmtd-reader.c', import.meta.url));
    const flags = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-o', made.#program, source];
    const { status, stderr } = spawnSync('cc', flags, { encoding: 'utf8' });
    if (status !== 0) {
      made.dispose();
      throw new Error(`the reader could not be compiled: ${stderr}`);
    }
    return made;
  }

  read(file: Uint8Array): DlmgmtdView {
    const links = new Map<string, readonly string[]>();
    const duplicates: string[] = [];
    let stop: number | undefined;
    for (const line of this.#run(['read'], file).stdout.toString('latin1').split('\n')) {
      const [name = '', ...attributes] = line.split('\t');
      const [word, rest] = line.split(' ');
      if (attributes.length > 0) {
        links.set(name, attributes);
      } else if (word === 'stop') {
        stop = Number(rest);
      } else if (word === 'duplicate') {
        duplicates.push(rest ?? '');
      }
    }
    return { links, duplicates, ...(stop !== undefined && { stop }) };
  }

  /** Has it remove a link; `lost` when that took lines of others too. */
  delete(name: string, file: Uint8Array): { file: Buffer; lost: boolean } {
    const { status, stdout } = this.#run(['delete', name], file);
    return { file: stdout, lost: status !== 0 };
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(args: readonly string[], input: Uint8Array): { status: number | null; stdout: Buffer } {
    const ran = spawnSync(this.#program, args, { input });
    if (ran.error !== undefined || ran.status === null || ran.status > 1) {
      throw new Error(`dlmgmtd-reader ${args[0]} failed: ${ran.stderr}`, { cause: ran.error });
    }
    return ran;
  }
}
