import { AbortError } from 'libsys';
import { DladmError } from './errors.ts';
import { checkSignal } from './options.ts';

/**
 * The steps of an operation that does all or nothing. When one fails, or the caller gives up, those
 * before it are taken back, the last one first.
 */
export class Steps {
  readonly #signal: AbortSignal | undefined;
  readonly #undo: (() => void)[] = [];

  /** @throws {TypeError} `signal` is none. */
  constructor(signal: AbortSignal | undefined) {
    checkSignal(signal);
    this.#signal = signal;
  }

  /**
   * Does a step, unless the caller has given up. `undo` takes it back; a step without one has
   * nothing to take back.
   *
   * @throws {AbortError} the caller has given up.
   */
  do<T>(step: () => T, undo?: (done: T) => void): T {
    this.#check();
    const done = step();
    this.#remember(done, undo);
    return done;
  }

  /** As {@link do}, for a step that takes time. */
  async wait<T>(step: () => Promise<T>, undo?: (done: T) => void): Promise<T> {
    this.#check();
    const done = await step();
    this.#remember(done, undo);
    return done;
  }

  /**
   * Takes everything back. A step that fails does not keep the others from being taken.
   *
   * @returns what to throw: `error`, or if not all could be taken back a {@link DladmError} that says
   * so; its cause then has all errors.
   */
  back(error: unknown): unknown {
    const failures: unknown[] = [];
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      try {
        undo();
      } catch (failure) {
        failures.push(failure);
      }
    }
    return failures.length === 0 ? error : notTakenBack(error, failures);
  }

  #check(): void {
    if (this.#signal?.aborted === true) {
      throw new AbortError(this.#signal);
    }
  }

  #remember<T>(done: T, undo: ((done: T) => void) | undefined): void {
    if (undo !== undefined) {
      this.#undo.push(() => undo(done));
    }
  }
}

const textOf = (error: unknown): string => {
  if (error instanceof DladmError) return error.text;
  return error instanceof Error ? error.message : String(error);
};

/** What went wrong, and that it is not as if nothing had been tried. */
export function notTakenBack(error: unknown, failures: readonly unknown[]): DladmError {
  const texts = [error, ...failures].map(textOf);
  const cause = new AggregateError([error, ...failures]);
  const reason = texts.join('; undoing it failed too: ');
  if (!(error instanceof DladmError)) {
    return new DladmError({ status: 'FAILED', op: 'undo', reason, cause });
  }
  const { status, code, syscall, op = syscall, link, holder, property } = error;
  return new DladmError({ status, code, syscall, op, link, holder, property, reason, cause });
}

/** Does an operation of several steps, all of them or none. */
export async function allOrNothing<T>(
  signal: AbortSignal | undefined,
  operation: (steps: Steps) => Promise<T>,
): Promise<T> {
  const steps = new Steps(signal);
  try {
    return await operation(steps);
  } catch (error) {
    throw steps.back(error);
  }
}
