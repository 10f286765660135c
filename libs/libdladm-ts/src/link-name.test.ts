import { describe, expect, it } from 'vitest';
import { DladmError } from './errors.ts';
import { isLinkName, parseLinkName } from './link-name.ts';

describe('parseLinkName', () => {
  it('takes a link name', () => {
    expect(parseLinkName('a.b_c7')).toBe('a.b_c7');
    expect(isLinkName('a.b_c7')).toBe(true);
  });

  it.each([
    ['', 'link name is empty'],
    ['vpn', 'invalid link name: it must end in a number'],
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
