import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Kernel, openKernel } from 'libsys';
import { openDladm, openRecords } from './choose.ts';
import { CONF_PATH } from './conf-file.ts';
import type { Dladm } from './dladm.ts';
import { DladmError } from './errors.ts';

/**
 * A program: two processes that do something to one link of a served kernel at the same time, again
 * and again. Prints how often each was first, as JSON, and `wrong`: what was not as it has to be.
 *
 *     node racing-admins.mjs ROUNDS
 */

const LINK = { stack: 'none' } as const;

/** What one of the two is told to do. */
type Order = 'create' | 'create-temporary' | 'destroy' | 'rename' | 'up';

const doing: Readonly<Record<Order, (dladm: Dladm) => Promise<unknown>>> = {
  create: (dladm) => dladm.create('vpn0', LINK),
  'create-temporary': (dladm) => dladm.create('vpn0', { ...LINK, lifetime: 'temporary' }),
  destroy: (dladm) => dladm.destroy('vpn0'),
  rename: (dladm) => dladm.rename('vpn0', 'net7'),
  up: async (dladm) => {
    for (const { error } of await dladm.up(['vpn0'])) {
      if (error !== undefined) throw error;
    }
  },
};

/** One of the two: does what it is told, and tells what came of it. */
async function work(runtimeDir: string): Promise<void> {
  const kernel = await openKernel({ runtimeDir, start: false });
  const dladm = await openDladm({ kernel, root: join(runtimeDir, 'root') });
  process.on('message', async (order: Order) => {
    try {
      await doing[order](dladm);
      process.send?.('done');
    } catch (error) {
      process.send?.(error instanceof DladmError ? error.status : `${error}`);
    }
  });
  process.on('disconnect', () => {
    dladm.close();
    kernel.dispose();
  });
  process.send?.('ready');
}

const wrong: string[] = [];
function check(what: string, isRight: boolean): void {
  if (!isRight && wrong.length < 20) {
    wrong.push(what);
  }
}

/** What there is under both names: in the kernel, and in the record. */
function found(kernel: Kernel, root: string): string {
  const path = join(root, CONF_PATH);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const recorded = [...text.matchAll(/^(\w+)\t/gm)].map(([, name]) => name).sort();
  const active = kernel.hosted?.dlList().map(({ name }) => name) ?? [];
  return `${active.sort().join(' ')} / ${recorded.join(' ')}`;
}

/** What two are told at once, and what may come of it: the answers, and what there is then. */
interface Race {
  readonly name: string;
  readonly orders: readonly [Order, Order];
  readonly before: 'nothing' | 'vpn0' | 'a record of vpn0';
  readonly outcomes: readonly string[];
}

const races: readonly Race[] = [
  {
    name: 'persistent',
    orders: ['create', 'create'],
    before: 'nothing',
    outcomes: ['done EXIST: vpn0 / vpn0', 'EXIST done: vpn0 / vpn0'],
  },
  {
    name: 'temporary',
    orders: ['create-temporary', 'create-temporary'],
    before: 'nothing',
    outcomes: ['done EXIST: vpn0 / ', 'EXIST done: vpn0 / '],
  },
  {
    name: 'one of each',
    orders: ['create', 'create-temporary'],
    before: 'nothing',
    outcomes: ['done EXIST: vpn0 / vpn0', 'EXIST done: vpn0 / '],
  },
  {
    name: 'create and destroy',
    orders: ['create', 'destroy'],
    before: 'nothing',
    outcomes: ['done done:  / ', 'done NOTFOUND: vpn0 / vpn0'],
  },
  {
    name: 'destroy twice',
    orders: ['destroy', 'destroy'],
    before: 'vpn0',
    outcomes: ['done NOTFOUND:  / ', 'NOTFOUND done:  / '],
  },
  {
    name: 'rename and destroy',
    orders: ['rename', 'destroy'],
    before: 'vpn0',
    outcomes: ['done NOTFOUND: net7 / net7', 'NOTFOUND done:  / '],
  },
  {
    name: 'up and destroy',
    orders: ['up', 'destroy'],
    before: 'a record of vpn0',
    outcomes: ['done done:  / ', 'NOTFOUND done:  / '],
  },
];

async function told(child: ChildProcess): Promise<string> {
  const [answer] = await once(child, 'message');
  return `${answer}`;
}

async function compete(rounds: number): Promise<Record<string, unknown>> {
  const runtimeDir = mkdtempSync(join(tmpdir(), 'unet-racing-'));
  const root = join(runtimeDir, 'root');
  const kernel = await openKernel({ runtimeDir });
  const dladm = await openDladm({ kernel, root });
  const children = [0, 1].map(() => fork(fileURLToPath(import.meta.url), ['child', runtimeDir]));
  const counts: Record<string, Record<string, number>> = {};
  try {
    await Promise.all(children.map(told));
    for (const { name, orders, before, outcomes } of races) {
      const count: Record<string, number> = {};
      for (let round = 0; round < rounds; round++) {
        if (before === 'vpn0') await dladm.create('vpn0', LINK);
        else if (before !== 'nothing') await openRecords(root).create('vpn0', LINK);
        const answers = children.map(told);
        for (const [i, child] of children.entries()) child.send(orders[i] ?? '');
        const outcome = `${(await Promise.all(answers)).join(' ')}: ${found(kernel, root)}`;
        count[outcome] = (count[outcome] ?? 0) + 1;
        check(`${name}, round ${round}: ${outcome}`, outcomes.includes(outcome));
        for await (const link of dladm.list()) await dladm.destroy(link.name, { force: true });
        check(`${name}: ${found(kernel, root)} is left`, found(kernel, root) === ' / ');
      }
      counts[name] = count;
    }
  } finally {
    for (const child of children) child.disconnect();
    await Promise.all(children.map((child) => once(child, 'exit')));
    dladm.close();
    kernel.hosted?.shutdown();
    kernel.dispose();
    rmSync(runtimeDir, { recursive: true, force: true });
  }
  return counts;
}

const [, , first = '', runtimeDir = ''] = process.argv;
if (first === 'child') {
  await work(runtimeDir);
} else {
  console.log(JSON.stringify({ counts: await compete(Number(first)), wrong }));
}
