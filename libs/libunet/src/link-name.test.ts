import { describe, expect, it } from 'vitest';
import { parseLinkName } from './link-name.ts';

describe('parseLinkName', () => {
  it.each(['vpn0', 'a1', 'a.b_c9', 'net10', 'x0y0', 'a100', `${'v'.repeat(30)}0`])(
    'takes %s',
    (name) => {
      expect(parseLinkName(name)).toBe(name);
    },
  );

  it.each([
    '',
    'vpn',
    '0',
    'vpn01',
    'vpn00',
    '0a',
    'a-0',
    'a/0',
    'a 0',
    'ä0',
    `${'v'.repeat(31)}0`,
  ])('refuses %j', (name) => {
    expect(() => parseLinkName(name)).toThrow(RangeError);
  });

  it('refuses what is no text', () => {
    expect(() => parseLinkName(0 as unknown as string)).toThrow(TypeError);
  });
});
