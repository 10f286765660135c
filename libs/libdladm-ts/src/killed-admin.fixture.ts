import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kernel, openKernel } from 'libsys';
import { openDladm, openRecords } from './choose.ts';
import type { Dladm } from './dladm.ts';
import type { LinkName } from './link-name.ts';
import { canTrace, traced } from './traced.fixture.ts';

/**
 * A program: administrators of a served kernel's links that are killed at each system call of what
 * they do. Afterwards what there is can be told, destroyed and made again. Prints what it did, as
 * JSON, and `wrong`: what was not as it has to be.
 *
 *     node --single-threaded killed-admin.mjs
 */

/** What an administrator does, and which links there may be when it was killed. */
interface Scenario {
  readonly name: string;
  prepare(dladm: Dladm): Promise<unknown>;
  run(dladm: Dladm): Promise<unknown>;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const LINK = { stack: 'bus', _lso: 'on', linger: 5 } as const;

const scenarios: readonly Scenario[] = [
  {
    name: 'create',
    prepare: async () => undefined,
    run: (dladm) => dladm.create('vpn0', LINK),
    before: [],
    after: ['vpn0'],
  },
  {
    name: 'destroy',
    prepare: (dladm) => dladm.create('vpn0', LINK),
    run: (dladm) => dladm.destroy('vpn0'),
    before: ['vpn0'],
    after: [],
  },
  {
    name: 'rename',
    prepare: (dladm) => dladm.create('vpn0', LINK),
    run: (dladm) => dladm.rename('vpn0', 'net7'),
    before: ['vpn0'],
    after: ['net7'],
  },
  {
    name: 'up',
    prepare: async (dladm) => {
      const { mac } = await dladm.create('vpn0', LINK);
      await dladm.destroy('vpn0');
      await openRecords(root).create('vpn0', { ...LINK, mac });
    },
    run: (dladm) => dladm.up(),
    before: ['vpn0'],
    after: ['vpn0'],
  },
];

const wrong: string[] = [];
const runtimeDir = mkdtempSync(join(tmpdir(), 'unet-killed-'));
const root = join(runtimeDir, 'root');

function check(what: string, isRight: boolean): void {
  if (!isRight && wrong.length < 20) {
    wrong.push(what);
  }
}

async function namesOf(dladm: Dladm): Promise<LinkName[]> {
  const names: LinkName[] = [];
  for await (const { name } of dladm.list()) names.push(name);
  return names;
}

/** What the kernel has, by another route. */
const inKernel = (kernel: Kernel): string =>
  JSON.stringify(kernel.hosted?.dlList().map(({ name }) => name));

/** That whatever was left can be told, brought up, destroyed and made again. */
async function cleanUp(what: string, kernel: Kernel, dladm: Dladm, { before, after }: Scenario) {
  const names = await namesOf(dladm);
  const may = new Set([...before, ...after]);
  check(
    `${what}: there is ${names}`,
    names.every((name) => may.has(name)),
  );
  check(`${what}: it takes ${names}`, before.length * after.length === 0 || names.length > 0);
  for (const { name, error } of await dladm.up()) {
    check(`${what}: up ${name}: ${error}`, error === undefined);
  }
  for (const name of await namesOf(dladm)) {
    const { info, stack } = await dladm.find(name);
    const whole = info === undefined || info.lifetime !== 'persistent' || stack !== undefined;
    check(`${what}: half of ${name}`, whole);
    await dladm.destroy(name);
  }
  for (const name of may) {
    await dladm.create(name, LINK);
    await dladm.destroy(name);
  }
  const left = await namesOf(dladm);
  check(`${what}: left behind: ${left} ${inKernel(kernel)}`, left.length === 0);
  check(`${what}: the kernel has ${inKernel(kernel)}`, inKernel(kernel) === '[]');
}

/** The system call that an administrator makes before it begins: kill(2). Known for x86-64. */
const BEGIN = process.arch === 'x64' ? 62 : undefined;

/**
 * Calls that change nothing outside the process, so that one that is killed after them is as one
 * that was killed before: of memory and locks, and those that only look. By the numbers of x86-64.
 */
const LOOKS: ReadonlySet<number> = new Set([
  0, 5, 7, 9, 10, 11, 12, 13, 14, 17, 24, 28, 39, 45, 47, 96, 186, 202, 228, 232, 262, 271, 281,
  318, 332,
]);

/** Kills an administrator after its nth system call that counts; false if it was done before. */
async function killAt(
  kernel: Kernel,
  dladm: Dladm,
  scenario: Scenario,
  nth: number,
): Promise<boolean | undefined> {
  await scenario.prepare(dladm);
  let began = BEGIN === undefined;
  let calls = 0;
  const ended = await traced(
    async () => {
      const own = await openKernel({ kernel: `unix:${join(runtimeDir, 'unethostd.sock')}` });
      const admin = await openDladm({ kernel: own, root });
      process.kill(process.pid, 0);
      await scenario.run(admin);
      return 0;
    },
    (stop) => {
      if (stop.at === 'entry') {
        return 'go on';
      }
      const { call } = BEGIN === undefined ? { call: -1 } : stop.registers();
      const counts = began && !LOOKS.has(call);
      began ||= call === BEGIN;
      calls += counts ? 1 : 0;
      return counts && calls === nth ? 'kill' : 'go on';
    },
  );
  if (ended !== undefined) {
    await cleanUp(`${scenario.name}, killed after call ${nth}`, kernel, dladm, scenario);
    check(`${scenario.name} ended with ${ended.code}`, (ended.code ?? 0) === 0);
  }
  return ended === undefined ? undefined : ended.signal === constants.signals.SIGKILL;
}

async function main(): Promise<Record<string, unknown>> {
  if (!(await canTrace())) {
    return { able: false };
  }
  const kernel = await openKernel({ runtimeDir });
  const dladm = await openDladm({ kernel, root });
  const calls: Record<string, number> = {};
  try {
    for (const scenario of scenarios) {
      for (let nth = 1; ; ) {
        const dead = await killAt(kernel, dladm, scenario, nth);
        if (dead === false) break;
        nth += dead === true ? 1 : 0;
        calls[scenario.name] = nth - 1;
      }
    }
  } finally {
    dladm.close();
    kernel.hosted?.shutdown();
    kernel.dispose();
  }
  return { able: true, calls };
}

try {
  console.log(JSON.stringify({ ...(await main()), wrong }));
} finally {
  rmSync(runtimeDir, { recursive: true, force: true });
}
