import { type Kernel, SysError } from 'libsys';
import { Directory } from './directory.ts';

/** What a step is: a request to the kernel, or a call about a file. */
export interface Step {
  readonly name: string;
}

type Fail = (step: string) => void;

/** Names of what has no outcome that anybody could act on. */
const NO_STEP = ['constructor', 'close'];

/**
 * The doors through which an operation reaches anything outside this process: the kernel's calls and
 * the calls about files and directories. Each passage is a step; it is counted, and can be made to
 * fail before it is done.
 */
export class Doors {
  readonly steps: string[] = [];
  #failing: { readonly nth: number; readonly error: (step: string) => Error } | undefined;
  #watching = false;
  readonly #restore: (() => void)[] = [];

  /** @param kernel is changed until {@link close}. */
  constructor(kernel: Kernel) {
    const step: Fail = (name) => this.pass(name);
    for (const name of ['open', 'ioctl'] as const) {
      this.#wrap(kernel, name, (args) => {
        const what = name === 'open' ? `${args[0]}` : (Number(args[1]) & 0xffff).toString(16);
        step(`${name} ${what}`);
      });
    }
    const prototype = Directory.prototype as unknown as Record<string, unknown>;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (!NO_STEP.includes(name)) {
        this.#wrap(prototype, name, (args) => step(`${name} ${args[0] ?? ''}`.trim()));
      }
    }
    this.#wrap(Directory as unknown as Record<string, unknown>, 'open', () => step('directory'));
  }

  /** Counts a step, and has it fail if it is that one's turn. */
  pass(name: string): void {
    if (!this.#watching) {
      return;
    }
    this.steps.push(name);
    if (this.steps.length === this.#failing?.nth) {
      throw this.#failing.error(name);
    }
  }

  /** Runs an operation; its nth step fails, or none. */
  async run(
    operation: () => Promise<unknown>,
    nth = 0,
    error: (step: string) => Error = (step) =>
      new SysError({ code: 'EIO', syscall: 'door', op: step }),
  ): Promise<{ error?: unknown; steps: readonly string[] }> {
    this.steps.length = 0;
    this.#failing = { nth, error };
    this.#watching = true;
    try {
      await operation();
      return { steps: [...this.steps] };
    } catch (failure) {
      return { error: failure, steps: [...this.steps] };
    } finally {
      this.#watching = false;
    }
  }

  close(): void {
    for (const restore of this.#restore) restore();
  }

  #wrap(owner: object, name: string, before: (args: readonly unknown[]) => void): void {
    const members = owner as Record<string, unknown>;
    const own = Object.hasOwn(members, name);
    const real = members[name] as (...args: unknown[]) => unknown;
    members[name] = function (this: unknown, ...args: unknown[]): unknown {
      before(args);
      return Reflect.apply(real, this, args);
    };
    this.#restore.push(() => {
      if (own) members[name] = real;
      else delete members[name];
    });
  }
}
