import type { Terminal } from 'libofmt';
import { isSysError } from 'libsys';
import { report } from '../../session.ts';

/** What somebody wanted of a zone. */
export type Wanted = 'create' | 'boot' | 'halt' | 'destroy';

/** What the errors of the zone requests mean. @see HK_IOC_ZONECREATE in kernel/hosted/hk.h */
function reasonOf(code: string, wanted: Wanted, zone: string, netns: string | undefined) {
  const namespace = `network namespace ${netns ?? 'of the zone'}`;
  switch (code) {
    case 'EEXIST':
      return 'zone already exists';
    case 'ENOENT':
      return 'no such zone';
    case 'EALREADY':
      return 'it is running';
    case 'ESRCH':
      return 'it is not running';
    case 'EBUSY':
      return wanted === 'destroy'
        ? `it is running (try: unetadm host zone halt ${zone})`
        : 'a link that was lent to it cannot be taken back; halt it again';
    case 'EINVAL':
      return netns === undefined ? 'not a name for a zone' : `${netns} is not a network namespace`;
    case 'ENODEV':
      return `there is no ${namespace}`;
    case 'EACCES':
      return `this user may not enter the ${namespace}; a hosted kernel of root may`;
    case 'EADDRINUSE':
      return `the ${namespace} is another zone's, or the one that the hosted kernel is in`;
    case 'EPERM':
      return 'only administrators of the global zone may';
    default:
      return undefined;
  }
}

/** Says why something could not be done to a zone. */
export function reportZone(
  terminal: Terminal,
  wanted: Wanted,
  zone: string,
  error: unknown,
  netns?: string,
): number {
  const reason = isSysError(error) ? reasonOf(error.code, wanted, zone, netns) : undefined;
  const why = reason === undefined ? error : new Error(reason, { cause: error });
  return report(terminal, `${wanted} zone ${zone}`, why);
}
