/**
 * The sum of 16-bit words that the Internet checksum is made of. It is additive: what was summed
 * before, a pseudo-header for one, goes in as `start`. Exact up to 2^36 bytes.
 *
 * @see RFC 1071
 */
export function internetSum(bytes: Uint8Array, from: number, to: number, start = 0): number {
  let total = start;
  let at = from;
  for (; at + 1 < to; at += 2) total += ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  if (at < to) total += (bytes[at] as number) << 8; // an odd last byte is padded with zero
  return total;
}

/** Turns a sum into the checksum that goes into a header. */
export function internetChecksum(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}

/** Says whether a sum that included the checksum itself is that of an intact message. */
export function isIntactSum(total: number): boolean {
  return internetChecksum(total) === 0;
}

/**
 * The checksum after one 16-bit word of the message changed, without the rest of it.
 *
 * @see RFC 1624
 */
export function changedChecksum(checksum: number, before: number, after: number): number {
  return internetChecksum((~checksum & 0xffff) + (~before & 0xffff) + after);
}
