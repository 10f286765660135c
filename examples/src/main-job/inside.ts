import { rmSync } from 'node:fs';
import { runtimeDirOf, serverStatus } from 'libsys';
import { CommandError, Commands } from './commands.ts';
import { Interruption } from './interruption.ts';
import { Job, JobError, LINK } from './job.ts';

/** What the program outside tells the one inside. */
export interface InsideOptions {
  readonly way: 'tap' | 'bus';
  readonly directory: string;
  readonly keep: boolean;
  readonly lose: string | undefined;
  /** How the namespace was entered. */
  readonly prefix: readonly string[];
}

const TO_END: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Performs the job where the program outside put us; returns the exit code. */
export async function inside(options: InsideOptions): Promise<number> {
  const interrupt = new AbortController();
  const stop = (reason: Interruption['reason']) => () => interrupt.abort(new Interruption(reason));
  for (const signal of TO_END) process.on(signal, stop(signal));
  process.on('disconnect', stop('disconnect')); // the program outside is gone
  process.stdout.on('error', stop('EPIPE')); // nobody reads what we show

  const show = (text: string) => void process.stdout.write(text);
  const job = new Job({
    way: options.way,
    commands: new Commands(process.env, show),
    show,
    signal: interrupt.signal,
    directory: options.directory,
    lose: options.lose,
  });

  let code = 0;
  try {
    await job.perform();
  } catch (error) {
    code = error instanceof Interruption ? error.exitCode : 1;
    show(`\nmain job: ${explain(error)}\n`);
  }
  if (code === 0 && options.keep) {
    show(instructions(options, job.responderPid));
    job.leave();
    return 0;
  }
  try {
    await job.takeDown();
  } catch (error) {
    show(`main job: ${explain(error)}\n`);
    if (code === 0) code = 1;
  }
  // The program outside would do this, but it is gone.
  if (!process.connected) rmSync(options.directory, { recursive: true, force: true });
  return code;
}

/** An expected failure has a message; anything else is a defect and shows where it is. */
function explain(error: unknown): string {
  const expected = [JobError, CommandError, Interruption, AggregateError];
  if (expected.some((kind) => error instanceof kind)) return (error as Error).message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** How to go on by hand. */
function instructions(options: InsideOptions, responder: number | undefined): string {
  const { way, directory, prefix } = options;
  const dir = runtimeDirOf({ UNET_RUNTIME_DIR: directory }, process.getuid?.() ?? 0);
  const { pid } = serverStatus(dir);
  const user = prefix.includes('--user') ? ' --user --preserve-credentials' : '';
  const enter =
    way === 'tap' ? `  nsenter --target ${pid}${user} --net    # into its network namespace\n` : '';
  const reach =
    way === 'tap'
      ? '  ping 10.62.0.2\n  ping -6 fd62::2\n'
      : '  node examples/dist/second-host.js 10.62.0.2\n';
  return `
${LINK} stays, and the responder behind it. In a shell, here:

${enter}  export UNET_RUNTIME_DIR=${directory}
${reach}  npx unetadm list
  npx unetstat 1

To take it down:

  kill ${responder}; UNET_RUNTIME_DIR=${directory} npx unetadm host stop; rm -r ${directory}
`;
}
