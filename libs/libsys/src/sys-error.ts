import { errnoName, errnoNumber, errnoText } from './errno.ts';
import { shareClass } from './shared-class.ts';

/** What a {@link SysError} is made of. */
export interface SysErrorInit {
  /** Portable identity, e.g. `'EAGAIN'`. Either this or `errno`. */
  readonly code?: string;
  /** This host's number. Either this or `code`. */
  readonly errno?: number;
  /** The system call that failed, e.g. `'ioctl'`. */
  readonly syscall: string;
  /** What was being done, e.g. `'create'`. */
  readonly op?: string | undefined;
  /** The link it was done to. */
  readonly link?: string | undefined;
  /** Why, in words and without the code; by default the errno's own text. */
  readonly text?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A failed system call or driver request. Branch on {@link code}, never on the message, which reads
 * as Node's own: `EEXIST: link already exists, create vpn0`.
 */
export class SysError extends Error {
  static {
    shareClass(SysError, 'libsys.SysError');
  }

  /** Portable identity, e.g. `'EAGAIN'`. */
  readonly code: string;
  /** This host's number for {@link code}. */
  readonly errno: number;
  /** The system call that failed, e.g. `'ioctl'`. */
  readonly syscall: string;
  /** What was being done, e.g. `'create'`. */
  readonly op?: string;
  /** The link it was done to. */
  readonly link?: string;
  /** The message without its code, as a program shows it after its own name. */
  readonly text: string;

  constructor(init: SysErrorInit) {
    const errno = init.errno ?? errnoNumber(init.code ?? 'EINVAL');
    const code = init.code ?? errnoName(errno);
    const text = init.text ?? errnoText(errno);
    const doing = [init.op ?? init.syscall, init.link].filter((part) => part !== undefined);
    super(
      `${code}: ${text}, ${doing.join(' ')}`,
      init.cause === undefined ? undefined : { cause: init.cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.errno = errno;
    this.syscall = init.syscall;
    this.text = text;
    if (init.op !== undefined) this.op = init.op;
    if (init.link !== undefined) this.link = init.link;
  }
}

/** Tells whether something thrown is a {@link SysError}, of the code given if there is one. */
export function isSysError(error: unknown, code?: string): error is SysError {
  return error instanceof SysError && (code === undefined || error.code === code);
}
