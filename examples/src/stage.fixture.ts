import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDladm } from 'libdladm-ts';
import { type Kernel, openKernel, runtimeDirOf, startServer, stopServer } from 'libsys';
import { afterEach, beforeEach } from 'vitest';
import { repositoryFile } from './main-job/programs.ts';
import { BusPort } from './second-host/bus-port.ts';

/** An example that runs as a process. */
export class Running {
  readonly child: ChildProcess;
  readonly #closed: Promise<unknown>;
  out = '';
  err = '';

  constructor(
    program: string,
    args: readonly string[],
    directory: string,
    prefix: readonly string[] = [],
  ) {
    const { UNET_KERNEL: _kernel, ...env } = process.env;
    const path = repositoryFile(`examples/dist/${program}.js`).pathname;
    const [first = '', ...rest] = [...prefix, process.execPath, path, ...args];
    this.child = spawn(first, rest, {
      env: { ...env, UNET_RUNTIME_DIR: directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.child, 'close');
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
  }

  /** Waits until it has printed something, on either stream. */
  async saw(text: string): Promise<void> {
    while (!`${this.out}${this.err}`.includes(text)) {
      const { exitCode, signalCode } = this.child;
      if (exitCode !== null || signalCode !== null) {
        throw new Error(`${signalCode ?? exitCode}, no "${text}" in\n${this.out}${this.err}`);
      }
      await sleep(5);
    }
  }

  /** Sends a signal, if one is given, and waits for the end; returns the exit code. */
  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal !== undefined) this.child.kill(signal);
    await this.#closed;
    return this.child.exitCode;
  }
}

/** A hosted kernel in a server of its own, links in it, and examples that use them. */
export class Stage {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'unet-examples-'));
  readonly #running: Running[] = [];
  #kernel: Kernel | undefined;

  get kernel(): Kernel {
    if (this.#kernel === undefined) throw new Error('the stage is not open');
    return this.#kernel;
  }

  get hosted(): NonNullable<Kernel['hosted']> {
    const { hosted } = this.kernel;
    if (hosted === undefined) throw new Error('this needs a hosted kernel');
    return hosted;
  }

  async open(): Promise<void> {
    const dir = runtimeDirOf({ UNET_RUNTIME_DIR: this.directory }, 0);
    await startServer(dir);
    this.#kernel = await openKernel({ kernel: `unix:${dir.socket}` });
  }

  /** Makes links, each with a segment of its name in place of an IP stack. */
  async links(...names: readonly string[]): Promise<void> {
    using dladm = await openDladm({ kernel: this.kernel, root: this.directory });
    for (const [i, name] of names.entries()) {
      const mac = `2:0:0:0:1:${i.toString(16)}`;
      await dladm.create(name, { lifetime: 'temporary', stack: `bus:${name}`, mac });
      // Tests send what is for nobody: every stack end takes every frame.
      this.hosted.stackWant(this.hosted.dlInfo(name).linkid, 'all');
    }
  }

  /** The place of a link's IP stack. */
  port(name: string): BusPort {
    return new BusPort(this.kernel, name);
  }

  async destroy(name: string): Promise<void> {
    using dladm = await openDladm({ kernel: this.kernel, root: this.directory });
    await dladm.destroy(name, { force: true });
  }

  start(program: string, ...args: readonly string[]): Running {
    const running = new Running(program, args, this.directory);
    this.#running.push(running);
    return running;
  }

  /** Ends what still runs and takes everything down. */
  async close(): Promise<void> {
    for (const one of this.#running) if (one.child.exitCode === null) await one.end('SIGKILL');
    this.#kernel?.dispose();
    await stopServer(runtimeDirOf({ UNET_RUNTIME_DIR: this.directory }, 0));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A stage for each test of a file. */
export function stageForEach(): { readonly stage: Stage } {
  const held: { stage: Stage } = { stage: undefined as unknown as Stage };
  beforeEach(async () => {
    held.stage = new Stage();
    await held.stage.open();
  });
  afterEach(() => held.stage.close());
  return held;
}
