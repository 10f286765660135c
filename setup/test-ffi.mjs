/**
 * Runs a package's tests with the other way to call C, in the folder of the package:
 *
 *   node setup/test-ffi.mjs <project> [argument of vitest]…
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findNodeWithFfi } from './node-ffi.mjs';
import { resultFolder, writeResult } from './report/result-file.mjs';
import { root } from './root.mjs';

const [project, ...args] = process.argv.slice(2);
if (project === undefined) throw new TypeError('usage: test-ffi.mjs <project> [argument]…');

const target = 'test-ffi';
const node = findNodeWithFfi();
if (node.path === undefined) {
  const test = { name: 'all', status: 'skipped', reason: node.reason, details: [] };
  writeResult(join(resultFolder, `${project}.${target}.tap`), [test]);
  process.stdout.write(`skipped: ${node.reason}\n`);
} else {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const run = spawnSync(node.path, [vitest, 'run', ...args], {
    stdio: 'inherit',
    env: {
      ...process.env,
      UNET_FFI: 'node',
      UNET_TEST_TARGET: target,
      // Every process of the tests would print that node:ffi is experimental.
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning`,
    },
  });
  if (run.error !== undefined) throw run.error;
  process.exitCode = run.status ?? 1;
}
