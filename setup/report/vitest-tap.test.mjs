import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../root.mjs';
import { parseTap } from './tap.mjs';

const reporter = fileURLToPath(new URL('./vitest-tap.mjs', import.meta.url));

let folder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unet-vitest-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Runs vitest over these test files: its exit code, and what the result file says. */
function runVitest(files) {
  const outputFile = join(folder, 'result.tap');
  const options = { globals: true, reporters: [[reporter, { outputFile }]], pool: 'forks' };
  const config = `export default ${JSON.stringify({ test: options })};\n`;
  writeFileSync(join(folder, 'vitest.config.mjs'), config);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.test.mjs`), text);
  }
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder],
    { stdio: 'ignore', env: { ...process.env, VITEST: undefined } },
  );
  const tests = existsSync(outputFile) ? parseTap(readFileSync(outputFile, 'utf8')) : [];
  return { code: status, tests };
}

describe('the result of a vitest run', () => {
  it('has every test, with the reason of a skip', () => {
    const { code, tests } = runVitest({
      a: "describe('a', () => { it('one', () => {}); it('two', (t) => t.skip('no ping')); });",
    });
    expect(code).toBe(0);
    expect(tests.map(({ status, reason }) => [status, reason])).toEqual([
      ['passed', undefined],
      ['skipped', 'no ping'],
    ]);
  });

  it.each([
    ['a test that fails', "it('a', () => expect(1).toBe(2));", /expected 1 to be 2/],
    ['an import that fails', "import './missing.mjs'; it('a', () => {});", /missing/],
    [
      'a hook that fails',
      "beforeAll(() => { throw new Error('no way'); }); it('a', () => {});",
      /no way/,
    ],
    ['a file without a test', 'export const x = 1;', /no test/i],
    [
      'a rejection that nobody handles',
      "it('a', () => { Promise.reject(new Error('lost')); });",
      /lost/,
    ],
  ])('fails for %s', (_what, text, message) => {
    const { code, tests } = runVitest({ sound: "it('b', () => {});", x: text });
    expect(code).not.toBe(0);
    const failed = tests.filter(({ status }) => status === 'failed');
    expect(failed.map(({ name, details }) => [name, ...details].join('\n')).join('\n')).toMatch(
      message,
    );
    expect(tests.some(({ status }) => status === 'passed')).toBe(true);
  });

  it('is missing when the process of the tests dies, and the exit code says so', () => {
    const { code, tests } = runVitest({
      x: "it('a', () => { process.kill(process.pid, 'SIGKILL'); });",
    });
    expect(code).not.toBe(0);
    expect(tests).toEqual([]);
  });
});
