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
  | 'PERSIST_ON_TEMP'
  | 'NONOTIF'
  | 'ADDRINUSE'
  | 'ADDRNOTAVAIL'
  | 'FLOW_EXISTS'
  | 'INVALID_MACMARGIN'
  | 'MINMAXBW'
  | 'POOLCPU';

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
  NONOTIF: ['ENOTSUP', 'link notification is not supported'],
  ADDRINUSE: ['EADDRINUSE', 'address already in use'],
  ADDRNOTAVAIL: ['EADDRNOTAVAIL', "can't assign requested address"],
  FLOW_EXISTS: ['ENOTEMPTY', 'link still has flows'],
  INVALID_MACMARGIN: ['ERANGE', 'MTU check failed, use lower MTU or -f option'],
  MINMAXBW: ['ERANGE', 'minimum value for maxbw is 1200K'],
  POOLCPU: ['EINVAL', 'pool and cpus property are mutually exclusive'],
};

const bySentence = new Map<string, DladmStatus>(
  Object.entries(DLADM_STATUS).map(([status, [, sentence]]) => [sentence, status as DladmStatus]),
);

/** Names the status that libdladm's sentence belongs to; `undefined` for one that is not in the table. */
export function statusOfSentence(sentence: string): DladmStatus | undefined {
  return bySentence.get(sentence);
}

/**
 * Numbers that mean the same on every distribution: those up to that of `INVALID_MTU`. Sentences
 * come in the language of the process, where it asked for one.
 *
 * @see dladm_status_t in illumos' libdladm.h
 */
const BY_NUMBER: ReadonlyMap<number, DladmStatus> = new Map([
  [1, 'BADARG'],
  [2, 'FAILED'],
  [3, 'TOOSMALL'],
  [4, 'NOTSUP'],
  [5, 'NOTFOUND'],
  [6, 'BADVAL'],
  [7, 'NOMEM'],
  [8, 'EXIST'],
  [9, 'LINKINVAL'],
  [10, 'PROPRDONLY'],
  [11, 'BADVALCNT'],
  [13, 'DENIED'],
  [14, 'IOERR'],
  [15, 'TEMPONLY'],
  [20, 'MACADDRINVAL'],
  [22, 'INVALIDMACADDRLEN'],
  [24, 'LINKBUSY'],
  [26, 'NONOTIF'],
  [27, 'TRYAGAIN'],
  [32, 'ADDRINUSE'],
  [34, 'INVALIDMACADDR'],
  [36, 'INVALIDMACADDRINUSE'],
  [46, 'BADRANGE'],
  [60, 'FLOW_EXISTS'],
  [68, 'INVALID_MACMARGIN'],
  [70, 'BADPROP'],
  [71, 'MINMAXBW'],
  [73, 'PERMONLY'],
  [75, 'POOLCPU'],
  [84, 'INVALID_MTU'],
]);

/** Names the status of a number; `FAILED` for one that is not the same everywhere. */
export function statusOfNumber(number: number): DladmStatus {
  return BY_NUMBER.get(number) ?? 'FAILED';
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
