import { checkOptions, INT32_MAX, mustBeLink, requireInteger } from './check-arguments.ts';
import type { FrameLink } from './frame-link.ts';

/** How a stream goes with its link. */
export interface LinkStreamOptions {
  /**
   * Frames, 64 by default. Of a readable: the most that are read from the link before somebody wants
   * them; all others wait in the link. Of a writable: how many are taken before it says to wait.
   */
  readonly highWaterMark?: number | undefined;
  /** Ends the stream with an AbortError, at once and whatever is under way. */
  readonly signal?: AbortSignal | undefined;
  /** Close the link when the stream has ended, in whatever way; by default it stays open. */
  readonly closeLink?: boolean | undefined;
}

/** The same with everything in its place. */
export interface CheckedStreamOptions {
  readonly highWaterMark: number;
  readonly signal: AbortSignal | undefined;
  readonly closeLink: boolean;
}

const HIGH_WATER_MARK = 64;
/** The most frames that are read or written with one call. */
export const BATCH_MAX = 64;

/**
 * @throws {TypeError} not a link; an unknown option or one of the wrong type
 * @throws {RangeError} a number out of range
 */
export function checkStreamOptions(
  link: FrameLink,
  options: LinkStreamOptions,
): CheckedStreamOptions {
  mustBeLink(link);
  checkOptions('the stream of a link', options, ['highWaterMark', 'signal', 'closeLink']);
  const { highWaterMark = HIGH_WATER_MARK, signal, closeLink = false } = options;
  requireInteger('highWaterMark', highWaterMark, 0, INT32_MAX);
  if (typeof closeLink !== 'boolean') throw new TypeError('closeLink must be true or false');
  return { highWaterMark, signal, closeLink };
}

/**
 * How to read many frames with one call and yet never more than `highWaterMark` ahead: `frames` with
 * each call, whenever the stream has less than `mark` of them.
 */
export function readAhead(highWaterMark: number): {
  readonly frames: number;
  readonly mark: number;
} {
  const frames = Math.min(Math.max(1, Math.floor(highWaterMark / 2)), BATCH_MAX);
  return { frames, mark: Math.max(0, highWaterMark - frames + 1) };
}
