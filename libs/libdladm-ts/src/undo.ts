/** What to do, last step first, to be back where an operation started. */
export class Undo {
  readonly #steps: (() => void)[] = [];

  /** Remembers how to take back the step that was just done. */
  push(step: () => void): void {
    this.#steps.push(step);
  }

  /**
   * Takes everything back. A step that fails does not keep the others from being taken.
   *
   * @returns what to throw: `error`, with the failed steps as its cause if there were any.
   */
  all(error: unknown): unknown {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        step();
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
}
