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

type FrameRule = Extract<FaultRule, FrameFault>;
type CallRule = Extract<FaultRule, CallFault>;

/** What is decided for a frame. The bytes are the frame's own, or a changed copy. */
export interface FrameFate {
  readonly bytes: Uint8Array;
  /** How often it comes: 0, it is dropped. */
  readonly copies: number;
  /** How many frames have to come before it does. */
  readonly behind: number;
  /** Milliseconds that it comes late. */
  readonly late: number;
  /** What happened to it, each once. */
  readonly faults: readonly FrameFault['fault'][];
}

/** What is decided for a call. */
export interface CallFate {
  /** Fails with this. */
  readonly code?: string | undefined;
  readonly frames?: number | undefined;
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
const MOST_COPIES = 64;
const UINT32_MAX = 0xffff_ffff;

/**
 * Decides what happens on one direction. A decision depends on the seed, the rule and the number of
 * the frame or call, on nothing else: it is the same however frames fall into batches.
 */
export class FaultDecider {
  readonly #frameRules: readonly (readonly [rule: FrameRule, salt: number])[];
  readonly #callRules: readonly (readonly [rule: CallRule, salt: number])[];
  readonly #seed: number;

  /**
   * @param rules checked before anything is decided
   * @param seed an integer of 32 bits
   * @throws {TypeError} a rule that is not one
   * @throws {RangeError} a number of a rule, or the seed, out of range
   */
  constructor(direction: 'read' | 'write', rules: readonly FaultRule[], seed: number) {
    requireInteger('seed', seed, 0, UINT32_MAX);
    if (!Array.isArray(rules)) throw new TypeError(`plan.${direction} must be an array of rules`);
    const salted = rules.map((rule: FaultRule, i): readonly [FaultRule, number] => {
      checkRule(`plan.${direction}[${i}]`, rule);
      return [rule, (direction === 'read' ? 0 : 0x8000_0000) + i];
    });
    this.#seed = seed;
    this.#frameRules = salted.filter((one): one is [FrameRule, number] => !isCallRule(one[0]));
    this.#callRules = salted.filter((one): one is [CallRule, number] => isCallRule(one[0]));
  }

  /** Whether nothing can happen. */
  get idle(): boolean {
    return this.#frameRules.length === 0 && this.#callRules.length === 0;
  }

  /** @param frame borrowed; left as it is */
  frame(frame: Uint8Array, index: number): FrameFate {
    let bytes = frame;
    let copies = 1;
    let behind = 0;
    let late = 0;
    const faults: FrameFault['fault'][] = [];
    for (const [rule, salt] of this.#frameRules) {
      if (!this.#applies(rule, salt, index, [bytes, index])) continue;
      if (rule.fault === 'drop') return { bytes, copies: 0, behind, late, faults: ['drop'] };
      else if (rule.fault === 'duplicate') copies += rule.copies ?? 1;
      else if (rule.fault === 'reorder') behind = Math.max(behind, rule.by ?? 1);
      else if (rule.fault === 'delay') late = Math.max(late, rule.ms);
      else {
        const changed =
          rule.fault === 'corrupt'
            ? corrupted(bytes, rule.offset, this.#random(salt, index, 1))
            : truncated(bytes, rule.length);
        if (changed === undefined) continue;
        bytes = changed;
      }
      faults.push(rule.fault);
    }
    return { bytes, copies: Math.min(copies, MOST_COPIES), behind, late, faults };
  }

  call(index: number): CallFate {
    let fate: CallFate = {};
    for (const [rule, salt] of this.#callRules) {
      if (!this.#applies(rule, salt, index, [index])) continue;
      if (rule.fault === 'fail') return { code: rule.code };
      fate = { frames: Math.min(fate.frames ?? rule.frames, rule.frames) };
    }
    return fate;
  }

  #applies<Asked extends readonly unknown[]>(
    rule: FaultWhen<Asked>,
    salt: number,
    index: number,
    asked: Asked,
  ): boolean {
    if (rule.when !== undefined) return rule.when(...asked);
    if (rule.probability !== undefined) {
      return this.#random(salt, index, 0) < rule.probability * 2 ** 32;
    }
    return typeof rule.at === 'number' ? rule.at === index : rule.at.includes(index);
  }

  /** 32 bits that look random, always the same for the same question. */
  #random(salt: number, index: number, which: number): number {
    let bits = mix(this.#seed);
    bits = mix(bits ^ salt);
    bits = mix(bits ^ (index >>> 0));
    bits = mix(bits ^ Math.floor(index / 2 ** 32));
    return mix(bits ^ which);
  }
}

/** A bijection of 32 bits in which each bit of the result depends on all: the finish of MurmurHash3. */
function mix(value: number): number {
  let bits = (value + 0x9e37_79b9) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function corrupted(
  bytes: Uint8Array,
  offset: number | undefined,
  random: number,
): Uint8Array | undefined {
  const at = offset ?? (random >>> 8) % bytes.length;
  const byte = bytes[at];
  if (byte === undefined) return undefined;
  const changed = Uint8Array.from(bytes);
  changed[at] = byte ^ (1 + ((random & 0xff) % 255));
  return changed;
}

function truncated(bytes: Uint8Array, length: number): Uint8Array | undefined {
  return length < bytes.length ? bytes.subarray(0, length) : undefined;
}

function isCallRule(rule: FaultRule): rule is CallRule {
  return rule.fault === 'fail' || rule.fault === 'short';
}

function checkRule(what: string, rule: FaultRule): void {
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
