import { describe, expect, it } from 'vitest';
import { parseMacAddress } from './mac-address.ts';

describe('parseMacAddress', () => {
  it.each([
    ['2:8:20:a:b:c', '2:8:20:a:b:c'],
    ['02:08:20:0A:0B:0C', '2:8:20:a:b:c'],
    ['0:0:0:0:0:1', '0:0:0:0:0:1'],
    ['fe:ff:ff:ff:ff:ff', 'fe:ff:ff:ff:ff:ff'],
  ])('reads %s', (text, mac) => {
    expect(parseMacAddress(text)).toBe(mac);
  });

  it.each([
    ['1:0:5e:0:0:1', 'INVALIDMACADDR', 'MAC address is a multicast address'],
    ['ff:ff:ff:ff:ff:ff', 'INVALIDMACADDR', 'MAC address is a multicast address'],
    ['0:0:0:0:0:0', 'INVALIDMACADDR', 'MAC address is zero'],
    ['2:8:20:a:b', 'INVALIDMACADDRLEN', 'MAC address has 5 bytes instead of 6'],
    ['2:8:20:a:b:c:d', 'INVALIDMACADDRLEN', 'MAC address has 7 bytes instead of 6'],
    ['2:8:20:a:b:ccc', 'INVALIDMACADDR', /^invalid MAC address/],
    ['2:8:20:a:b:', 'INVALIDMACADDR', /^invalid MAC address/],
    ['2-8-20-a-b-c', 'INVALIDMACADDR', /^invalid MAC address/],
    ['', 'INVALIDMACADDR', /^invalid MAC address/],
    ['random', 'INVALIDMACADDR', /^invalid MAC address/],
  ])('refuses %j', (text, status, reason) => {
    expect(() => parseMacAddress(text)).toThrow(
      expect.objectContaining({
        code: 'EINVAL',
        status,
        text: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      }),
    );
  });
});
