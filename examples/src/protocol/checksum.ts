/**
 * The Internet checksum (RFC 1071): the complement of the ones' complement sum
 * of 16-bit words.  `sum` is additive, so that a pseudo-header is summed first
 * and handed on as `start`.
 */
export function sum(bytes: Uint8Array, from: number, to: number, start = 0): number {
  let total = start;
  let at = from;
  for (; at + 1 < to; at += 2) total += ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  if (at < to) total += (bytes[at] as number) << 8; // an odd last byte is padded with zero
  return total;
}

/** Turns a sum into the checksum that goes into a header. */
export function checksum(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}

/** Says whether a sum that included the checksum field is that of an intact message. */
export function isIntact(total: number): boolean {
  return checksum(total) === 0;
}
