/** What a command line program sees of the process that it runs in. */
export interface Terminal {
  /** Prints on standard output, at once. */
  out(text: string): void;
  /** Prints on standard error. */
  err(text: string): void;
  /** Lines of the window on standard output; `undefined` if that is not a terminal. */
  readonly windowLines: number | undefined;
  /** Fires when the user wants no more: SIGINT, SIGTERM, or nobody reads the output. */
  readonly signal: AbortSignal;
  /**
   * Says that there is nothing to finish or to undo: from now on a signal ends the process there and
   * then, even while it waits for a kernel that does not answer.
   */
  endAtOnce(): void;
}

/** The part of `process` that is used. */
export type ProgramProcess = Pick<
  NodeJS.Process,
  'argv' | 'exit' | 'kill' | 'off' | 'on' | 'pid' | 'stderr' | 'stdout'
> & { exitCode?: number | string | null | undefined };

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs a program: `main` gets the arguments and answers the exit code.
 *
 * A reader that goes away ends it quietly. A signal lets a step that is under way finish or undo
 * itself, then ends the process as signals do; a second one ends it there and then. Nobody ever
 * sees a stack trace.
 */
export async function runProgram(
  process: ProgramProcess,
  name: string,
  main: (args: readonly string[], terminal: Terminal) => Promise<number>,
): Promise<void> {
  const stop = new AbortController();
  let caught: (typeof SIGNALS)[number] | undefined;
  const onSignal = (signal: (typeof SIGNALS)[number]): void => {
    caught = signal;
    letSignalsBe();
    stop.abort();
  };
  const letSignalsBe = (): void => {
    for (const signal of SIGNALS) {
      process.off(signal, onSignal);
    }
  };
  for (const signal of SIGNALS) {
    process.on(signal, onSignal);
  }

  // A mistake of the program's own. Who has changed the terminal gives it back when the process
  // exits, and the message comes after that.
  process.on('uncaughtException', (error) => {
    process.on('exit', () => process.stderr.write(`${name}: internal error: ${error.message}\n`));
    process.exit(1);
  });

  let failed = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && !failed) {
      failed = true;
      process.stderr.write(`${name}: cannot write: ${error.message}\n`);
    }
    stop.abort();
  });
  process.stderr.on('error', () => stop.abort());

  const terminal: Terminal = {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    windowLines: process.stdout.isTTY ? process.stdout.rows : undefined,
    signal: stop.signal,
    endAtOnce: letSignalsBe,
  };
  try {
    process.exitCode = await main(process.argv.slice(2), terminal);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  // Errors of the last write arrive in the next round of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  letSignalsBe();
  if (failed) {
    process.exitCode = 1;
  }
  if (caught !== undefined) {
    process.kill(process.pid, caught);
  }
}
