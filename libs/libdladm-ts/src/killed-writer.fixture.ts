import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfFile } from './conf-file.ts';
import type { DatalinkConf } from './datalink-conf.ts';
import { DladmError } from './errors.ts';
import { canTrace, type Ended, traced } from './traced.fixture.ts';

/**
 * A program: writers of a `datalink.conf` that are killed at each of their system calls, or for
 * which each of these fails. Prints what it did, as JSON, and `wrong`: what was not as it has to be.
 *
 *     node --single-threaded killed-writer.mjs kill|fail|torn|calls RUNS
 */

const OLD = `# ${'kept '.repeat(30)}\nsim0\tclass=int,32;media=int,4;\nold0\tclass=int,1024;\n`;
const put =
  (name: string) =>
  (conf: DatalinkConf): void =>
    conf.set(name, new Map([['class', 1024n]]));

/** What a writer does, and how the file may be after it. */
interface Scenario {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  write(file: ConfFile): Promise<void>;
}

const NEW = `${OLD}new0\tclass=int,1024;\n`;

const scenarios: readonly Scenario[] = [
  {
    name: 'commit',
    before: OLD,
    after: NEW,
    write: async (file) => (await file.prepare(put('new0'))).commit(),
  },
  {
    name: 'the first link',
    before: undefined,
    after: 'new0\tclass=int,1024;\n',
    write: async (file) => (await file.prepare(put('new0'))).commit(),
  },
  {
    name: 'apply, cancel',
    before: OLD,
    after: OLD,
    write: async (file) => {
      const change = await file.prepare(put('new0'));
      try {
        change.apply();
      } finally {
        change.cancel();
      }
    },
  },
];

/** A writer as one should not be, to see that it is found out. */
const TORN: Scenario = {
  name: 'in place',
  before: OLD,
  after: NEW,
  write: async (file) => {
    writeFileSync(file.path, OLD.slice(0, 40));
    writeFileSync(file.path, NEW.slice(40), { flag: 'a' });
  },
};

const wrong: string[] = [];
/** A file system in memory is quick to say that something is on the disk. */
const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const root = mkdtempSync(join(place, 'unet-killed-'));
const file = new ConfFile(root);
const directory = dirname(file.path);

const content = (): string | undefined =>
  existsSync(file.path) ? readFileSync(file.path, 'latin1') : undefined;

function prepare({ before }: Scenario): void {
  rmSync(join(root, 'etc'), { recursive: true, force: true });
  if (before !== undefined) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(file.path, before);
  }
}

function check(what: string, isRight: boolean): void {
  if (!isRight && wrong.length < 20) {
    wrong.push(what);
  }
}

/** The next writer is to find the file whole, and to leave nothing but it and the lock. */
async function writeNext(what: string): Promise<void> {
  const before = content() ?? '';
  try {
    (await new ConfFile(root).prepare(put('next0'))).commit();
    check(`${what}: the next writer's file`, content() === `${before}next0\tclass=int,1024;\n`);
    const left = readdirSync(directory).sort().join(' ');
    check(`${what}: left behind: ${left}`, left === 'datalink.conf datalink.conf.lock');
  } catch (error) {
    check(`${what}: the next writer: ${error}`, false);
  }
}

/** Kills a writer at its nth stop; false if it was done before. */
async function killAt(scenario: Scenario, nth: number): Promise<boolean | undefined> {
  prepare(scenario);
  const ended = await traced(
    async () => {
      await scenario.write(new ConfFile(root));
      return 0;
    },
    (stop) => (stop.nth === nth ? 'kill' : 'go on'),
  );
  if (ended === undefined) {
    return undefined;
  }
  const what = `${scenario.name}, killed at stop ${nth}`;
  const found = content();
  check(
    `${what}: the file is ${JSON.stringify(found)}`,
    found === scenario.before ||
      found === scenario.after ||
      (found === NEW && scenario.after === OLD),
  );
  if (ended.code !== undefined) {
    check(`${what}: ended with ${ended.code}`, ended.code === 0 && found === scenario.after);
  }
  await writeNext(what);
  return ended.signal === constants.signals.SIGKILL;
}

async function kill(runs: number, all: readonly Scenario[]): Promise<Record<string, unknown>> {
  const stops: Record<string, number> = {};
  let killed = 0;
  while (killed < runs) {
    for (const scenario of all) {
      let nth = 1;
      while (killed < runs) {
        const dead = await killAt(scenario, nth);
        if (dead === false) {
          break;
        }
        killed += dead === true ? 1 : 0;
        nth += dead === true ? 1 : 0;
      }
      stops[scenario.name] = Math.max(stops[scenario.name] ?? 0, nth - 1);
    }
  }
  return { killed, stops };
}

/** What may fail, by the numbers of x86-64. What V8 does to its memory is not the writer's. */
const CALLS: ReadonlyMap<number, string> = new Map([
  [0, 'read'],
  [1, 'write'],
  [3, 'close'],
  [5, 'fstat'],
  [17, 'pread64'],
  [18, 'pwrite64'],
  [73, 'flock'],
  [74, 'fsync'],
  [91, 'fchmod'],
  [93, 'fchown'],
  [257, 'openat'],
  [258, 'mkdirat'],
  [262, 'newfstatat'],
  [263, 'unlinkat'],
  [264, 'renameat'],
  [265, 'linkat'],
  [332, 'statx'],
]);

const ERRNOS = ['EIO', 'EDQUOT', 'EINTR'] as const;
const [DONE, REFUSED, ODD] = [0, 1, 2];

/** Has the nth call of a writer fail that may; the call's name, or undefined if there is none. */
async function failAt(
  scenario: Scenario,
  nth: number,
  code: (typeof ERRNOS)[number],
): Promise<{ call?: string | undefined; ended: Ended | undefined }> {
  prepare(scenario);
  let call: string | undefined;
  let seen = 0;
  const ended = await traced(
    async () => {
      try {
        await scenario.write(new ConfFile(root));
        return DONE;
      } catch (error) {
        // Node.js makes directories itself, and says so itself.
        return error instanceof DladmError && error.text.includes(root) ? REFUSED : ODD;
      }
    },
    (stop) => {
      if (stop.at === 'entry' && call === undefined) {
        const registers = stop.registers();
        const name = CALLS.get(registers.call);
        seen += name === undefined ? 0 : 1;
        if (seen === nth) {
          call = name;
          registers.fail(constants.errno[code]);
        }
      }
      return 'go on';
    },
  );
  return { call, ended };
}

async function fail(): Promise<Record<string, unknown>> {
  const calls = new Set<string>();
  let failed = 0;
  let refused = 0;
  for (const scenario of scenarios) {
    for (const code of ERRNOS) {
      for (let nth = 1; ; ) {
        const { call, ended } = await failAt(scenario, nth, code);
        if (ended === undefined) {
          continue;
        }
        if (call === undefined) {
          break;
        }
        const what = `${scenario.name}, call ${nth} (${call}) failed with ${code}`;
        const found = content();
        const { before, after } = scenario;
        // A change that was applied stays when the name of the old file cannot be given back.
        const stays = scenario.name === 'apply, cancel' && call === 'renameat' && found === NEW;
        check(
          `${what}: the file is ${JSON.stringify(found)}`,
          found === (ended.code === DONE ? after : before) || (stays && ended.code === REFUSED),
        );
        await writeNext(what);
        calls.add(call);
        failed += 1;
        refused += ended.code === REFUSED ? 1 : 0;
        nth += 1;
      }
    }
  }
  return { failed, refused, calls: [...calls].sort() };
}

/** The calls of a writer, in their order. */
async function calls(): Promise<Record<string, unknown>> {
  const [scenario] = scenarios;
  const made: string[] = [];
  if (scenario !== undefined) {
    prepare(scenario);
    await traced(
      async () => {
        await scenario.write(new ConfFile(root));
        return DONE;
      },
      (stop) => {
        const name = stop.at === 'entry' ? CALLS.get(stop.registers().call) : undefined;
        if (name !== undefined) {
          made.push(name);
        }
        return 'go on';
      },
    );
  }
  return { calls: made };
}

const [, , how = '', runs = ''] = process.argv;
try {
  const able = await canTrace();
  const did = !able
    ? {}
    : how === 'fail'
      ? await fail()
      : how === 'calls'
        ? await calls()
        : await kill(Number(runs), how === 'torn' ? [TORN] : scenarios);
  console.log(JSON.stringify({ able, ...did, wrong }));
} finally {
  rmSync(root, { recursive: true, force: true });
}
