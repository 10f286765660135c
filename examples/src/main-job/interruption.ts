import { constants } from 'node:os';

/** Somebody wants the job to end before its time. */
export class Interruption extends Error {
  /** The signal, or what else happened. */
  readonly reason: NodeJS.Signals | 'EPIPE' | 'disconnect';

  constructor(reason: Interruption['reason']) {
    super(`interrupted (${reason})`);
    this.name = 'Interruption';
    this.reason = reason;
  }

  /** What the process exits with: as a shell tells that a signal ended a program. */
  get exitCode(): number {
    const { reason } = this;
    return reason === 'EPIPE' || reason === 'disconnect' ? 1 : 128 + constants.signals[reason];
  }
}
