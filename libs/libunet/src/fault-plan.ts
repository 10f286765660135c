import { ERRNO } from 'libsys';
import { INT32_MAX, requireInteger } from './check-arguments.ts';

/**
 * When a fault happens: with a probability, to the frames or calls of these numbers (from 0, for
 * each direction), or when asked for. Exactly one of them.
 */
export type FaultWhen<Asked extends readonly unknown[]> =
  | { readonly probability: number; readonly at?: never; readonly when?: never }
  | { readonly at: number | readonly number[]; readonly probability?: never; readonly when?: never }
  | {
      /** May be asked again for the same number, if that frame or call was not taken. */
      readonly when: (...asked: Asked) => boolean;
      readonly probability?: never;
      readonly at?: never;
    };

/** What can happen to a frame. */
export type FrameFault =
  /** It is lost. */
  | { readonly fault: 'drop' }
  /** It comes `copies` more times; once more by default. */
  | { readonly fault: 'duplicate'; readonly copies?: number | undefined }
  /** It comes behind the next `by` frames, one by default. If none follow, it never comes. */
  | { readonly fault: 'reorder'; readonly by?: number | undefined }
  /** It comes `ms` milliseconds later; others may overtake it. */
  | { readonly fault: 'delay'; readonly ms: number }
  /** One byte is another: the one at `offset`, any by default. */
  | { readonly fault: 'corrupt'; readonly offset?: number | undefined }
  /** Only the first `length` bytes are left. */
  | { readonly fault: 'truncate'; readonly length: number };

/** What can happen to a call. */
export type CallFault =
  /** It fails, e.g. with `'ENOMEM'`. With `'EAGAIN'` it says that nothing waits, or that there is no room. */
  | { readonly fault: 'fail'; readonly code: string }
  /** A write takes `frames` frames at most, a read gives so many. */
  | { readonly fault: 'short'; readonly frames: number };

/** One kind of fault and when it happens. A predicate is given the frame, borrowed, and its number. */
export type FaultRule =
  | (FrameFault & FaultWhen<[frame: Uint8Array, index: number]>)
  | (CallFault & FaultWhen<[call: number]>);

/** What goes wrong on a link, by direction as its holder sees it. Rules apply in their order. */
export interface FaultPlan {
  readonly read?: readonly FaultRule[] | undefined;
  readonly write?: readonly FaultRule[] | undefined;
}

const KEYS: Readonly<Record<FaultRule['fault'], readonly string[]>> = {
  drop: [],
  duplicate: ['copies'],
  reorder: ['by'],
  delay: ['ms'],
  corrupt: ['offset'],
  truncate: ['length'],
  fail: ['code'],
  short: ['frames'],
};
const WHEN = ['probability', 'at', 'when'] as const;
/** A frame comes so often at most. */
export const MOST_COPIES = 64;

/**
 * Holds a rule against what there is.
 *
 * @throws {TypeError} it is none
 * @throws {RangeError} a number of it is out of range; `what` says which rule it is
 */
export function checkRule(what: string, rule: FaultRule): void {
  if (typeof rule !== 'object' || rule === null) throw new TypeError(`${what} must be an object`);
  const own = Object.hasOwn(KEYS, rule.fault) ? KEYS[rule.fault] : undefined;
  if (own === undefined) {
    throw new TypeError(`${what}: there is no fault ${String(rule.fault)}`);
  }
  for (const key of Object.keys(rule)) {
    if (key !== 'fault' && !own.includes(key) && !(WHEN as readonly string[]).includes(key)) {
      throw new TypeError(`${what}: ${rule.fault} has no ${key}`);
    }
  }
  const given = WHEN.filter((key) => rule[key] !== undefined);
  if (given.length !== 1) {
    throw new TypeError(`${what} needs exactly one of probability, at and when`);
  }
  checkWhen(what, rule);
  checkFault(what, rule);
}

function checkWhen(what: string, rule: FaultRule): void {
  const { probability, at, when } = rule;
  if (when !== undefined && typeof when !== 'function') {
    throw new TypeError(`${what}.when must be a function`);
  }
  if (at !== undefined) {
    for (const index of typeof at === 'number' ? [at] : at) {
      requireInteger(`${what}.at`, index, 0, Number.MAX_SAFE_INTEGER);
    }
  }
  if (probability === undefined) return;
  if (typeof probability !== 'number') throw new TypeError(`${what}.probability must be a number`);
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`${what}.probability must be from 0 to 1, not ${probability}`);
  }
}

function checkFault(what: string, rule: FaultRule): void {
  const need = (key: string, value: number | undefined, low: number, high: number): void => {
    if (value !== undefined) requireInteger(`${what}.${key}`, value, low, high);
  };
  if (rule.fault === 'duplicate') need('copies', rule.copies, 1, MOST_COPIES - 1);
  else if (rule.fault === 'reorder') need('by', rule.by, 1, INT32_MAX);
  else if (rule.fault === 'corrupt') need('offset', rule.offset, 0, INT32_MAX);
  else if (rule.fault === 'delay') requireInteger(`${what}.ms`, rule.ms, 1, INT32_MAX);
  else if (rule.fault === 'truncate') requireInteger(`${what}.length`, rule.length, 1, INT32_MAX);
  else if (rule.fault === 'short') requireInteger(`${what}.frames`, rule.frames, 1, INT32_MAX);
  else if (rule.fault === 'fail' && ERRNO[rule.code] === undefined) {
    throw new RangeError(`${what}.code: this host has no errno ${String(rule.code)}`);
  }
}
