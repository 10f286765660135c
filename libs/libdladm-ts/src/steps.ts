import { AbortError } from 'libsys';

/**
 * The steps of an operation that does all or nothing. When one fails, or the caller gives up, those
 * before it are taken back, the last one first.
 */
export class Steps {
  readonly #signal: AbortSignal | undefined;
  readonly #undo: (() => void)[] = [];

  /** @throws {TypeError} `signal` is none. */
  constructor(signal: AbortSignal | undefined) {
    if (signal !== undefined && typeof signal?.aborted !== 'boolean') {
      throw new TypeError('signal must be an AbortSignal');
    }
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
   * @returns what to throw: `error`, with the failed steps as its cause if there were any.
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
    return failures.length === 0
      ? error
      : new AggregateError(
          [error, ...failures],
          `${error instanceof Error ? error.message : String(error)} (and not all of it could be undone)`,
        );
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
