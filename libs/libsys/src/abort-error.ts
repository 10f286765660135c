import { shareClass } from './shared-class.ts';

/** What an operation ends with when its `AbortSignal` fires; `cause` is the signal's reason. */
export class AbortError extends Error {
  static {
    shareClass(AbortError, 'libsys.AbortError');
  }

  readonly code = 'ABORT_ERR';

  constructor(signal: AbortSignal) {
    super('The operation was aborted', { cause: signal.reason });
    this.name = 'AbortError';
  }
}
