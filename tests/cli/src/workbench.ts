import { type ChildProcess, spawn } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How a program ended, and what it printed. */
export interface Outcome {
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** How a program is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Another user than ours; only root can. */
  readonly uid?: number;
  /** Directory to run in; by default this one. */
  readonly cwd?: string;
  /** Standard input; none by default. */
  readonly stdin?: 'ignore' | 'pipe';
}

/** A user that may do nothing. */
export const NOBODY = 65_534;

const packages = createRequire(import.meta.url);
const programOf = (tool: string): string =>
  join(dirname(packages.resolve(`${tool}/package.json`)), 'bin', `${tool}.js`);

const PROGRAMS: Readonly<Record<string, string>> = {
  unetadm: programOf('unetadm'),
  unetstat: programOf('unetstat'),
  holder: fileURLToPath(new URL('./programs/holder.mjs', import.meta.url)),
  talker: fileURLToPath(new URL('./programs/talker.mjs', import.meta.url)),
  kstats: fileURLToPath(new URL('./programs/kstats.mjs', import.meta.url)),
};

/** A tool as a shell calls it. */
export const shellWords = (tool: string): string => `'${process.execPath}' '${PROGRAMS[tool]}'`;

/** The tools as built, with a hosted kernel, a runtime directory and records of their own. */
export class Workbench {
  readonly dir: string;
  readonly #children = new Set<ChildProcess>();

  constructor() {
    this.dir = mkdtempSync(join(tmpdir(), 'unet-cli-'));
  }

  get socket(): string {
    return join(this.dir, 'unethostd.sock');
  }

  /** Runs a tool to its end. */
  async run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const child = this.start(command, args, options);
    let out = '';
    let err = '';
    child.stdout?.on('data', (text: string) => {
      out += text;
    });
    child.stderr?.on('data', (text: string) => {
      err += text;
    });
    const [exit, signal] = await ended(child);
    return { exit, signal, out, err };
  }

  /** Runs unetadm with words as a shell would split them. */
  async adm(words: string, options: RunOptions = {}): Promise<Outcome> {
    return await this.run('unetadm', words.split(' ').filter(Boolean), options);
  }

  /**
   * Runs a script in a shell that finds the tools, as a user's would. `sudo` is there too, and does
   * what it is to do without asking: a test that has other users runs as root.
   */
  async shell(script: string, options: RunOptions = {}, shell = 'bash'): Promise<Outcome> {
    const PATH = `${this.#programs()}:${process.env['PATH'] ?? ''}`;
    return await this.run(shell, ['-c', script], { ...options, env: { PATH, ...options.env } });
  }

  /** A folder with the tools as commands. */
  #programs(): string {
    const folder = join(this.dir, 'bin');
    if (!existsSync(folder)) {
      mkdirSync(folder);
      for (const tool of ['unetadm', 'unetstat']) {
        writeFileSync(join(folder, tool), `#!/bin/sh\nexec ${shellWords(tool)} "$@"\n`);
        chmodSync(join(folder, tool), 0o755);
      }
      writeFileSync(join(folder, 'sudo'), '#!/bin/sh\nexec "$@"\n');
      chmodSync(join(folder, 'sudo'), 0o755);
    }
    return folder;
  }

  /** Starts a tool; it is killed at the end at the latest. */
  start(
    command: string,
    args: readonly string[],
    { env = {}, uid, cwd, stdin = 'ignore' }: RunOptions = {},
  ): ChildProcess {
    const program = PROGRAMS[command];
    const child = spawn(
      program === undefined ? command : process.execPath,
      program === undefined ? args : [program, ...args],
      {
        cwd: cwd ?? dirname(fileURLToPath(import.meta.url)),
        env: { ...environment(), UNET_RUNTIME_DIR: this.dir, ...env },
        stdio: [stdin, 'pipe', 'pipe'],
        ...(uid !== undefined && { uid, gid: uid }),
      },
    );
    child.stdout?.setEncoding('utf8');
    child.stderr?.setEncoding('utf8');
    this.#children.add(child);
    child.once('close', () => this.#children.delete(child));
    return child;
  }

  /** Starts a process that holds a link, and returns when it does. */
  async hold(link: string): Promise<ChildProcess> {
    const holder = this.start('holder', [link]);
    await printed(holder, 'held');
    return holder;
  }

  /** Takes away every link; the records too. */
  async clear(): Promise<void> {
    await this.end(...this.#children);
    const links = new Set((await this.adm('list -p -o link')).out.split('\n').filter(Boolean));
    const records = join(this.dir, 'root/etc/dladm/datalink.conf');
    for (const line of existsSync(records) ? readFileSync(records, 'utf8').split('\n') : []) {
      const [name = ''] = line.split('\t');
      if (name !== '') {
        links.add(name);
      }
    }
    if (links.size > 0) {
      const { exit, err } = await this.run('unetadm', ['destroy', '-f', ...links]);
      if (exit !== 0) {
        throw new Error(err);
      }
    }
  }

  /** Kills processes and waits until they are gone. */
  async end(...children: readonly ChildProcess[]): Promise<void> {
    await Promise.all(
      children.map(async (child) => {
        const gone = ended(child);
        child.kill('SIGKILL');
        await gone;
      }),
    );
  }

  /** Stops the hosted kernel and removes what it left. */
  async close(): Promise<void> {
    await this.end(...this.#children);
    await this.adm('host stop');
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Gives the runtime directory to another user. */
  giveTo(uid: number): void {
    chownSync(this.dir, uid, uid);
  }

  /** Lets others reach the socket, as far as the directory is concerned. */
  openDirectory(): void {
    chmodSync(this.dir, 0o755);
  }
}

/** What would choose another kernel, zone or look for the tools. */
const OURS = ['UNET_KERNEL', 'UNET_ZONE', 'NODE_OPTIONS', 'NO_COLOR', 'FORCE_COLOR'];

/** Our environment without {@link OURS}. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.includes(name)));
}

/** Waits for a process to end and for all of its output to be there. */
export async function ended(
  child: ChildProcess,
): Promise<[exit: number | null, signal: NodeJS.Signals | null]> {
  return await new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve([child.exitCode, child.signalCode]);
      return;
    }
    child.once('error', reject);
    child.once('close', (exit, signal) => resolve([exit, signal]));
  });
}

/** Waits until a process has printed something, and returns all that it printed so far. */
export async function printed(child: ChildProcess, text: string | RegExp): Promise<string> {
  return await new Promise((resolve, reject) => {
    let all = '';
    let errors = '';
    child.stdout?.on('data', (part: string) => {
      all += part;
      if (typeof text === 'string' ? all.includes(text) : text.test(all)) {
        resolve(all);
      }
    });
    child.stderr?.on('data', (part: string) => {
      errors += part;
    });
    child.once('close', () => reject(new Error(`ended without printing ${text}: ${all}${errors}`)));
  });
}

/** Why a test cannot run as another user here; `undefined` if it can. */
export function noOtherUsers(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'needs root, to run a program as another user';
}

/** Why this user gets no TAP interface here; `undefined` if it gets one. */
export function noTap(): string | undefined {
  if (process.getuid?.() !== 0) {
    return 'needs root, to make a TAP interface';
  }
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK);
    return undefined;
  } catch {
    return 'this host has no /dev/net/tun';
  }
}
