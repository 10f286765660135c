import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { countLayers } from './callgrind.ts';
import { countFrames, instructionsReport } from './instructions.ts';
import { type LinkCost, linksReport, measureLife, measureLinks } from './links.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PATH = here('../../kernel/build/release/bench/path');
const LINKS = here('../../kernel/build/release/bench/links');

/** A machine with other things to do takes its time under valgrind. */
const SLOW = { timeout: 180_000 };
const hasValgrind = spawnSync('valgrind', ['--version']).status === 0;

beforeAll(() => {
  const made = spawnSync('make', ['-s', '-C', here('../c')], { encoding: 'utf8' });
  expect(made.status, made.stderr).toBe(0);
}, 60_000);

describe('counts', () => {
  it('are those of the functions themselves, by the files they are in', () => {
    const text = [
      'fl=/x/kernel/unet/unet_rxq.c',
      'fn=unet_rxq_tx',
      '10 5',
      'cfn=mutex_enter',
      'calls=1 20',
      '11 100',
      'fe=/x/kernel/hosted/include/sys/stream.h',
      '3 2',
      'fl=/x/kernel/hosted/kern/mutex.c',
      'fn=mutex_enter',
      '20 100',
      'fl=???',
      'fn=host_copy_guarded',
      '0 40',
      'fl=/x/bench/c/path.c',
      'fn=measured',
      '1 1',
      'totals: 148',
    ].join('\n');
    expect(countLayers(text)).toEqual({ driver: 7, kernel: 100, copy: 40, program: 1 });
  });
});

/** Within three in a hundred: threads that meet at a lock make a few instructions more or less. */
function expectNear(one: number | undefined, other: number | undefined): void {
  expect(Math.abs((one ?? Number.NaN) / (other ?? Number.NaN) - 1)).toBeLessThan(0.03);
}

describe('a frame', () => {
  it(
    'costs the same whenever it is counted, and the driver the same for any size',
    SLOW,
    ({ skip }) => {
      if (!hasValgrind) skip('valgrind is not installed');
      const costs = countFrames(PATH);
      expect(costs.map(({ op, bytes }) => `${op} ${bytes}`)).toEqual([
        'write 64',
        'read 64',
        'write 1514',
        'read 1514',
      ]);
      for (const [i, again] of countFrames(PATH).entries()) {
        expectNear(again.instructions, costs[i]?.instructions);
      }
      for (const op of ['read', 'write']) {
        const [small, large] = costs.filter((cost) => cost.op === op);
        expect(small?.layers.driver).toBeGreaterThan(20);
        expectNear(large?.layers.driver, small?.layers.driver);
        expect(large?.layers.copy).toBeGreaterThan(small?.layers.copy ?? Number.POSITIVE_INFINITY);
      }
      expect(instructionsReport(costs).split('\n')).toHaveLength(7);
    },
  );
});

describe('many links', () => {
  /** What an operation costs with a thousand links, when it is 1 with ten. */
  const growth = (costs: readonly LinkCost[], op: string): number => {
    const at = (links: number): number =>
      costs.find((cost) => cost.links === links && cost.op === op)?.instructions ?? Number.NaN;
    return at(1000) / at(10);
  };

  it('make no step dearer than a search among them', SLOW, ({ skip }) => {
    if (!hasValgrind) skip('valgrind is not installed');
    const costs = measureLinks(LINKS, { counted: true, links: [10, 1000] });
    for (const op of ['create', 'plumb', 'destroy', 'list', 'kslist', 'info', 'ksread']) {
      expect(growth(costs, op), op).toBeLessThan(1.5);
    }
    for (const op of ['write', 'read', 'poll']) expect(growth(costs, op), op).toBeLessThan(1.3);
    // A lookup in /dev looks at every link, as illumos does it: a hundred times as many of them.
    expect(growth(costs, 'open'), 'open').toBeLessThan(150);
  });

  it('come and go in a time that grows as they do', SLOW, ({ skip }) => {
    if (!hasValgrind) skip('valgrind is not installed');
    const [ten = 0, hundred = 0, thousand = 0] = [10, 100, 1000].map(
      (links) => measureLife(LINKS, links, true).instructions,
    );
    expect((thousand - hundred) / 900 / ((hundred - ten) / 90)).toBeLessThan(1.5);
  });

  it('are measured without valgrind too', () => {
    const costs = measureLinks(LINKS, { counted: false, links: [1, 10] });
    expect(new Set(costs.map(({ op }) => op)).size).toBe(costs.length / 2);
    for (const { ns, instructions } of costs) {
      expect(ns).toBeGreaterThan(0);
      expect(instructions).toBeUndefined();
    }
    const text = linksReport(costs, measureLife(LINKS, 10, false));
    expect(text).toMatch(/^ {2}create +\d+ +\d+$/m);
    expect(text).toContain('10 links created and destroyed');
  });
});
