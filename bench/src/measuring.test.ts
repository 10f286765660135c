import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureVia } from './measuring.ts';
import { Worker } from './worker.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const PROGRAMS = {
  c: [here('../../kernel/build/release/bench/frames')],
  ts: [process.execPath, here('../dist/frames.js')],
};

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'unet-bench-test-'));
  const made = spawnSync('make', ['-s', '-C', here('../c')], { encoding: 'utf8' });
  expect(made.status, made.stderr).toBe(0);
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const start = (lang: keyof typeof PROGRAMS, ...args: string[]) =>
  new Worker(lang, [...PROGRAMS[lang], ...args], { ...process.env, UNET_RUNTIME_DIR: directory });

describe('measuring', () => {
  it('gives a result for every cell in both languages', { timeout: 60_000 }, async () => {
    const workers = { c: start('c', 'inproc'), ts: start('ts', 'inproc') };
    const effort = { lives: 1, rounds: 1, sampleMs: 0.01 };
    const results = await measureVia('inproc', workers, effort);
    await Promise.all([workers.c.close(), workers.ts.close()]);
    expect(results).toHaveLength(40);
    for (const { nsPerFrame, framesPerSecond, lang, via } of results) {
      expect(['c', 'ts']).toContain(lang);
      expect(via).toBe('inproc');
      expect(nsPerFrame).toBeGreaterThan(0);
      expect(framesPerSecond).toBeGreaterThan(0);
    }
  });

  it.each(['c', 'ts'] as const)('refuses what it cannot measure, in %s', async (lang) => {
    for (const [bytes, batch] of [
      [13, 1],
      [1519, 1],
      [64, 129],
      [64, 3],
    ] as const) {
      const worker = start(lang, 'inproc');
      await expect(worker.measure('read', bytes, batch, 128)).rejects.toThrow(/cannot be measured/);
    }
  });

  it('tells why a program failed', async () => {
    const worker = start('c', 'server', join(directory, 'nobody'), 'bench0');
    await expect(worker.measure('read', 64, 1, 128)).rejects.toThrow(/No such file/);
  });
});
