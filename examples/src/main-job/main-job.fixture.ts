import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lacksForTap, namespacePrefix } from './lack.ts';
import { repositoryFile } from './programs.ts';

const PROGRAM = repositoryFile('examples/dist/main-job.js').pathname;
export const LIMIT_MS = 60_000;

/** Why a TAP interface cannot be used here, with what would change that; undefined: it can. */
const lacks = await lacksForTap(namespacePrefix(process.getuid?.() ?? 0));
const noTap =
  lacks.length === 0
    ? undefined
    : lacks
        .map(({ what, remedy }) => (remedy === undefined ? what : `${what}; \`${remedy}\``))
        .join(', ');

/** Where the jobs of one test make their directories: nothing else does. */
export let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'unet-test-'));
});
afterEach(() => {
  // Only a test that failed has left something.
  for (const name of remains()) if (/^\d+$/.test(name)) process.kill(Number(name), 'SIGKILL');
  rmSync(temporary, { recursive: true, force: true });
});

/** The main job as a process. */
export class Run {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  output = '';

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [PROGRAM, ...args], {
      env: { ...process.env, ...env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  /** Waits until the output has some text. */
  async saw(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (this.child.exitCode !== null) throw new Error(`"${text}" did not come:\n${this.output}`);
      await sleep(10);
    }
  }

  async code(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }
}

/** What is still there of the jobs of this test: processes that know its directory, and files. */
export function remains(): string[] {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'latin1').includes(temporary);
      } catch {
        return false; // it has ended
      }
    });
  return [...processes, ...readdirSync(temporary)];
}

/** What the main job is to do, whichever way frames reach the link. */
export function describeMainJob(way: 'tap' | 'bus'): void {
  describe(`the main job, by ${way}`, () => {
    beforeEach((context) => {
      if (way === 'tap' && noTap !== undefined) context.skip(noTap);
    });

    it('shows every step and leaves nothing', { timeout: LIMIT_MS }, async () => {
      const start = performance.now();
      const run = new Run(['--way', way]);
      expect(await run.code(), run.output).toBe(0);
      // A machine that is busy with much else is no measure.
      const busy = (loadavg()[0] ?? 0) > 2 * availableParallelism();
      if (!busy) expect(performance.now() - start).toBeLessThan(30_000);

      const commands = run.output.split('\n').filter((line) => line.startsWith('$ '));
      const ping = way === 'tap' ? 'ping' : 'second-host';
      const ping6 = way === 'tap' ? 'ping -6' : 'second-host';
      for (const expected of [
        `$ unetadm create ${way === 'bus' ? '-m 02:75:6e:65:74:01 ' : ''}-p stack=${way} unet0`,
        '$ unetadm list',
        '$ unetadm get unet0',
        '$ responder unet0 &',
        `$ ${ping} -i 0.2 -c 5 10.62.0.2`,
        `$ ${ping6} -i 0.2 -c 5 fd62::2`,
        `$ ${ping} -i 0.2 -s 1400 -c 3 10.62.0.2`,
        `$ ${ping6} -i 0.2 -s 1400 -c 3 fd62::2`,
        `$ ${ping} -f -q -c 3000 10.62.0.2`,
        `$ ${ping6} -f -q -c 3000 fd62::2`,
        '$ unetstat 1 5',
        '$ unetadm destroy unet0',
        '$ unetadm host stop',
      ]) {
        expect(commands).toContain(expected);
      }
      expect(
        run.output.match(/3000 packets transmitted, 3000 received, 0% packet loss/g),
      ).toHaveLength(2);
      expect(run.output).toContain('1408 bytes from fd62::2');
      expect(run.output).toMatch(/rx: \d+ in = \d+ to the holder/);
      expect(run.output).toContain('nothing is left');
      expect(remains()).toEqual([]);
    });

    it('fails when replies are missing', { timeout: LIMIT_MS }, async () => {
      const run = new Run(['--way', way, '--lose', '100']);
      expect(await run.code(), run.output).toBe(1);
      expect(run.output).toMatch(/-c 3000 10\.62\.0\.2: \d+ of 3000 replies are missing/);
      expect(run.output).toContain('nothing is left');
      expect(remains()).toEqual([]);
    });

    it.each([
      ['while the link is made', '$ unetadm create', 'SIGINT', 130],
      ['while it pings', '[3/5]', 'SIGINT', 130],
      ['while it watches', '$ unetstat', 'SIGTERM', 143],
    ] as const)(
      'leaves nothing when it is stopped %s',
      { timeout: LIMIT_MS },
      async (_, text, signal, code) => {
        const run = new Run(['--way', way]);
        await run.saw(text);
        run.child.kill(signal);
        expect(await run.code(), run.output).toBe(code);
        expect(run.output).toContain('nothing is left');
        expect(remains()).toEqual([]);
      },
    );

    it('takes everything down when the program outside is killed', {
      timeout: LIMIT_MS,
    }, async () => {
      const run = new Run(['--way', way]);
      await run.saw('[3/5]');
      run.child.kill('SIGKILL');
      await run.ended; // its output is closed: the program inside has ended too
      while (remains().length > 0) await sleep(20);
      expect(run.output).toContain('$ unetadm host stop');
    });

    it('leaves a set-up to work with, if asked to', { timeout: LIMIT_MS }, async () => {
      const run = new Run(['--way', way, '--keep']);
      expect(await run.code(), run.output).toBe(0);
      const left = remains();
      expect(left.length).toBeGreaterThanOrEqual(3); // server, responder, directory

      const lines = run.output.split('\n').map((line) => line.trim());
      const enter = lines.find((line) => line.startsWith('nsenter'))?.replace(/#.*/, '') ?? '';
      const environment = lines.find((line) => line.startsWith('export'));
      const reach = lines.filter((line) => line.startsWith('ping ') || line.startsWith('node '));
      const shell = (command: string) =>
        spawnSync('sh', ['-c', command], { cwd: repositoryFile('.').pathname, encoding: 'utf8' });
      for (const command of [...reach, 'npx unetadm list']) {
        const limited = command.startsWith('ping') ? command.replace('ping', 'ping -c 1') : command;
        const tried = shell(`${enter} sh -c '${environment}; ${limited}'`);
        expect(tried.status, `${command}: ${tried.stdout}${tried.stderr}`).toBe(0);
      }

      const takeDown = lines[lines.indexOf('To take it down:') + 2] ?? '';
      const down = shell(takeDown);
      expect(down.status, down.stderr).toBe(0);
      while (remains().length > 0) await sleep(20);
      expect(remains()).toEqual([]);
    });
  });
}
