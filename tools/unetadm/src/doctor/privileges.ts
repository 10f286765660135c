import { execFileSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { Findings } from './finding.ts';

const TUN = '/dev/net/tun';
/** @see CAP_NET_ADMIN in capabilities(7) */
const CAP_NET_ADMIN = 1n << 12n;

/** What the checks ask the system; tests put something else in its place. */
export interface PrivilegeSource {
  /** The capabilities of a process, as `/proc/<pid>/status` has them. @throws {Error} */
  readonly capabilities: (pid: number | 'self') => string;
  /** Whether this process may open the device of TAP interfaces. @throws {Error} */
  readonly openTun: () => void;
  /** What `ppriv` says of this process. @throws {Error} */
  readonly ppriv: () => string;
}

const SYSTEM: PrivilegeSource = {
  capabilities: (pid) => readFileSync(`/proc/${pid}/status`, 'utf8'),
  openTun: () => accessSync(TUN, constants.R_OK | constants.W_OK),
  ppriv: () => execFileSync('/usr/bin/ppriv', [`${process.pid}`], { encoding: 'utf8' }),
};

/** Looks whether links of a hosted kernel can be interfaces of the host. `server`: its process. */
export function checkTap(server: number | undefined, source: PrivilegeSource = SYSTEM): Findings {
  const found = new Findings('privileges');
  const without = 'links without stack= are on a segment in memory (stack=bus)';
  try {
    source.openTun();
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    found.warning(
      missing ? `this host has no ${TUN}: ${without}` : `${TUN} is not for this user: ${without}`,
      missing ? 'sudo modprobe tun' : 'sudo unetadm doctor',
    );
    return found;
  }
  const [, mask = '0'] =
    /^CapEff:\s*([0-9a-f]+)$/m.exec(source.capabilities(server ?? 'self')) ?? [];
  if ((BigInt(`0x${mask}`) & CAP_NET_ADMIN) === 0n) {
    const who = server === undefined ? 'this user' : `the server, process ${server},`;
    found.warning(`${who} may not make TAP interfaces: ${without}`, 'sudo unetadm doctor');
  } else {
    found.ok('links can be TAP interfaces of this host');
  }
  return found;
}

/** The privileges that illumos asks for, and what for. */
const WANTED: Readonly<Record<string, string>> = {
  sys_dl_config: 'making and changing links needs it',
  net_rawaccess: 'opening links of others needs it',
};

/** Looks at the privileges of this process on illumos. */
export function checkPrivileges(source: PrivilegeSource = SYSTEM): Findings {
  const found = new Findings('privileges');
  let effective: string;
  try {
    effective = /^\s*E:\s*(.*)$/m.exec(source.ppriv())?.[1] ?? '';
  } catch (error) {
    found.warning(`ppriv(1) does not tell which there are: ${(error as Error).message}`);
    return found;
  }
  const held = new Set(effective.split(/[\s,]+/));
  const missing = Object.keys(WANTED).filter((name) => !held.has(name) && !held.has('all'));
  for (const name of missing) {
    found.warning(`there is no ${name}: ${WANTED[name]}`, 'pfexec unetadm doctor');
  }
  if (missing.length === 0) {
    found.ok(Object.keys(WANTED).join(', '));
  }
  return found;
}
