import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/**
 * errno numbers and names of the host this process runs on: they differ between systems
 * (`EOVERFLOW` is 75 on Linux and 79 on illumos), so the name is the identity everywhere above.
 */

/** Number of each errno name on this host, e.g. `ERRNO['EAGAIN']`. */
export const ERRNO: Readonly<Record<string, number>> = Object.freeze({ ...constants.errno });

/**
 * Where two names share a number, the one to show: POSIX's common spelling. Node lists the names in
 * its own order, in which a rarer one may come last.
 */
const PREFERRED: readonly string[] = ['EAGAIN', 'ENOTSUP', 'EDEADLK'];

const names = new Map<number, string>();
for (const [name, number] of Object.entries(ERRNO)) {
  if (!names.has(number) || PREFERRED.includes(name)) names.set(number, name);
}

const texts = new Map<number, string>();
for (const [number, [, message]] of getSystemErrorMap()) texts.set(-number, message);

/** What the system's own table would call these, where libuv knows none or speaks of something else. */
const OWN_TEXTS: Readonly<Record<string, string>> = {
  EAGAIN: 'nothing to do right now',
  EBADF: 'not open, or not open for this',
  EBUSY: 'in use',
  EOVERFLOW: 'too large for its buffer',
  ERANGE: 'out of range',
  ENXIO: 'no such device or address',
  ENOTTY: 'no such request here',
  ENOTEMPTY: 'something is left',
  EPROTO: 'the other side speaks another version',
};

/** Names an errno number of this host: `EAGAIN`; a number without a name becomes `E<number>`. */
export function errnoName(number: number): string {
  return names.get(number) ?? `E${number}`;
}

/** Says in a few words what an errno number of this host means. */
export function errnoText(number: number): string {
  const name = errnoName(number);
  return OWN_TEXTS[name] ?? texts.get(number) ?? `error ${number}`;
}

/**
 * The number of an errno name on this host.
 *
 * @throws {RangeError} this host has no such errno
 */
export function errnoNumber(name: string): number {
  const number = ERRNO[name];
  if (number === undefined) throw new RangeError(`this host has no errno ${name}`);
  return number;
}
