import { formatMac, parseMac } from 'libsys/unet-abi';
import { DladmError } from './errors.ts';

/** A unicast MAC address as dladm prints it: `2:8:20:a:b:c`. */
export type MacAddress = string & { readonly __brand: 'MacAddress' };

/** Bytes of a MAC address. @see kernel/unet/sys/unet.h UNET_MACLEN */
export const MAC_LENGTH = 6;

const refuse = (status: 'INVALIDMACADDR' | 'INVALIDMACADDRLEN', reason: string): never => {
  throw new DladmError({ status, op: 'mac', reason });
};

/** Takes the bytes of an address that a link has. */
export function toMacAddress(bytes: Uint8Array): MacAddress {
  return formatMac(bytes) as MacAddress;
}

/**
 * Reads the address for a link: six numbers of one or two hexadecimal digits with `:` between.
 *
 * @throws {DladmError} EINVAL: not an address, too short or long, multicast, zero.
 */
export function parseMacAddress(text: string): MacAddress {
  const parts = text.split(':');
  if (!parts.every((part) => /^[0-9A-Fa-f]{1,2}$/.test(part))) {
    return refuse('INVALIDMACADDR', 'invalid MAC address: six numbers like 2:8:20:a:b:c expected');
  }
  if (parts.length !== MAC_LENGTH) {
    return refuse('INVALIDMACADDRLEN', `MAC address has ${parts.length} bytes instead of 6`);
  }
  const bytes = parseMac(text);
  if (((bytes[0] ?? 0) & 1) !== 0) {
    return refuse('INVALIDMACADDR', 'MAC address is a multicast address');
  }
  if (bytes.every((byte) => byte === 0)) {
    return refuse('INVALIDMACADDR', 'MAC address is zero');
  }
  return toMacAddress(bytes);
}
