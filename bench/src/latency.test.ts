import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Latency, latencyReport, measureLatency, percentile } from './latency-report.ts';
import { tapPermission } from './tap-permission.ts';
import { Worker } from './worker.ts';

const PROGRAM = fileURLToPath(new URL('../dist/latency.js', import.meta.url));
const start = (prefix: readonly string[], ...args: string[]) =>
  new Worker('latency', [...prefix, process.execPath, PROGRAM, ...args]);

beforeAll(() => {
  const made = spawnSync('make', ['-s', '-C', fileURLToPath(new URL('../c', import.meta.url))]);
  expect(made.status, made.stderr.toString()).toBe(0);
}, 60_000);

describe('a percentile', () => {
  it.each([
    [[5], 0.5, 5],
    [[4, 1, 3, 2], 0.5, 2],
    [Array.from({ length: 200 }, (_, i) => 200 - i), 0.99, 198],
  ])('of %j', (samples, share, expected) => expect(percentile(samples, share)).toBe(expected));

  it('of nothing is an error', () => expect(() => percentile([], 0.5)).toThrow(RangeError));
});

describe('latency', () => {
  it('is measured for every frame sent, however it is waited for', {
    timeout: 60_000,
  }, async () => {
    const inproc = start([], 'inproc');
    const event = start([], 'event');
    const workers = [['inproc', inproc] as const, ['event', event] as const];
    const rows = await measureLatency(workers, { rounds: 2, samples: 20 });
    await Promise.all(workers.map(([, worker]) => worker.close()));
    expect(rows.map(({ via, how, loop }) => `${via} ${how} ${loop}`)).toEqual([
      'inproc ready idle',
      'inproc batches idle',
      'inproc ready busy',
      'inproc batches busy',
      'event poll idle',
      'event poll busy',
    ]);
    for (const { samples, p50, p99 } of rows) {
      expect(samples).toBe(40);
      expect(p50).toBeGreaterThan(0);
      expect(p99).toBeGreaterThanOrEqual(p50);
    }
  });

  it('is measured of a TAP interface', { timeout: 60_000 }, async ({ skip }) => {
    const frames = fileURLToPath(
      new URL('../../kernel/build/release/bench/frames', import.meta.url),
    );
    const tap = tapPermission([frames, 'tap']);
    if ('refused' in tap) skip(`no TAP interface: ${tap.refused}`);
    else {
      const worker = start(tap.prefix, 'tap');
      const rows = await measureLatency([['tap', worker]], { rounds: 1, samples: 20 });
      await worker.close();
      expect(rows.map(({ samples }) => samples)).toEqual([20, 20]);
    }
  });

  it.each(['poll idle 1', 'ready lazy 1', 'ready idle 0', 'ready'])(
    'is not measured as %j',
    async (question) => {
      await expect(start([], 'inproc').ask(question)).rejects.toThrow(/cannot be measured/);
    },
  );

  it('is compared with that of a TAP interface', () => {
    const row = (via: Latency['via'], loop: Latency['loop'], p50: number): Latency => ({
      via,
      how: via === 'tap' ? 'poll' : 'ready',
      loop,
      samples: 1,
      p50,
      p99: 10 * p50,
    });
    const rows = [row('inproc', 'idle', 30_000), row('inproc', 'busy', 40_000)];
    const taps = [row('tap', 'idle', 10_000), row('tap', 'busy', 20_000)];
    const text = latencyReport([...rows, ...taps]);
    expect(text).toMatch(/process +ready +idle +30\.0 +300\.0 +3\.00x +3\.00x$/m);
    expect(text).toMatch(/process +ready +busy +40\.0 +400\.0 +2\.00x +2\.00x$/m);
    expect(latencyReport(rows)).toMatch(/busy +40\.0 +400\.0$/m);
  });
});
