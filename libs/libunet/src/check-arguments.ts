import { FrameBatch } from 'libframeio';

/** The most that a timer or a signed number of 32 bits can be. */
export const INT32_MAX = 0x7fff_ffff;

/** Refuses options that a call does not know. @throws {TypeError} */
export function checkOptions(of: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`the options of ${of} must be an object`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new TypeError(`${of} has no option ${key}`);
  }
}

/** @throws {TypeError} */
export function mustBeBatch(batch: FrameBatch): void {
  if (!(batch instanceof FrameBatch)) throw new TypeError('batch must be a FrameBatch');
}

/** @throws {TypeError} */
export function mustBeBytes(memory: Uint8Array): void {
  if (!(memory instanceof Uint8Array)) throw new TypeError('a frame must be a Uint8Array');
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
