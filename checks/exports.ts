import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What the driver uses of the kernel is what illumos has. The module is made for it as `make module`
 * does, not looked for in the hosted kernel's build: the module's flags decide which functions the
 * compiler calls on its own, and hosted gives some functions names that a C library cannot have.
 * Only the headers are hosted's, which declare what illumos does and are here. The comparison itself
 * is `kernel/module/exports.mjs`, and make runs it.
 */

const kernel = fileURLToPath(new URL('../kernel', import.meta.url));
const compiler = process.env['CC'] ?? 'gcc';

/** What of the module is not as the Makefile has it. */
interface Changes {
  readonly debug?: boolean;
  /** A further source file. */
  readonly source?: string;
  /** The modules it names as those it needs. */
  readonly needs?: readonly string[];
}

function driverSources(): string[] {
  return ['unet', 'frameio'].flatMap((folder) =>
    readdirSync(join(kernel, folder))
      .filter((name) => name.endsWith('.c'))
      .map((name) => join(folder, name)),
  );
}

/** Why the compiler makes no code for a kernel on amd64, or nothing when it does. */
export function missingCompiler(): string | undefined {
  const flags = ['-m64', '-mcmodel=kernel', '-fno-pic', '-fsyntax-only', '-x', 'c', '/dev/null'];
  const { status } = spawnSync(compiler, flags, { stdio: 'ignore' });
  return status === 0 ? undefined : `${compiler} compiles no kernel code for amd64`;
}

/** Makes the module: what it uses that illumos does not have, and what it names wrongly. */
export function exportsOfModule({ debug = false, source, needs }: Changes = {}): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'unet-exports-'));
  try {
    const extra = join(folder, 'extra.c');
    if (source !== undefined) writeFileSync(extra, source);
    const { status, stdout, stderr, error } = spawnSync(
      'make',
      [
        ...['-s', '-j2', 'module', 'TREE=hosted', `CC=${compiler}`, `MODULE_BUILD=${folder}`],
        `DEBUG=${debug ? 1 : 0}`,
        ...(source === undefined ? [] : [`DRIVER_SRCS=${[...driverSources(), extra].join(' ')}`]),
        ...(needs === undefined ? [] : [`MODULE_NEEDS=${needs.join(' ')}`]),
      ],
      { cwd: kernel, encoding: 'utf8' },
    );
    if (error) throw error;
    if (status === 0) return [];
    const prefix = `${join(folder, 'unet')}: `;
    const lines = stdout.split('\n').filter((line) => line.startsWith(prefix));
    // Verified first, which says a line of its own; then compared.
    const wrong = lines.slice(1).map((line) => line.slice(prefix.length));
    if (wrong.length === 0) throw new Error(`the module cannot be made:\n${stdout}${stderr}`);
    return wrong;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
