import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type ProgramProcess, runProgram, type Terminal } from './program.ts';

/** A process that is watched: what it printed, and how it ended. */
class FakeProcess extends EventEmitter {
  readonly argv = ['node', 'tool', 'a', '-b'];
  readonly pid = 1;
  readonly printed: string[] = [];
  readonly killed: string[] = [];
  exitCode: number | undefined;
  readonly stdout = Object.assign(new EventEmitter(), {
    isTTY: false,
    rows: 24,
    write: (text: string) => this.printed.push(text),
  });
  readonly stderr = Object.assign(new EventEmitter(), {
    write: (text: string) => this.printed.push(`!${text}`),
  });

  exit(code: number): void {
    this.killed.push(`exit ${code}`);
    this.emit('exit');
  }

  kill(_pid: number, signal: string): void {
    this.killed.push(signal);
  }
}

async function run(
  main: (args: readonly string[], terminal: Terminal, process: FakeProcess) => Promise<number>,
): Promise<FakeProcess> {
  const process = new FakeProcess();
  await runProgram(process as unknown as ProgramProcess, 'tool', (args, terminal) =>
    main(args, terminal, process),
  );
  return process;
}

describe('runProgram', () => {
  it('hands the arguments over, prints and answers the exit code', async () => {
    const { exitCode, printed, killed } = await run(async (args, terminal) => {
      terminal.out(args.join(' '));
      terminal.err('careful');
      expect(terminal.windowLines).toBeUndefined();
      return 2;
    });
    expect({ exitCode, printed, killed }).toEqual({
      exitCode: 2,
      printed: ['a -b', '!careful'],
      killed: [],
    });
  });

  it('shows the message of what nobody expected, without a stack', async () => {
    const { exitCode, printed } = await run(async () => {
      throw new Error('odd');
    });
    expect({ exitCode, printed }).toEqual({ exitCode: 1, printed: ['!tool: odd\n'] });
  });

  it('lets what is under way come to its end after a signal, then ends by it', async () => {
    const { killed, printed } = await run(async (_args, terminal, process) => {
      process.emit('SIGINT', 'SIGINT');
      expect(terminal.signal.aborted).toBe(true);
      expect(process.listenerCount('SIGINT')).toBe(0);
      terminal.out('undone');
      return 1;
    });
    expect({ killed, printed }).toEqual({ killed: ['SIGINT'], printed: ['undone'] });
  });

  it('leaves signals to the system when there is nothing to undo', async () => {
    const { killed } = await run(async (_args, terminal, process) => {
      terminal.endAtOnce();
      expect(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')).toBe(0);
      return 0;
    });
    expect(killed).toEqual([]);
  });

  it('takes a reader that went away for an end, and a full disk for a failure', async () => {
    const quiet = await run(async (_args, terminal, process) => {
      process.stdout.emit('error', Object.assign(new Error('gone'), { code: 'EPIPE' }));
      expect(terminal.signal.aborted).toBe(true);
      return 0;
    });
    expect({ exitCode: quiet.exitCode, printed: quiet.printed }).toEqual({
      exitCode: 0,
      printed: [],
    });
    const full = await run(async (_args, _terminal, process) => {
      process.stdout.emit('error', Object.assign(new Error('full'), { code: 'ENOSPC' }));
      process.stdout.emit('error', Object.assign(new Error('full'), { code: 'ENOSPC' }));
      return 0;
    });
    expect({ exitCode: full.exitCode, printed: full.printed }).toEqual({
      exitCode: 1,
      printed: ['!tool: cannot write: full\n'],
    });
  });

  it('tells of a mistake of its own in a line, when all else has been put in order', async () => {
    const { killed, printed } = await run(async (_args, _terminal, process) => {
      process.on('exit', () => process.printed.push('in order'));
      process.emit('uncaughtException', new Error('a bug'));
      return 0;
    });
    expect(killed).toEqual(['exit 1']);
    expect(printed).toEqual(['in order', '!tool: internal error: a bug\n']);
  });
});
