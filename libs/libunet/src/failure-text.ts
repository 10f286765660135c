import { UNET_ERRNOS, type UnetErrnoName } from 'libsys/unet-abi';

/** What the failures of an open mean, and what to do. */
const OPEN: Readonly<Record<string, string>> = {
  ENOENT: 'no such link; make it first (unetadm create), or bring it up (unetadm up)',
  EBUSY: 'somebody holds the link; wait until it has been closed',
  EBADF: 'the kernel has been disposed of; open another (openKernel)',
  ENXIO: 'link is being destroyed; make it again first (unetadm create)',
  EPERM: 'permission denied; be the owner of the link or have net_rawaccess',
  EACCES: 'permission denied; be the owner of the link or have net_rawaccess',
  ENOTSUP: 'links cannot be opened in this zone; give it a network stack of its own',
};

/** What the failures of everything else mean, where the driver has no words of its own. */
const REQUEST: Readonly<Record<string, string>> = {
  ENXIO: 'link has been destroyed; close it',
  ERANGE: 'frame is too short or too long for the link; see minFrame and maxFrame of its info',
  EOVERFLOW: 'frame is too long for the memory; it stays queued, read it with more',
  EBADF: 'descriptor was closed by somebody else, or is not open for this; open the link again',
  ENOTTY: 'descriptor is not of a unet link; open the link by its name',
  ENOTSUP: 'the event loop cannot wait for events here; use events()',
  EFAULT: 'memory is gone or protected; make another batch',
  EINVAL: 'driver does not know the request; use driver and libunet of one release',
};

/** What may befall any of them. */
const ANY: Readonly<Record<string, string>> = {
  ECONNRESET: 'the hosted server is gone; open the link again',
  ECONNREFUSED: 'the hosted server is not running; start it (unetadm host start)',
  EPROTO: 'the hosted server is of another release; stop it and start it again',
  EMFILE: 'this process has too many open files; close some, or raise its limit (ulimit -n)',
  ENFILE: 'the system has too many open files; close some',
  EAGAIN: 'not right now; try again later',
  ENOMEM: 'not enough memory; try again later',
  EINTR: 'interrupted; try again',
};

/** What to do about some of the driver's own causes, which say themselves what is the matter. */
const ADVICE: { readonly [N in UnetErrnoName]?: string } = {
  VERSION: 'use driver and libunet of one release',
  DYING: 'close it',
  RDONLY: 'open it for reading and writing',
  WRONLY: 'open it for reading and writing',
  PRIV: 'a holder may set rxbuf, txbuf and linger, the rest takes sys_dl_config',
  NOMEM: 'try again later',
  INTR: 'try again',
  CAPTURES: 'end one of them first',
};

/** What a failed call means to somebody who uses a link; `undefined`: no more than the errno says. */
export function failureText(of: 'open' | 'request', code: string): string | undefined {
  return (of === 'open' ? OPEN : REQUEST)[code] ?? ANY[code];
}

/** What takes a privilege, and which. */
const PRIVILEGE: Readonly<Record<string, string>> = {
  capture: 'capturing takes net_rawaccess',
  watch: 'watching takes net_rawaccess, or to be the owner of the link',
};

/** The driver's own words for a cause, and what to do. */
export function causeText(unetErrno: number, op: string): string | undefined {
  const cause = unetErrno === 0 ? undefined : UNET_ERRNOS[unetErrno];
  if (cause === undefined) return undefined;
  const advice = (cause.name === 'PRIV' ? PRIVILEGE[op] : undefined) ?? ADVICE[cause.name];
  return advice === undefined ? cause.text : `${cause.text}; ${advice}`;
}
