import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Step } from './shell-session.ts';

/** What a step printed, on both outputs, and how it ended. */
export interface StepResult {
  readonly printed: string;
  readonly exit: number;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where npm has put the tools, as a shell finds them; and node, as they find it. */
const PATH = [here('../../../node_modules/.bin'), dirname(process.execPath)];

/** For `first:` lines: `holder vpn0 1000` returns when vpn0 is held and sends such frames. */
const PRELUDE = `
holder() { exec {held}< <(exec node '${here('./programs/holder-of.mjs')}' "$@"); read -r _ <&"$held"; }
`;

/** Why no session can run here; `undefined` if they can. */
export function noSessions(): string | undefined {
  if (process.platform !== 'linux') return 'the sessions are those of a hosted kernel on Linux';
  // Root gets TAP interfaces, which are kept away from this host's network.
  const alone = process.getuid?.() !== 0 || spawnSync('unshare', ['--net', 'true']).status === 0;
  return alone ? undefined : 'needs a network namespace of its own: `unshare --net`';
}

/** A shell in which the tools are commands, with a hosted kernel and a directory of its own. */
export class Shell {
  readonly #dir = mkdtempSync(join(tmpdir(), 'unet-manual-'));
  readonly #env: NodeJS.ProcessEnv;

  constructor() {
    for (const dir of ['run', 'home']) mkdirSync(join(this.#dir, dir));
    const { UNET_KERNEL: _kernel, NODE_OPTIONS: _options, ...rest } = process.env;
    this.#env = {
      ...rest,
      PATH: [...PATH, rest['PATH']].join(':'),
      HOME: join(this.#dir, 'home'),
      UNET_RUNTIME_DIR: join(this.#dir, 'run'),
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
    };
  }

  /**
   * Runs steps in one shell, one after the other.
   *
   * @param first commands that have to succeed before
   */
  async run(first: readonly string[], steps: readonly Step[]): Promise<StepResult[]> {
    const mark = '\u0001';
    const script = [
      'exec 2>&1',
      PRELUDE,
      ...first.map((command) => `${command} || exit 99`),
      ...steps.map(({ command }) => `printf '${mark}'\n${command}\nprintf '${mark}%d' "$?"`),
    ].join('\n');
    const file = join(this.#dir, 'session');
    writeFileSync(file, script);
    const output = await this.#bash(file);
    const [before = '', ...parts] = output.split(mark);
    if (parts.length !== steps.length * 2) throw new Error(`the session broke off: ${output}`);
    if (before !== '') throw new Error(`what comes first printed something: ${before}`);
    return steps.map((_, i) => ({
      printed: parts[i * 2] ?? '',
      exit: Number(parts[i * 2 + 1]),
    }));
  }

  /** Stops the hosted kernel and removes what is left. */
  async close(): Promise<void> {
    const file = join(this.#dir, 'close');
    writeFileSync(file, 'unetadm host stop >/dev/null 2>&1\n');
    await this.#bash(file);
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #bash(file: string): Promise<string> {
    const alone = process.getuid?.() === 0 ? ['unshare', '--net'] : [];
    const [command = 'bash', ...args] = [...alone, 'bash', file];
    const child = spawn(command, args, {
      cwd: this.#dir,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
    // What it left running is a member of its group.
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // Nothing was left.
    }
    if (!child.stdout.closed) await new Promise((resolve) => child.stdout.once('close', resolve));
    return output;
  }
}
