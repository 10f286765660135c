import { closeSync, openSync, readSync } from 'node:fs';
import { constants } from 'node:os';
import { loadLibrary } from 'libsys';

/**
 * Runs parts of a program in processes of their own, stopped at the entry and at the exit of each
 * system call. A process is a fork of this one, which costs a few milliseconds where starting
 * Node.js takes a hundred; so it is only for `node --single-threaded`, in which no work is done by
 * threads that a fork would not have. Linux only.
 */

interface Libc {
  fork(): number;
  kill(pid: number, signal: number): number;
  getpid(): number;
  waitpid(pid: number, status: Uint8Array, options: number): number;
  ptrace(request: number, pid: number, address: number, data: number): number;
  ptraceAt(request: number, pid: number, address: number, data: Uint8Array): number;
  madvise(address: number, length: number, advice: number): number;
  _exit(code: number): void;
}

const libc = loadLibrary<Libc>(undefined, {
  fork: { result: 'int', params: [] },
  kill: { result: 'int', params: ['int', 'int'] },
  getpid: { result: 'int', params: [] },
  waitpid: { result: 'int', params: ['int', 'void *', 'int'] },
  ptrace: { result: 'intptr_t', params: ['int', 'int', 'intptr_t', 'intptr_t'] },
  ptraceAt: { symbol: 'ptrace', result: 'intptr_t', params: ['int', 'int', 'intptr_t', 'void *'] },
  madvise: { result: 'int', params: ['uintptr_t', 'uintptr_t', 'int'] },
  _exit: { result: 'void', params: ['int'] },
});

/** @see ptrace(2), linux/ptrace.h */
const TRACEME = 0;
const GETREGS = 12;
const SETREGS = 13;
const SYSCALL = 24;
const SETOPTIONS = 0x4200;
const O_TRACESYSGOOD = 0x1;
const O_EXITKILL = 0x100000;
const SYSCALL_STOP = constants.signals.SIGTRAP | 0x80;

/** @see madvise(2) */
const DOFORK = 11;

const MAPS = Buffer.allocUnsafeSlow(1 << 18);
const status = Buffer.allocUnsafeSlow(4);

/** V8 keeps its memory from its children; these need it. */
function shareMemory(): void {
  const fd = openSync('/proc/self/maps', 'r');
  let length = 0;
  for (let n = 1; n > 0; length += n) {
    n = readSync(fd, MAPS, length, MAPS.length - length, null);
  }
  closeSync(fd);
  const maps = MAPS.toString('latin1', 0, length);
  for (const [, from = '', to = ''] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) .* 00:00 0 *$/gm)) {
    const start = Number.parseInt(from, 16);
    libc.madvise(start, Number.parseInt(to, 16) - start, DOFORK);
  }
}

/** How a process ended: `code` by itself, `signal` otherwise. */
export interface Ended {
  readonly code?: number;
  readonly signal?: number;
}

/** A process that is stopped at a system call. */
export interface Stop {
  /** How many times it has been stopped, this one included. */
  readonly nth: number;
  readonly at: 'entry' | 'exit';
  /** x86-64 only: the number of the system call, and what makes it not happen but answer `-errno`. */
  registers(): { call: number; fail(errno: number): void };
}

function wait(pid: number): { ended?: Ended; stopped?: number } {
  if (libc.waitpid(pid, status, 0) !== pid) {
    throw new Error('waitpid failed');
  }
  const word = status.readInt32LE();
  const signal = word & 0x7f;
  if (signal === 0x7f) {
    return { stopped: (word >> 8) & 0xff };
  }
  return { ended: signal === 0 ? { code: (word >> 8) & 0xff } : { signal } };
}

/** Whether a fork of this process may be traced here. */
export async function canTrace(): Promise<boolean> {
  const ended = await traced(
    async () => 7,
    () => 'go on',
  );
  return ended?.code === 7;
}

/** @see user_regs_struct of x86-64 */
const RAX = 10 * 8;
const ORIG_RAX = 15 * 8;
const REGISTERS = Buffer.allocUnsafeSlow(27 * 8);

/**
 * Runs `program`, whose result is the exit code, in a fork, and calls `look` at each stop, which
 * says whether it is to be killed there.
 *
 * @returns how it ended; `undefined` if it did not come to begin.
 */
export async function traced(
  program: () => Promise<number>,
  look: (stop: Stop) => 'kill' | 'go on',
): Promise<Ended | undefined> {
  // What the first round allocates, the second one shares.
  shareMemory();
  shareMemory();
  const pid = libc.fork();
  if (pid === 0) {
    libc.ptrace(TRACEME, 0, 0, 0);
    libc.kill(libc.getpid(), constants.signals.SIGSTOP);
    libc._exit(await program());
  }
  if (wait(pid).stopped !== constants.signals.SIGSTOP) {
    return undefined;
  }
  libc.ptrace(SETOPTIONS, pid, 0, O_TRACESYSGOOD | O_EXITKILL);
  let fault: number | undefined;
  for (let nth = 1, signal = 0; ; ) {
    if (libc.ptrace(SYSCALL, pid, 0, signal) !== 0) {
      throw new Error('ptrace failed');
    }
    const { ended, stopped = 0 } = wait(pid);
    if (ended !== undefined) {
      return ended;
    }
    signal = stopped === SYSCALL_STOP ? 0 : stopped;
    if (signal !== 0) {
      continue;
    }
    const at = nth % 2 === 1 ? 'entry' : 'exit';
    if (at === 'exit' && fault !== undefined) {
      libc.ptraceAt(GETREGS, pid, 0, REGISTERS);
      REGISTERS.writeBigInt64LE(BigInt(-fault), RAX);
      libc.ptraceAt(SETREGS, pid, 0, REGISTERS);
      fault = undefined;
    }
    const registers = (): ReturnType<Stop['registers']> => {
      libc.ptraceAt(GETREGS, pid, 0, REGISTERS);
      return {
        call: Number(REGISTERS.readBigInt64LE(ORIG_RAX)),
        fail: (errno) => {
          REGISTERS.writeBigInt64LE(-1n, ORIG_RAX);
          libc.ptraceAt(SETREGS, pid, 0, REGISTERS);
          fault = errno;
        },
      };
    };
    if (look({ nth, at, registers }) === 'kill') {
      libc.kill(pid, constants.signals.SIGKILL);
      return wait(pid).ended ?? wait(pid).ended;
    }
    nth += 1;
  }
}
