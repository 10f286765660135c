import { describe, expect, it } from 'vitest';
import { formatIp, formatMac, parseIp, parseMac } from './address.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('MAC addresses', () => {
  it.each([
    ['02:75:6e:65:74:02', '02756e657402'],
    ['2:8:20:0:0:1', '020820000001'],
    ['FF:ff:Ff:fF:00:0a', 'ffffffff000a'],
  ])('reads %s', (text, expected) => expect(hex(parseMac(text))).toBe(expected));

  it.each([
    '',
    '02:75:6e:65:74',
    '02:75:6e:65:74:02:03',
    '02:75:6e:65:74:0g',
    '2:8:20:0::1',
    '002:8:20:0:0:1',
  ])('refuses %j', (text) => expect(() => parseMac(text)).toThrow(RangeError));

  it('writes two digits a byte', () =>
    expect(formatMac(parseMac('2:8:20:0:0:1'))).toBe('02:08:20:00:00:01'));
});

describe('IP addresses', () => {
  it.each([
    ['10.62.0.2', '0a3e0002'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['fd62::2', 'fd620000000000000000000000000002'],
    ['fe80::', 'fe800000000000000000000000000000'],
    ['2001:db8:0:1:1:1:1:1', '20010db8000000010001000100010001'],
    ['2001:DB8::A:0:0:1', '20010db800000000000a000000000001'],
    ['::ffff:10.62.0.2', '00000000000000000000ffff0a3e0002'],
  ])('reads %s', (text, expected) => expect(hex(parseIp(text))).toBe(expected));

  it.each(['', '10.62.0', '10.62.0.256', '1::2::3', 'fe80::1%eth0', 'host', ':1'])(
    'refuses %j',
    (text) => expect(() => parseIp(text)).toThrow(RangeError),
  );

  // The examples of RFC 5952 §4.
  it.each([
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['fe80:0:0:0:0:0:0:0', 'fe80::'],
    ['10.62.0.2', '10.62.0.2'],
  ])('writes %s as %s', (text, expected) => expect(formatIp(parseIp(text))).toBe(expected));
});
