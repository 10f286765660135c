import { FaultDecider, type FrameFate } from './fault-decider.ts';
import type { FaultRule } from './fault-plan.ts';
import type { FrameLink } from './frame-link.ts';
import { HeldFrames } from './held-frames.ts';
import { UnetError } from './unet-error.ts';

/** What faults have been done to one direction of a link: how often each, and what came of it. */
export type FaultCounts = Readonly<Record<FaultRule['fault'], number>> & {
  /** Calls that were made. */
  readonly calls: number;
  /** Frames that were decided about. */
  readonly frames: number;
  /** Frames that are kept back now. */
  readonly held: number;
  /** Frames that were kept back and never came: there were 4096 already, or the link was closed. */
  readonly lost: number;
  /** Frames that a fault had cut, and that the link refused for it. */
  readonly refused: number;
};

/** One direction of a link with faults: what is decided, done and counted. */
export abstract class FaultSide {
  protected readonly link: FrameLink;
  protected readonly held: HeldFrames = new HeldFrames();
  readonly #direction: 'read' | 'write';
  readonly #decider: FaultDecider;
  readonly #counts: Record<Exclude<keyof FaultCounts, 'held'>, number> = {
    calls: 0,
    frames: 0,
    lost: 0,
    refused: 0,
    drop: 0,
    duplicate: 0,
    reorder: 0,
    delay: 0,
    corrupt: 0,
    truncate: 0,
    fail: 0,
    short: 0,
  };

  /** @param link borrowed */
  constructor(
    link: FrameLink,
    direction: 'read' | 'write',
    rules: readonly FaultRule[],
    seed: number,
  ) {
    this.link = link;
    this.#direction = direction;
    this.#decider = new FaultDecider(direction, rules, seed);
  }

  /** Whether there is no rule at all. */
  get idle(): boolean {
    return this.#decider.idle;
  }

  get counts(): FaultCounts {
    return { ...this.#counts, held: this.held.size };
  }

  protected count(what: 'lost' | 'refused' | 'short', by = 1): void {
    this.#counts[what] += by;
  }

  /**
   * Begins a call. Returns how many frames it may have at most; 0: it is to say EAGAIN.
   *
   * @throws {UnetError} the fault of this call
   */
  protected begin(): number {
    const { code, frames = Number.POSITIVE_INFINITY } = this.#decider.call(this.#counts.calls++);
    if (code === undefined) return frames;
    this.#counts.fail++;
    if (code === 'EAGAIN') return 0;
    const text = 'a fault that was asked for';
    const op = this.#direction;
    throw new UnetError({ code, syscall: 'ioctl', op, link: this.link.name, text });
  }

  /** Decides about the next frame, which stays the next one until it is {@link passed}. */
  protected decide(frame: Uint8Array): FrameFate {
    return this.#decider.frame(frame, this.#counts.frames);
  }

  /** Does to a frame what was decided, as far as that is to keep it back, and counts it. */
  protected passed(fate: FrameFate): void {
    this.#counts.frames++;
    for (const fault of fate.faults) this.#counts[fault]++;
    this.held.passed();
    if (fate.copies > 0 && isHeld(fate)) {
      if (!this.held.hold(fate)) this.#counts.lost++;
    }
  }

  /** Loses what is kept back. */
  close(): void {
    this.#counts.lost += this.held.clear();
  }
}

/** Whether a frame is to be kept back. */
export function isHeld({ behind, late }: FrameFate): boolean {
  return behind > 0 || late > 0;
}
