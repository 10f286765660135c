import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDladm } from './choose.ts';
import type { Dladm } from './dladm.ts';
import { Stage } from './stage.fixture.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  await stage.dladm.create('vpn0', { stack: 'none' });
});
afterEach(() => stage.close());

/** What type checking refuses, and a program in JavaScript may do. */
type Loose = Record<string, (...args: unknown[]) => Promise<unknown>>;

const CASES: readonly (readonly [what: string, sentence: string, (dladm: Loose) => unknown])[] = [
  [
    'force that is a text',
    'force of destroy must be a boolean, not string',
    (dladm) => dladm['destroy']?.('vpn0', { force: 'no' }),
  ],
  [
    'temporary that is a number',
    'temporary of setProps must be a boolean, not number',
    (dladm) => dladm['setProps']?.('vpn0', { mtu: 9000 }, { temporary: 0 }),
  ],
  [
    'a signal that is none, for links one by one',
    'signal must be an AbortSignal',
    (dladm) => dladm['up']?.(undefined, { signal: {} }),
  ],
  ...(['up', 'destroyMany'] as const).map(
    (call) =>
      [
        `${call} of one name`,
        `the names of ${call} must be an array, or can be iterated otherwise`,
        (dladm: Loose) => dladm[call]?.('vpn0'),
      ] as const,
  ),
  ...(['getProps', 'resetProps'] as const).map(
    (call) =>
      [
        `${call} of one property`,
        `the names of ${call} must be an array, or can be iterated otherwise`,
        (dladm: Loose) => dladm[call]?.('vpn0', 'mtu'),
      ] as const,
  ),
];

it.each(CASES)('%s is a TypeError, and nothing is done', async (_what, sentence, misuse) => {
  const before = stage.everything();
  await expect(misuse(stage.dladm as Dladm & Loose)).rejects.toThrow(new TypeError(sentence));
  expect(stage.everything()).toEqual(before);
});

it.each(['', 7, null])('a root that is %j is a TypeError', async (root) => {
  const opened = openDladm({ kernel: stage.kernel, root: root as never });
  await expect(opened).rejects.toThrow(new TypeError('root must be the path of a directory'));
});
