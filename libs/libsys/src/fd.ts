/** An open file of a kernel: a descriptor on illumos, a file number of the hosted kernel elsewhere. */
export type Fd = number & { readonly __brand: 'Fd' };

/**
 * Takes a number for a file, as when a descriptor was handed over by another program.
 *
 * @throws {TypeError} not a number
 * @throws {RangeError} not an integer of 0 or more
 */
export function toFd(number: number): Fd {
  if (typeof number !== 'number') throw new TypeError('a descriptor must be a number');
  if (!Number.isInteger(number) || number < 0 || number > 0x7fffffff) {
    throw new RangeError(`a descriptor must be an integer of 0 or more, not ${number}`);
  }
  return number as Fd;
}
