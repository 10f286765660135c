/** @throws {TypeError} not a number @throws {RangeError} not an integer from `low` to `high` */
export function requireInteger(what: string, value: number, low: number, high: number): void {
  if (typeof value !== 'number') throw new TypeError(`${what} must be a number`);
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${what} must be an integer from ${low} to ${high}, not ${value}`);
  }
}

/** @throws {TypeError} not an object, or one with another key than those of `known` */
export function requireOptions(what: string, options: object, known: ReadonlySet<string>): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${what} needs an object with options`);
  }
  for (const key of Object.keys(options)) {
    if (!known.has(key)) throw new TypeError(`${what} has no option ${key}`);
  }
}
