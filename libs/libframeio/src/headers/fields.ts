/** Fields of a header that is at a place in bytes. Nothing here allocates but {@link slice}. */

/** @throws {RangeError} the place is outside: a view is on no header */
export function get8(bytes: Uint8Array, at: number): number {
  const value = bytes[at];
  if (value === undefined) throw new RangeError('the view is on no header');
  return value;
}

/** 16 bits in network order; 32 below. */
export function get16(bytes: Uint8Array, at: number): number {
  return (get8(bytes, at) << 8) | get8(bytes, at + 1);
}

export function get32(bytes: Uint8Array, at: number): number {
  return get16(bytes, at) * 0x10000 + get16(bytes, at + 2);
}

export function set8(bytes: Uint8Array, at: number, value: number): void {
  mustFit(value, 0xff);
  get8(bytes, at);
  bytes[at] = value;
}

export function set16(bytes: Uint8Array, at: number, value: number): void {
  mustFit(value, 0xffff);
  get8(bytes, at + 1);
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

/** Sets the bits of `mask` in the byte at `at`, or clears them. */
export function setFlag(bytes: Uint8Array, at: number, mask: number, on: boolean): void {
  bytes[at] = on ? get8(bytes, at) | mask : get8(bytes, at) & ~mask;
}

/** A view of `length` bytes. */
export function slice(bytes: Uint8Array, at: number, length: number): Uint8Array {
  get8(bytes, at);
  return bytes.subarray(at, at + length);
}

/** Copies `value`, which must have exactly `length` bytes, to `at`. */
export function put(bytes: Uint8Array, at: number, value: Uint8Array, length: number): void {
  mustBeAddress(value, length);
  get8(bytes, at);
  bytes.set(value, at);
}

/** Says whether `value` is what stands at `at`, and has `length` bytes. */
export function holds(bytes: Uint8Array, at: number, value: Uint8Array, length: number): boolean {
  if (value.length !== length) return false;
  for (let i = 0; i < length; i++) if (get8(bytes, at + i) !== value[i]) return false;
  return true;
}

/** Exchanges two ranges of `length` bytes that do not overlap. */
export function swap(bytes: Uint8Array, a: number, b: number, length: number): void {
  for (let i = 0; i < length; i++) {
    const byte = get8(bytes, a + i);
    bytes[a + i] = get8(bytes, b + i);
    bytes[b + i] = byte;
  }
}

/**
 * @throws {TypeError} not bytes
 * @throws {RangeError} not as many as the address has
 */
export function mustBeAddress(value: Uint8Array, length: number): void {
  if (!(value instanceof Uint8Array)) throw new TypeError('an address must be a Uint8Array');
  if (value.length === length) return;
  throw new RangeError(`an address has ${length} bytes here, not ${value.length}`);
}

/** @throws {RangeError} the value of a field is not an integer from 0 to `most` */
export function mustFit(value: number, most: number): void {
  if (value >= 0 && value <= most && Number.isInteger(value)) return;
  if (typeof value !== 'number') throw new TypeError('the field must be a number');
  throw new RangeError(`the field must be an integer from 0 to ${most}, not ${value}`);
}
