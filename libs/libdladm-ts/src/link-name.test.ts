import { describe, expect, it } from 'vitest';
import { DladmError } from './errors.ts';
import { isLinkName, parseLinkName } from './link-name.ts';

describe('parseLinkName', () => {
  it.each([
    'a0',
    'vpn0',
    'vpn10',
    'a.b_c7',
    'A0',
    'a1b2',
    'a00b0',
    'x2147483647',
    `${'x'.repeat(30)}1`,
  ])('accepts %s', (name) => {
    expect(parseLinkName(name)).toBe(name);
    expect(isLinkName(name)).toBe(true);
  });

  it.each([
    ['', 'link name is empty'],
    ['vpn', 'invalid link name: it must end in a number'],
    ['vpn_', 'invalid link name: it must end in a number'],
    ['vpn01', 'invalid link name: its number must not start with 0'],
    ['a00', 'invalid link name: its number must not start with 0'],
    ['0', 'invalid link name: it must start with a letter'],
    ['0vpn0', 'invalid link name: it must start with a letter'],
    ['_vpn0', 'invalid link name: it must start with a letter'],
    ['vpn-0', 'invalid link name: only letters, digits, "_" and "." are possible'],
    ['vpn/0', 'invalid link name: only letters, digits, "_" and "." are possible'],
    ['vp\u00f60', 'invalid link name: only letters, digits, "_" and "." are possible'],
    ['vpn0\n', 'invalid link name: only letters, digits, "_" and "." are possible'],
    [`${'x'.repeat(31)}1`, 'link name is longer than 31 characters'],
  ])('refuses %j', (name, text) => {
    const refused = expect(() => parseLinkName(name, 'create'));
    refused.toThrow(DladmError);
    refused.toThrow(
      expect.objectContaining({ code: 'EINVAL', status: 'LINKINVAL', link: name, text }),
    );
    expect(isLinkName(name)).toBe(false);
  });
});
