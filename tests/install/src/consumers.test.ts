import { execFile } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { root } from './workspace.ts';

const source = fileURLToPath(new URL('./programs/consumer.ts', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const application = inject('application');

const execute = promisify(execFile);

/** Runs a program in the application's folder and returns what it printed. */
async function run(...args: string[]): Promise<string> {
  const { stdout, stderr } = await execute(process.execPath, args, {
    cwd: application,
    env: { PATH: process.env['PATH'], HOME: application },
  }).catch((error: { readonly stdout: string; readonly stderr: string }) => {
    throw new Error(`${args.join(' ')} failed: ${error.stderr}${error.stdout}`);
  });
  expect(stderr).toBe('');
  return stdout;
}

/** The program under other names, which say what kind of modules it and its output are. */
const NODE16 = { 'esm.mts': 'esm.mjs', 'common.cts': 'common.cjs' };

describe('a program that uses the packages', () => {
  // What TypeScript makes of it is then what somebody would write in JavaScript.
  it.concurrent.each([
    ['as Node.js finds them', NODE16, { module: 'node16', skipLibCheck: false }],
    [
      'as a bundler does',
      { 'bundled.ts': 'bundled.js' },
      { module: 'esnext', moduleResolution: 'bundler' },
    ],
    // What TypeScript does when nothing is said, and knows no "exports" then.
    [
      'as they were before',
      { 'old.cts': 'old.cjs' },
      { module: 'commonjs', moduleResolution: 'node10' },
    ],
  ] as const)('finds them %s, is compiled and runs', async (_how, programs, options) => {
    const files = Object.keys(programs);
    for (const file of files) copyFileSync(source, join(application, file));
    const project = `${files[0]}.json`;
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2022'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      // Once is enough: the declarations are the same ones each time.
      skipLibCheck: true,
      ...options,
    };
    writeFileSync(join(application, project), JSON.stringify({ compilerOptions, files }));
    await run(tsc, '-p', project);
    for (const output of Object.values<string>(programs)) {
      expect(await run(output)).toBe('/dev/unet/vpn0:3:1:1:EBADF/0\n');
    }
  });
});
