import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { toArguments } from './programs.ts';

/** Where the commands of the job are shown. */
export type Show = (text: string) => void;

/** A command that did not do what it was to do. */
export class CommandError extends Error {
  constructor(command: string, ended: string) {
    super(`${command}: ${ended}`);
    this.name = 'CommandError';
  }
}

/** How a command ended, and what it said. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** A command that runs while others do. */
export class Background {
  readonly command: string;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #output = '';

  constructor(command: string, child: ChildProcess) {
    this.command = command;
    this.#child = child;
    this.#closed = once(child, 'close');
    this.#closed.catch(() => undefined); // told by whoever waits
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** What it said so far. */
  get output(): string {
    return this.#output;
  }

  /** Calls back with what it says from now on. */
  follow(show: Show): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', show);
  }

  /** Waits for its end. @throws {CommandError} a signal ended it, or it could not be started */
  async outcome(): Promise<Outcome> {
    try {
      await this.#closed;
    } catch (error) {
      throw new CommandError(this.command, (error as Error).message);
    }
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null) throw new CommandError(this.command, `ended by ${signalCode}`);
    return { code: exitCode, output: this.#output };
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Leaves it running on its own when this process ends. */
  leave(): void {
    this.#child.unref();
    // Its ends of the pipes would keep this process alive; it can do without them.
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }
}

/** Runs commands and shows them as a person would have typed them. */
export class Commands {
  readonly #env: NodeJS.ProcessEnv;
  readonly #show: Show;

  constructor(env: NodeJS.ProcessEnv, show: Show) {
    this.#env = env;
    this.#show = show;
  }

  /**
   * Runs a command, shows what it says as it comes, and waits for its end; when the signal fires, it
   * is ended. Exit codes other than 0 that are expected are listed.
   *
   * @throws {CommandError} it failed
   */
  async run(
    command: string,
    options: { signal?: AbortSignal; codes?: readonly number[] } = {},
  ): Promise<string> {
    options.signal?.throwIfAborted();
    const running = this.start(command);
    running.follow(this.#show);
    const stop = () => running.kill('SIGTERM');
    options.signal?.addEventListener('abort', stop, { once: true });
    try {
      const { code, output } = await running.outcome();
      options.signal?.throwIfAborted();
      if (code !== 0 && options.codes?.includes(code) !== true) {
        throw new CommandError(command, `exit code ${code}`);
      }
      return output;
    } catch (error) {
      options.signal?.throwIfAborted();
      throw error;
    } finally {
      options.signal?.removeEventListener('abort', stop);
    }
  }

  /** Starts a command and goes on. Ctrl-C does not reach it: who started it ends it. */
  start(command: string, shown: string = command): Background {
    this.#show(`$ ${shown}\n`);
    const [program, ...args] = toArguments(command);
    const child = spawn(program, args, {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    return new Background(command, child);
  }
}
