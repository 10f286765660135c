import { describe, expect, it } from 'vitest';
import { checkProperties } from './properties.ts';

describe('checkProperties', () => {
  it('returns what was given, checked', () => {
    expect(
      checkProperties({ mtu: 1500, rxbuf: 1, mac: '02:8:20:0:0:1', owner: null, txbuf: undefined }),
    ).toEqual({ mtu: 1500, rxbuf: 1, mac: '2:8:20:0:0:1', owner: null });
  });

  it.each([
    ['mtu', 67, 'ERANGE', 'INVALID_MTU', 'mtu must be 68 to 9000'],
    ['mtu', 9001, 'ERANGE', 'INVALID_MTU', 'mtu must be 68 to 9000'],
    ['mtu', 1.5, 'ERANGE', 'INVALID_MTU', 'mtu must be 68 to 9000'],
    ['rxbuf', 4194305, 'ERANGE', 'BADRANGE', 'rxbuf must be positive and at most 4194304'],
    ['txbuf', 0, 'ERANGE', 'BADRANGE', 'txbuf must be positive and at most 4194304'],
    ['linger', 3600001, 'ERANGE', 'BADRANGE', 'linger must be 0 to 3600000'],
    ['owner', 4294967295, 'ERANGE', 'BADRANGE', 'owner must be 0 to 4294967294'],
    ['linkstate', 'on', 'EINVAL', 'BADVAL', 'linkstate must be auto, up or down'],
    ['mac', '1:0:0:0:0:0', 'EINVAL', 'INVALIDMACADDR', 'MAC address is a multicast address'],
    ['zone', 1, 'EACCES', 'PROPRDONLY', 'property is read-only: zone'],
    ['MTU', 1500, 'ENOTSUP', 'BADPROP', 'no such property: MTU'],
  ])('refuses %s %j', (name, value, code, status, text) => {
    expect(() => checkProperties({ [name]: value })).toThrow(
      expect.objectContaining({ name: 'DladmError', code, status, text }),
    );
  });

  it.each([
    ['mtu', '1500'],
    ['rxbuf', 65536n],
    ['mac', 5],
    ['owner', 'root'],
  ])('takes a wrong type for the mistake that it is: %s %s', (name, value) => {
    expect(() => checkProperties({ [name]: value })).toThrow(TypeError);
  });
});
