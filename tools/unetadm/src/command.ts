import type { Terminal } from 'libofmt';

/** A subcommand of unetadm. */
export interface Command {
  /** What follows `unetadm`, for the usage. */
  readonly synopsis: readonly string[];
  /** One sentence, for `help`. */
  readonly summary: string;
  /** Does it and answers the exit code. @throws {UsageError} the arguments make no sense. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** Exit codes. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;
