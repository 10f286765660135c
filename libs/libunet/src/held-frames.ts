import type { FrameFate } from './fault-decider.ts';

interface Held {
  readonly frame: Uint8Array;
  readonly copies: number;
  readonly due: number;
  behind: number;
}

/** More are not kept back at once. */
export const HELD_MAX = 4096;

/** Frames that are kept back until others have come, or until their time. */
export class HeldFrames {
  #held: Held[] = [];

  /** How many are kept back. */
  get size(): number {
    return this.#held.length;
  }

  /** Keeps a frame (copied) back, as its fate wants it; `false`: there are too many already. */
  hold({ bytes, copies, behind, late }: FrameFate): boolean {
    if (this.#held.length >= HELD_MAX) return false;
    this.#held.push({
      frame: Uint8Array.from(bytes),
      copies,
      due: late === 0 ? 0 : performance.now() + late,
      behind,
    });
    return true;
  }

  /** Says that a frame has come, which is one less for each that waits for it. */
  passed(): void {
    for (const held of this.#held) if (held.behind > 0) held.behind--;
  }

  /** Gives up those whose wait is over, in the order they came. */
  take(): Uint8Array[] {
    if (this.#held.length === 0) return [];
    const now = performance.now();
    const due = this.#held.filter((held) => isDue(held, now));
    if (due.length > 0) this.#held = this.#held.filter((held) => !isDue(held, now));
    return due
      .sort((a, b) => a.due - b.due)
      .flatMap(({ frame, copies }) => Array.from({ length: copies }, () => frame));
  }

  /** Milliseconds, 0 at least, until one is due by its time; `undefined`: none waits for that only. */
  untilDue(): number | undefined {
    let soonest = Number.POSITIVE_INFINITY;
    for (const { behind, due } of this.#held) if (behind === 0 && due < soonest) soonest = due;
    if (soonest === Number.POSITIVE_INFINITY) return undefined;
    return Math.max(0, Math.ceil(soonest - performance.now()));
  }

  /** Forgets all; returns how many there were. */
  clear(): number {
    const { length } = this.#held;
    this.#held = [];
    return length;
  }
}

function isDue(held: Held, now: number): boolean {
  return held.behind === 0 && held.due <= now;
}
