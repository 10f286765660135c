import { lstatSync, readFileSync, type Stats } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isSysError, type KernelChoice } from 'libsys';
import { Findings, shellWord } from './finding.ts';

type ServerChoice = Extract<KernelChoice, { kind: 'server' }>;

/** Where a user can always have a runtime directory. */
const ownPlace = (): string => `export UNET_RUNTIME_DIR=${shellWord(join(homedir(), '.unet'))}`;

function look(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    // Missing, or in a directory that says nothing: to be reached it has to be there anyhow.
    return undefined;
  }
}

/** The process that a server wrote into its lock, if there is such a process. */
export function lockedBy(socket: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(`${socket}.lock`, 'utf8'), 10);
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

/** Looks at the directory of the server; without faults there a server can be started in it. */
export function checkRuntimeDir(
  { runtimeDir }: ServerChoice,
  uid: number = process.getuid?.() ?? 0,
): Findings {
  const found = new Findings('directory');
  const { path } = runtimeDir;
  const stat = look(path);
  if (stat === undefined) {
    found.ok(`${path} will be made when the server is started`);
  } else if (!stat.isDirectory() && !stat.isSymbolicLink()) {
    found.fault(`${path} is not a directory`, `mv ${shellWord(path)} ${shellWord(`${path}.old`)}`);
  } else if (stat.uid !== uid && stat.uid !== 0) {
    found.fault(`${path} belongs to another user (uid ${stat.uid})`, ownPlace());
  } else if (!stat.isSymbolicLink() && (stat.mode & 0o022) !== 0 && (stat.mode & 0o1000) === 0) {
    found.fault(`${path} is writable for other users`, `chmod go-w ${shellWord(path)}`);
  } else {
    found.ok(path);
  }
  return found;
}

/** Says why a server could not be connected to, and what helps. */
export function explainNoServer(
  error: unknown,
  { socket, runtimeDir, zone }: ServerChoice,
  recorded: number,
  env: NodeJS.ProcessEnv = process.env,
): Findings {
  const found = new Findings('server');
  const own = socket === runtimeDir.socket;
  const start = recorded > 0 ? 'unetadm up' : 'unetadm host start';
  if (!isSysError(error)) {
    throw error;
  }
  if (zone !== undefined && error.text.includes(zone)) {
    found.fault(error.text, 'unset UNET_ZONE');
  } else if (!own && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')) {
    found.fault(`none answers at ${socket}, and none is started there`, 'unset UNET_KERNEL');
  } else if (error.code === 'ECONNREFUSED') {
    found.fault(`${socket} is stale: its server was killed, and its links are gone`, start);
  } else if (error.code === 'ENOENT') {
    if (recorded > 0) {
      found.warning('it does not run, and links are recorded', start);
    } else {
      found.ok('it does not run; the commands that need it start it');
    }
  } else if (error.code === 'EPROTO') {
    const pid = lockedBy(socket);
    found.fault(
      `${socket} is served by something else, or by a server of another version`,
      pid === undefined ? `rm ${shellWord(socket)}` : `kill ${pid}`,
    );
  } else if (error.code === 'EACCES') {
    const chosen = (env['UNET_KERNEL'] ?? '') !== '';
    found.fault(`${socket}: ${error.text}`, chosen ? 'unset UNET_KERNEL' : ownPlace());
  } else {
    found.fault(`${socket}: ${error.text}`);
  }
  return found;
}
