import { FrameBatch } from 'libframeio';
import type { Kernel } from 'libsys';
import type { FrameLink } from './frame-link.ts';

/** The most that a timer or a signed number of 32 bits can be. */
export const INT32_MAX = 0x7fff_ffff;

/** Refuses options that a call does not know, and a `signal` that is none. @throws {TypeError} */
export function checkOptions(of: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`the options of ${of} must be an object`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new TypeError(`${of} has no option ${key}`);
  }
  const { signal } = options as { readonly signal?: unknown };
  if (signal !== undefined && !isSignal(signal)) {
    throw new TypeError(`the signal of ${of} must be an AbortSignal`);
  }
}

/** By what it does, not by its class: a test environment brings an AbortSignal of its own. */
function isSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null) return false;
  const { aborted, addEventListener } = value as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}

/** Refuses what is neither absent nor a kernel. @throws {TypeError} */
export function mustBeKernel(kernel: Kernel | undefined): void {
  const isKernel = typeof kernel?.open === 'function' && typeof kernel.ioctl === 'function';
  if (kernel !== undefined && !isKernel) {
    throw new TypeError('kernel must be what openKernel resolves to');
  }
}

const LINK_CALLS = ['readBatch', 'writeBatch', 'ready', 'close'] as const;

/** By what it does: a link may be a wrapper of the user's own. @throws {TypeError} */
export function mustBeLink(link: FrameLink): void {
  const calls: Partial<FrameLink> = link ?? {};
  if (LINK_CALLS.some((call) => typeof calls[call] !== 'function')) {
    throw new TypeError('link must be a link: what openUnet resolves to, or a wrapper of it');
  }
}

/** @throws {TypeError} */
export function mustBeBatch(batch: FrameBatch): void {
  // The first question is the cheap one, the second also knows another copy's batches. What takes pains
  // to look like one is found out by what it lacks.
  if (batch?.constructor === FrameBatch || batch instanceof FrameBatch) return;
  throw new TypeError('batch must be a FrameBatch');
}

/** @throws {TypeError} */
export function mustBeBytes(memory: Uint8Array, what = 'a frame'): void {
  if (!(memory instanceof Uint8Array)) throw new TypeError(`${what} must be a Uint8Array`);
}

/**
 * Holds a number against its range.
 *
 * @throws {TypeError} not a number
 * @throws {RangeError} not an integer from `low` to `high`; `what` says which number it is
 */
export function requireInteger(what: string, value: number, low: number, high: number): void {
  if (typeof value !== 'number') throw new TypeError(`${what} must be a number`);
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${what} must be an integer from ${low} to ${high}, not ${value}`);
  }
}
