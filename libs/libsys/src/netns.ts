import { closeSync, openSync } from 'node:fs';
import { lastErrno, loadLibrary } from './ffi.ts';
import { SysError } from './sys-error.ts';

/** @see CLONE_NEWNET in Linux' sched.h */
const CLONE_NEWNET = 0x4000_0000;

/** What failures to enter mean, and what to do. */
const TEXTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such network namespace',
  EACCES: 'this user may not enter network namespaces; root may',
  EPERM: 'this user may not enter network namespaces; root may',
  EINVAL: 'it is not a network namespace',
};

/**
 * Has the calling thread, and every program it starts from now on, in a network namespace of the
 * host. Sockets that are there already stay where they are. Linux only.
 *
 * @param name a path, or what `ip netns` calls one
 * @throws {SysError} ENOENT — there is none; EPERM, EACCES — not for this user; EINVAL — it is
 * something else
 */
export function enterNetns(name: string): void {
  const path = name.startsWith('/') ? name : `/run/netns/${name}`;
  const op = `enter network namespace ${name}`;
  const libc = loadLibrary<{ setns(descriptor: number, type: number): number }>(undefined, {
    setns: { result: 'int', params: ['int', 'int'] },
  });
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (cause) {
    const { code = 'EIO' } = cause as NodeJS.ErrnoException;
    throw new SysError({ code, syscall: 'open', op, text: TEXTS[code], cause });
  }
  const errno = libc.setns(descriptor, CLONE_NEWNET) < 0 ? lastErrno() : 0;
  closeSync(descriptor);
  if (errno !== 0) {
    const { code } = new SysError({ errno, syscall: 'setns' });
    throw new SysError({ errno, syscall: 'setns', op, text: TEXTS[code] });
  }
}
