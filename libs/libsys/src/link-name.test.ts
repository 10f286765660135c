import { describe, expect, it } from 'vitest';
import { isLinkName, LINK_NAME_MAX, linkNameComplaint } from './link-name.ts';

describe('a link name', () => {
  it.each([
    'a0',
    'vpn0',
    'vpn10',
    'a.b_c7',
    'A0',
    'a1b2',
    'a00b0',
    'a100',
    'x0y0',
    'net10',
    'x2147483647',
    `${'x'.repeat(LINK_NAME_MAX - 1)}1`,
  ])('is %s', (name) => {
    expect(isLinkName(name)).toBe(true);
    expect(linkNameComplaint(name)).toBeUndefined();
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
    ['ä0', 'invalid link name: it must start with a letter'],
    ['vpn-0', 'invalid link name: only letters, digits, "_" and "." are possible'],
    ['vpn/0', 'invalid link name: only letters, digits, "_" and "." are possible'],
    ['vpn 0', 'invalid link name: only letters, digits, "_" and "." are possible'],
    ['vpn0\n', 'invalid link name: only letters, digits, "_" and "." are possible'],
    [`${'x'.repeat(LINK_NAME_MAX)}1`, 'link name is longer than 31 characters'],
  ])('is not %j', (name, complaint) => {
    expect(isLinkName(name)).toBe(false);
    expect(linkNameComplaint(name)).toBe(complaint);
  });
});
