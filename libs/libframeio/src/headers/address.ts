import { isIPv4, isIPv6 } from 'node:net';

/**
 * Reads `02:75:6e:65:74:02` into its 6 bytes (a leading zero may be left out, as illumos does).
 *
 * @throws {RangeError} not a MAC address
 */
export function parseMac(text: string): Uint8Array {
  const parts = text.split(':');
  if (parts.length !== 6 || !parts.every((part) => /^[0-9a-f]{1,2}$/i.test(part))) {
    throw new RangeError(`not a MAC address: ${text}`);
  }
  return Uint8Array.from(parts, (part) => Number.parseInt(part, 16));
}

/** Writes a MAC address with two digits a byte, in lower case: `02:75:6e:65:74:02`. */
export function formatMac(mac: Uint8Array): string {
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/**
 * Reads an IPv4 or IPv6 address into its 4 or 16 bytes.
 *
 * @throws {RangeError} neither, or one with a zone (`fe80::1%eth0`)
 */
export function parseIp(text: string): Uint8Array {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number);
  if (!isIPv6(text) || text.includes('%')) throw new RangeError(`not an IP address: ${text}`);

  const [head = '', tail] = text.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = new Array<number>(8 - left.length - right.length).fill(0);
  const bytes = new Uint8Array(16);
  [...left, ...zeros, ...right].forEach((group, i) => {
    bytes[2 * i] = group >>> 8;
    bytes[2 * i + 1] = group;
  });
  return bytes;
}

/** The 16-bit groups of one side of `::`; a dotted quad at its end is two of them. */
function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)];
    const [a, b, c, d] = part.split('.').map(Number) as [number, number, number, number];
    return [(a << 8) | b, (c << 8) | d];
  });
}

/** Writes an address of 4 or 16 bytes the way people do: `10.62.0.2`, `fd62::2` (RFC 5952). */
export function formatIp(address: Uint8Array): string {
  if (address.length === 4) return address.join('.');
  const words = Array.from(
    { length: 8 },
    (_, i) => ((address[2 * i] as number) << 8) | (address[2 * i + 1] as number),
  );

  let start = -1;
  let length = 1; // one zero group alone is written out
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && words[end] === 0) end++;
    if (end - i > length) [start, length] = [i, end - i];
  }

  const text = (part: number[]) => part.map((word) => word.toString(16)).join(':');
  if (start < 0) return text(words);
  return `${text(words.slice(0, start))}::${text(words.slice(start + length))}`;
}
