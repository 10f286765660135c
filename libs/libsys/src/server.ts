import { spawn } from 'node:child_process';
import { HostedKernel } from './hosted.ts';
import { findNative } from './native-files.ts';
import { endOtherServer } from './other-server.ts';
import { makeRuntimeDir, type RuntimeDir } from './runtime-dir.ts';
import { isSysError, SysError } from './sys-error.ts';

/** What is known of a user's hosted server. */
export interface ServerStatus {
  readonly running: boolean;
  readonly socket: string;
  readonly pid?: number;
  readonly uid?: number;
  readonly links?: number;
  readonly files?: number;
  /** ns */
  readonly uptime?: bigint;
}

/** How `unethostd` ends where another one serves the socket already. */
const EXIT_RUNNING = 3;

/**
 * Starts the hosted server of a runtime directory and returns when it can be connected to:
 * `unethostd` goes into the background by itself, and the process started here ends at that moment.
 * Does nothing if it runs already; of several that start it at once, one wins and all go on.
 *
 * @returns whether this call started it
 * @throws {SysError} EIO — it did not come up, the text is what it said (the directory is another
 * user's, for one)
 */
export async function startServer(dir: RuntimeDir): Promise<'started' | 'running'> {
  makeRuntimeDir(dir);
  const program = findNative('unethostd');
  const child = spawn(program, ['-s', dir.socket, '-l', dir.log], {
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    complaint += text;
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.on('error', reject);
      child.on('close', (...end) => resolve(end));
    },
  );
  if (code === 0) return 'started';
  if (code === EXIT_RUNNING) return 'running';
  throw new SysError({
    code: 'EIO',
    syscall: 'spawn',
    op: 'start server',
    text:
      complaint.trim().replace(/^unethostd: /, '') ||
      `unethostd ended with ${signal ?? code}; see ${dir.log}`,
  });
}

/**
 * Looks at the hosted server of a runtime directory.
 *
 * @throws {SysError} EACCES — it is another user's; EPROTO — it speaks another version
 */
export function serverStatus(dir: RuntimeDir): ServerStatus {
  const kernel = connect(dir);
  if (kernel === undefined) return { running: false, socket: dir.socket };
  try {
    const { pid, uid, links, files, uptime } = kernel.hosted.sysinfo();
    return { running: true, socket: dir.socket, pid, uid, links, files, uptime };
  } finally {
    kernel.dispose();
  }
}

/**
 * Stops the hosted server of a runtime directory and returns when it has ended: every link is gone
 * then. A server of another version is stopped as well.
 *
 * @returns whether it ran
 * @throws {SysError} EPERM, EACCES — it is another user's; EPROTO — it is something else
 */
export async function stopServer(dir: RuntimeDir): Promise<'stopped' | 'not-running'> {
  let kernel: HostedKernel | undefined;
  try {
    kernel = connect(dir);
  } catch (error) {
    if (!isSysError(error, 'EPROTO')) throw error;
    if (await endOtherServer(dir.socket)) return 'stopped';
    const text = `${dir.socket} is served by something else`;
    throw new SysError({ code: 'EPROTO', syscall: 'connect', op: 'stop server', text });
  }
  if (kernel === undefined) return 'not-running';
  try {
    kernel.hosted.shutdown();
  } finally {
    kernel.dispose();
  }
  return 'stopped';
}

function connect(dir: RuntimeDir): HostedKernel | undefined {
  try {
    return HostedKernel.connect(findNative('libunethk.so'), dir.socket);
  } catch (error) {
    if (isSysError(error, 'ENOENT') || isSysError(error, 'ECONNREFUSED')) return undefined;
    throw error;
  }
}
