import { requireInteger } from './check-arguments.ts';
import {
  type CallFault,
  checkRule,
  type FaultRule,
  type FaultWhen,
  type FrameFault,
  MOST_COPIES,
} from './fault-plan.ts';

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
