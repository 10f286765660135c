/** What every example does around what it is about. */
export interface Program<Arguments> {
  readonly name: string;
  readonly usage: string;
  /** Reads the command line. What it throws is followed by the usage, and the exit code is 2. */
  readonly read: () => Arguments;
  /** Does the work until the signal fires. What it throws makes the exit code 1. */
  readonly run: (given: Arguments, signal: AbortSignal) => Promise<void>;
}

/** Runs a program; Ctrl-C and `kill` fire its signal, so that it ends as it would by itself. */
export async function runProgram<Arguments>({
  name,
  usage,
  read,
  run,
}: Program<Arguments>): Promise<void> {
  const fail = (error: unknown, code: number, more = '') => {
    process.stderr.write(`${name}: ${(error as Error).message}\n${more}`);
    process.exitCode = code;
  };
  let given: Arguments;
  try {
    given = read();
  } catch (error) {
    fail(error, 2, usage);
    return;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  // Whoever started us may have gone without reading to the end.
  process.stdout.on('error', () => undefined);
  await run(given, stop.signal).catch((error: unknown) => fail(error, 1));
}

/** Reads a whole number of an option. @throws {RangeError} it is none, or not in the range */
export function readInteger(option: string, text: string, low: number, high: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new RangeError(`${option} must be a whole number from ${low} to ${high}, not ${text}`);
}
