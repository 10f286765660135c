import { SysError, shareClass } from 'libsys';
import { DLADM_STATUS, type DladmStatus, statusOf } from './status.ts';

/** What a {@link DladmError} is made of. */
export interface DladmErrorInit {
  readonly status: DladmStatus;
  /** What was being done, e.g. `'create'`. */
  readonly op: string;
  readonly link?: string | undefined;
  /** Why, more exactly than the status's own sentence. */
  readonly reason?: string | undefined;
  /** An errno name other than the status's own. */
  readonly code?: string | undefined;
  readonly syscall?: string | undefined;
  /** Pid of the process that is in the way. */
  readonly holder?: number | undefined;
  /** Name of the property that was refused. */
  readonly property?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A failed link operation. After it everything is as it was before. `code` is the errno's name,
 * `status` libdladm's, `text` the sentence to show.
 */
export class DladmError extends SysError {
  static {
    shareClass(DladmError, 'libdladm-ts.DladmError');
  }

  /** libdladm's name for what happened, e.g. `'LINKBUSY'`. */
  readonly status: DladmStatus;
  /** Pid of the process that holds the link, when that is what is in the way. */
  declare readonly holder?: number;
  /** The property that was refused. */
  declare readonly property?: string;

  constructor(init: DladmErrorInit) {
    const [code, sentence] = DLADM_STATUS[init.status];
    super({
      code: init.code ?? code,
      syscall: init.syscall ?? init.op,
      op: init.op,
      link: init.link,
      text: init.reason ?? sentence,
      cause: init.cause,
    });
    this.status = init.status;
    if (init.holder !== undefined) this.holder = init.holder;
    if (init.property !== undefined) this.property = init.property;
  }
}

/** What is done after `close`. */
export function closed(op: string): DladmError {
  return new DladmError({ status: 'BADARG', code: 'EBADF', op, reason: 'Dladm is closed' });
}

/**
 * Says in the terms of this library why a system call failed; anything else is returned as it is.
 *
 * @param texts sentences for errno names, where the errno's own does not say it well.
 */
export function toDladmError(
  error: unknown,
  op: string,
  link: string | undefined,
  texts: Readonly<Record<string, string>> = {},
): unknown {
  if (!(error instanceof SysError) || error instanceof DladmError) {
    return error;
  }
  return new DladmError({
    status: statusOf(error.code),
    code: error.code,
    syscall: error.syscall,
    op,
    link,
    reason: texts[error.code] ?? error.text,
    cause: error,
  });
}
