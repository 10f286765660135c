import { expect, it } from 'vitest';
import type { Change } from './conf-change.ts';
import { DladmError } from './errors.ts';
import { type LinkName, parseLinkName } from './link-name.ts';
import { oneByOne } from './one-by-one.ts';
import type { Changes } from './registry.ts';

const NAMES: readonly LinkName[] = ['a0', 'b0', 'c0'].map((name) => parseLinkName(name));
const refusal = (name: string, step: string): DladmError =>
  new DladmError({ status: 'FAILED', op: step, link: name });

/** Three changes, of which some steps fail; `done` has those that did not. */
async function changes(...failing: readonly string[]): Promise<{ all: Changes; done: string[] }> {
  const done: string[] = [];
  const all = await oneByOne(new Map(NAMES.map((name) => [name, 'forget'])), async (name) => {
    const step = (what: keyof Change) => (): void => {
      if (failing.includes(`${what} ${name}`)) throw refusal(name, what);
      done.push(`${what} ${name}`);
    };
    return { apply: step('apply'), commit: step('commit'), cancel: step('cancel') };
  });
  return { all, done };
}

it('takes all back that can be, also after one that cannot', async () => {
  const { all, done } = await changes('cancel a0');
  expect(() => all.cancel()).toThrow(refusal('a0', 'cancel'));
  expect(done).toEqual(['cancel b0', 'cancel c0']);
});

it('finishes all that can be, also after one that cannot', async () => {
  const { all, done } = await changes('commit a0');
  expect(() => all.commit()).toThrow(refusal('a0', 'commit'));
  expect(done.filter((step) => step.startsWith('commit'))).toEqual(['commit b0', 'commit c0']);
});

it('says what failed, and that it is not all back', async () => {
  const { all, done } = await changes('apply b0', 'cancel a0');
  expect(() => all.commit()).toThrow(
    expect.objectContaining({
      name: 'DladmError',
      link: 'b0',
      text: 'operation failed; undoing it failed too: operation failed',
    }),
  );
  expect(done).toEqual(['apply a0', 'cancel b0', 'cancel c0']);
});
