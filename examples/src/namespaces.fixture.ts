import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { lacksForTap, namespacePrefix } from './main-job/lack.ts';
import { toArguments } from './main-job/programs.ts';
import { Running } from './stage.fixture.ts';

const execute = promisify(execFile);
const uid = process.getuid?.() ?? 0;

/** Why links cannot have TAP interfaces in namespaces here; undefined: they can. */
export async function whyNoNamespaces(): Promise<string | undefined> {
  const lacks = await lacksForTap(namespacePrefix(uid));
  if (lacks.length === 0) return undefined;
  return lacks.map(({ what, remedy }) => (remedy ? `${what}; \`${remedy}\`` : what)).join(', ');
}

/**
 * Links whose stack ends are TAP interfaces, each in a network namespace of its own, as two machines
 * would be. The kernel and the examples are in one more, so that nothing of the machine is touched.
 */
export class Namespaces {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'unet-examples-'));
  /** A process in each namespace; it ends, and the namespace with it, when this process does. */
  readonly #keepers: ChildProcess[] = [];
  readonly #running: Running[] = [];
  readonly #links: string[] = [];

  async open(): Promise<void> {
    const [program = '', ...args] = namespacePrefix(uid);
    await this.#keep(program, args);
  }

  /** Makes a link whose interface is the only one of a machine with these addresses. */
  async machine(link: string, addresses: readonly string[]): Promise<void> {
    await this.run(0, `unetadm create -t -p stack=tap ${link}`);
    this.#links.push(link);
    const [program = '', ...args] = this.#enter(0);
    await this.#keep(program, [...args, 'unshare', '--net']);
    const machine = this.#keepers.length - 1;
    await this.run(0, `ip link set ${link} netns ${this.#pid(machine)}`);
    for (const address of addresses) {
      const nodad = address.includes(':') ? ' nodad' : '';
      await this.run(machine, `ip addr add ${address} dev ${link}${nodad}`);
    }
    await this.run(machine, `ip link set ${link} up`);
  }

  /** Runs a command in a namespace, 0 being that of the kernel, and returns what it printed. */
  async run(namespace: number, command: string): Promise<string> {
    const [program = '', ...args] = [...this.#enter(namespace), ...toArguments(command)];
    const { stdout } = await execute(program, args, { env: this.#env });
    return stdout;
  }

  start(program: string, ...args: readonly string[]): Running {
    const running = new Running(program, args, this.directory, this.#enter(0));
    this.#running.push(running);
    return running;
  }

  /** Ends what still runs and takes everything down. */
  async close(): Promise<void> {
    for (const one of this.#running) if (one.child.exitCode === null) await one.end('SIGKILL');
    for (const link of this.#links) await this.run(0, `unetadm destroy -f ${link}`);
    if (this.#links.length > 0) await this.run(0, 'unetadm host stop');
    for (const keeper of this.#keepers.reverse()) {
      const closed = once(keeper, 'close');
      keeper.stdin?.end();
      await closed;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  get #env(): NodeJS.ProcessEnv {
    const { UNET_KERNEL: _kernel, ...env } = process.env;
    return { ...env, UNET_RUNTIME_DIR: this.directory };
  }

  #pid(namespace: number): number {
    const pid = this.#keepers[namespace]?.pid;
    if (pid === undefined) throw new Error(`there is no namespace ${namespace}`);
    return pid;
  }

  #enter(namespace: number): readonly string[] {
    const user = uid === 0 ? [] : ['--user', '--preserve-credentials'];
    return ['nsenter', '--target', `${this.#pid(namespace)}`, ...user, '--net'];
  }

  /** Starts what keeps a namespace, and waits until that is one that nobody was in. */
  async #keep(program: string, args: readonly string[]): Promise<void> {
    const before = ['self', ...this.#keepers.map(({ pid }) => pid)].map(namespaceOf);
    const keeper = spawn(program, [...args, 'cat'], { stdio: ['pipe', 'ignore', 'inherit'] });
    this.#keepers.push(keeper);
    // On its way it is in ours, and in that of the kernel: a link must not go there.
    while (before.includes(namespaceOf(keeper.pid))) {
      if (keeper.exitCode !== null) throw new Error(`${program} ended`);
      await sleep(5);
    }
  }
}

function namespaceOf(pid: number | string | undefined): string {
  return readlinkSync(`/proc/${pid}/ns/net`);
}
