/**
 * Runs every test and adds up what came out:
 *
 *   node setup/test.mjs [project | project:target | :target]…
 *
 * Each test target runs through nx, cached, and leaves a file in build/results, which nx restores
 * when the target need not run. The last line says how many passed, failed and were skipped.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { installPackages } from './install.mjs';
import { installNodeWithFfi } from './node-ffi.mjs';
import { runNx } from './nx.mjs';
import { readProjects } from './projects.mjs';
import { resultFolder } from './report/result-file.mjs';
import { summarize } from './report/summary.mjs';
import { parseTap } from './report/tap.mjs';
import { requireMachine } from './requirements.mjs';
import { root } from './root.mjs';

/** A test target is one that says which result it leaves. */
function testTasks() {
  const prefix = '{workspaceRoot}/build/results/';
  return readProjects().flatMap(({ name: project, targets }) =>
    Object.entries(targets).flatMap(([target, { outputs = [] }]) =>
      outputs
        .filter((output) => output.startsWith(prefix))
        .map((output) => ({ project, target, result: output.slice(prefix.length) })),
    ),
  );
}

function select(tasks, patterns) {
  if (patterns.length === 0) return tasks;
  const matches = (pattern, { project, target }) => {
    const [wantProject, wantTarget = ''] = pattern.split(':');
    return (
      (wantProject === '' || wantProject === project) &&
      (wantTarget === '' || wantTarget === target)
    );
  };
  for (const pattern of patterns) {
    if (!tasks.some((task) => matches(pattern, task))) {
      process.stderr.write(
        `there is no test ${pattern}; there are:\n${tasks.map(({ project, target }) => `  ${project}:${target}\n`).join('')}`,
      );
      process.exit(2);
    }
  }
  return tasks.filter((task) => patterns.some((pattern) => matches(pattern, task)));
}

/** Tests choose their own kernel and place: what the user has set up is not theirs. */
function cleanEnvironment() {
  const set = Object.keys(process.env).filter((name) => name.startsWith('UNET_'));
  return Object.fromEntries(set.map((name) => [name, undefined]));
}

requireMachine();
installPackages();

const tasks = select(testTasks(), process.argv.slice(2));
if (tasks.some(({ target }) => target === 'test-ffi')) installNodeWithFfi();
const unique = (names) => [...new Set(names)].join(',');
rmSync(resultFolder, { recursive: true, force: true });

const code = await runNx(
  [
    'run-many',
    `--targets=${unique(tasks.map(({ target }) => target))}`,
    `--projects=${unique(tasks.map(({ project }) => project))}`,
    '--outputStyle=static',
    '--nxBail=false',
  ],
  { fd: 1, env: { ...cleanEnvironment(), UNET_TEST_RESULTS: '1' } },
);

const results = [];
const troubles = [];
for (const { project, target, result } of tasks) {
  const file = join(resultFolder, result);
  if (existsSync(file)) {
    const tests = parseTap(readFileSync(file, 'utf8'));
    if (tests.length === 0) troubles.push(`${project}:${target} ran no test`);
    results.push({ name: basename(result, '.tap'), tests });
  } else {
    troubles.push(`${project}:${target} left no result; its messages are above`);
  }
}
const failed = results.some(({ tests }) => tests.some(({ status }) => status === 'failed'));
if (code !== 0 && !failed && troubles.length === 0) {
  troubles.push(`nx ended with exit code ${code} though no test failed; its messages are above`);
}
const { text, ok } = summarize(results, troubles);
process.stdout.write(`${text.replaceAll(root, '.')}`);
process.exitCode = ok ? 0 : 1;
