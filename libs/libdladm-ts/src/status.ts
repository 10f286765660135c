/** Name of a status, without `DLADM_STATUS_`. */
export type DladmStatus =
  | 'BADARG'
  | 'FAILED'
  | 'TOOSMALL'
  | 'NOTSUP'
  | 'NOTFOUND'
  | 'BADVAL'
  | 'NOMEM'
  | 'EXIST'
  | 'LINKINVAL'
  | 'PROPRDONLY'
  | 'BADVALCNT'
  | 'DENIED'
  | 'IOERR'
  | 'TEMPONLY'
  | 'LINKBUSY'
  | 'TRYAGAIN'
  | 'MACADDRINVAL'
  | 'INVALIDMACADDR'
  | 'INVALIDMACADDRLEN'
  | 'INVALIDMACADDRINUSE'
  | 'BADRANGE'
  | 'BADPROP'
  | 'PERMONLY'
  | 'INVALID_MTU'
  | 'PERSIST_ON_TEMP';

/**
 * What libdladm calls its failures: the name after `DLADM_STATUS_`, the errno that means the same
 * and the sentence that dladm shows. The names are the contract: from `BAD_ENCAP` on, the numbers
 * differ between distributions, so on illumos a status is known by its sentence.
 */
export const DLADM_STATUS: Readonly<Record<DladmStatus, readonly [code: string, text: string]>> = {
  BADARG: ['EINVAL', 'invalid argument'],
  FAILED: ['EIO', 'operation failed'],
  TOOSMALL: ['ENOSPC', 'buffer size too small'],
  NOTSUP: ['ENOTSUP', 'operation not supported'],
  NOTFOUND: ['ENOENT', 'object not found'],
  BADVAL: ['EINVAL', 'invalid value'],
  NOMEM: ['ENOMEM', 'insufficient memory'],
  EXIST: ['EEXIST', 'object already exists'],
  LINKINVAL: ['EINVAL', 'invalid link'],
  PROPRDONLY: ['EACCES', 'read-only property'],
  BADVALCNT: ['EINVAL', 'invalid number of values'],
  DENIED: ['EPERM', 'permission denied'],
  IOERR: ['EIO', 'I/O error'],
  TEMPONLY: ['ENOTSUP', 'change cannot be persistent'],
  LINKBUSY: ['EBUSY', 'link busy'],
  TRYAGAIN: ['EAGAIN', 'try again later'],
  MACADDRINVAL: ['EINVAL', 'invalid MAC address'],
  INVALIDMACADDR: ['EINVAL', 'invalid MAC address value'],
  INVALIDMACADDRLEN: ['EINVAL', 'invalid MAC address length'],
  INVALIDMACADDRINUSE: ['EADDRINUSE', 'MAC address is already in use'],
  BADRANGE: ['ERANGE', 'invalid range'],
  BADPROP: ['ENOTSUP', 'invalid property'],
  PERMONLY: ['ENOTSUP', 'change must be persistent'],
  INVALID_MTU: ['ERANGE', "MTU check failed, MTU outside of device's supported range"],
  PERSIST_ON_TEMP: ['EEXIST', "can't create persistent object on top of temporary object"],
};

const bySentence = new Map<string, DladmStatus>(
  Object.entries(DLADM_STATUS).map(([status, [, sentence]]) => [sentence, status as DladmStatus]),
);

/** Names the status that libdladm's sentence belongs to; `FAILED` for one that is not in the table. */
export function statusOfSentence(sentence: string): DladmStatus {
  return bySentence.get(sentence) ?? 'FAILED';
}

/** What libdladm makes of an errno, by its name. */
const BY_ERRNO: Readonly<Record<string, DladmStatus>> = {
  EINVAL: 'BADARG',
  EEXIST: 'EXIST',
  ENOENT: 'NOTFOUND',
  ENXIO: 'NOTFOUND',
  ENOSPC: 'TOOSMALL',
  ENOMEM: 'NOMEM',
  ENOTSUP: 'NOTSUP',
  EACCES: 'DENIED',
  EPERM: 'DENIED',
  EIO: 'IOERR',
  EBUSY: 'LINKBUSY',
  EAGAIN: 'TRYAGAIN',
  EADDRINUSE: 'INVALIDMACADDRINUSE',
  ERANGE: 'BADRANGE',
};

/** What the driver's precise causes are to libdladm. @see kernel/unet/sys/unet.h UNET_ERRNO_MAP */
const BY_UNET_ERRNO: Readonly<Record<string, DladmStatus>> = {
  NAME: 'LINKINVAL',
  EXISTS: 'EXIST',
  NOLINK: 'NOTFOUND',
  MACLEN: 'INVALIDMACADDRLEN',
  MACADDR: 'INVALIDMACADDR',
  MTU: 'INVALID_MTU',
  LINGER: 'BADRANGE',
  BUFTOOSMALL: 'BADRANGE',
  BUFTOOBIG: 'BADRANGE',
  NOPROP: 'BADPROP',
  PROPRDONLY: 'PROPRDONLY',
  PROPCOUNT: 'BADVALCNT',
  PROPVAL: 'BADVAL',
  PRIV: 'DENIED',
  HELD: 'LINKBUSY',
  BUSY: 'LINKBUSY',
  DYING: 'NOTFOUND',
  NOMEM: 'NOMEM',
};

/** Names the status for a failed request: by the driver's own cause if it gave one, else by errno. */
export function statusOf(code: string, unetCode?: string): DladmStatus {
  return (
    (unetCode === undefined ? undefined : BY_UNET_ERRNO[unetCode]) ?? BY_ERRNO[code] ?? 'FAILED'
  );
}
