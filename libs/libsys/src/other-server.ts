import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** ms between looks whether a server has ended. */
const LOOK = 10;

/** The process of a socket's server, which has written it into the lock beside the socket. */
function processOf(socket: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(`${socket}.lock`, 'utf8'), 10);
    // The lock of a server that was killed stays, and its number may be another program's by now.
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8');
    return name === 'unethostd\n' ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Ends a server of another version, which understands no request, and returns when it has ended.
 *
 * @param socket the path of its socket
 * @returns whether it was found: something else may serve the socket
 */
export async function endOtherServer(socket: string): Promise<boolean> {
  const pid = processOf(socket);
  if (pid === undefined) return false;
  process.kill(pid, 'SIGTERM');
  while (processOf(socket) === pid) await sleep(LOOK);
  return true;
}
