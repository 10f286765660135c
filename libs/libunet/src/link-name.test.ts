import { describe, expect, it } from 'vitest';
import { parseLinkName } from './link-name.ts';

describe('parseLinkName', () => {
  it('takes a link name', () => {
    expect(parseLinkName('a.b_c9')).toBe('a.b_c9');
  });

  it.each(['', 'vpn', 'a/0', `${'v'.repeat(31)}0`])('refuses %j', (name) => {
    expect(() => parseLinkName(name)).toThrow(RangeError);
    expect(() => parseLinkName(name)).toThrow(
      `invalid link name: "${name}" (letters, digits, _ and ., a letter first, ` +
        'a number without a leading zero last, at most 31 characters)',
    );
  });

  it('refuses what is no text', () => {
    expect(() => parseLinkName(0 as unknown as string)).toThrow(TypeError);
  });
});
