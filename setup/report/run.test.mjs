import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { resultFolder } from './result-file.mjs';
import { parseTap } from './tap.mjs';

const script = fileURLToPath(new URL('./run.mjs', import.meta.url));
const name = `setup.run-${process.pid}`;
const file = join(resultFolder, `${name}.tap`);

afterEach(() => rmSync(file, { force: true }));

/** Runs a shell command as a test: the exit code, and what the result file says. */
function runAsTest(options, command) {
  const { status } = spawnSync(
    process.execPath,
    [script, name, ...options, '--', 'sh', '-c', command],
    { stdio: 'ignore' },
  );
  return { code: status, tests: parseTap(readFileSync(file, 'utf8')) };
}

const statuses = ({ tests }) => tests.map(({ status }) => status);

describe('a command as a test', () => {
  it('passes when the command does', () => {
    const result = runAsTest([], 'true');
    expect(result.code).toBe(0);
    expect(statuses(result)).toEqual(['passed']);
  });

  it('fails with the output when the command fails', () => {
    const result = runAsTest([], 'echo broken >&2; exit 3');
    expect(result.code).toBe(1);
    expect(statuses(result)).toEqual(['failed']);
    expect(result.tests[0].details.join('\n')).toMatch(/broken[\s\S]*exit code 3/);
  });

  it('counts the tests of a command that prints TAP', () => {
    expect(statuses(runAsTest(['--tap'], "printf 'ok 1\\nok 2 # SKIP x\\n1..2\\n'"))).toEqual([
      'passed',
      'skipped',
    ]);
  });

  it.each([
    ['whose tests pass but which fails', "printf 'ok 1\\n1..1\\n'; exit 1"],
    ['that prints no test', 'echo hello'],
    ['that cannot run', 'exec /nonexistent'],
    ['that is killed', 'kill -SEGV $$'],
    ['with a test that fails', "printf 'not ok 1\\n1..1\\n'"],
  ])('fails for a command %s', (_what, command) => {
    const result = runAsTest(['--tap'], command);
    expect(result.code).toBe(1);
    expect(statuses(result)).toContain('failed');
  });

  it('ends a command that takes too long, with all that it started', () => {
    // timeout(1) makes a process group of its own. Nobody else sleeps for exactly this long.
    const seconds = `61.${process.pid}`;
    const result = runAsTest(['--timeout', '0.2'], `timeout 60 sleep ${seconds} & wait`);
    expect(result.code).toBe(1);
    expect(result.tests[0].details.join('\n')).toContain('did not end within 0.2 seconds');
    const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(stdout).not.toContain(`sleep ${seconds}`);
  });
});
