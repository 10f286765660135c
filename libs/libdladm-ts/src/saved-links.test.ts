import { describe, expect, it } from 'vitest';
import { DatalinkConf } from './datalink-conf.ts';
import type { LinkName } from './link-name.ts';
import { SavedLinks } from './saved-links.ts';

const MARKED = 'class=int,1024;media=int,4;unettype=int,1;';
const FILE = '/r/etc/dladm/datalink.conf';
const saved = (...lines: string[]): SavedLinks =>
  new SavedLinks(new DatalinkConf(lines.map((line) => `${line}\n`).join('')), FILE);
const name = (text: string): LinkName => text as LinkName;

describe('SavedLinks', () => {
  it('has the links of unet, in the order of the file, and no others', () => {
    const links = saved(
      '# comment',
      `vpn1\t${MARKED}mtu=string,9000;`,
      'sim0\tclass=int,32;media=int,4;simnettype=int,4;',
      'misc0\tclass=int,1024;media=int,4;',
      `vpn0\t${MARKED}`,
      `bad-name\t${MARKED}`,
    );
    expect([...links.keys()]).toEqual(['vpn1', 'vpn0']);
    expect(links.get(name('vpn1'))).toEqual({ properties: { mtu: 9000 }, stack: undefined });
    expect(links.has(name('sim0'))).toBe(false);
    expect(links.get(name('sim0'))).toBeUndefined();
    expect(links.get(name('none0'))).toBeUndefined();
  });

  it.each([
    ['a value that no link can have', `vpn0\t${MARKED}mtu=string,10;`, /mtu must be/],
    ['a number that is text', `vpn0\t${MARKED}rxbuf=string,0x10;`, /rxbuf must be a number/],
    ['a number that is a switch', `vpn0\t${MARKED}linger=boolean,1;`, /linger must be a number/],
    ['a wrong type', `vpn0\t${MARKED}macaddr=int,5;`, /MAC address/],
    ['a type that there is not', `vpn0\t${MARKED}mtu=float,1.5;`, /not a value of type/],
    ['a truncated line', `vpn0\t${MARKED}mac`, /is not attribute=type,value/],
    ['an empty value', `vpn0\t${MARKED}mtu=string,;`, /is not attribute=type,value/],
    ['a DOS line', `vpn0\t${MARKED}\r`, /control character/],
    ['a NUL', `vpn0\t${MARKED}mtu=string,90\u000000;`, /control character/],
    ['a comment after it', `vpn0\t${MARKED} # mine`, /more after the attributes/],
    ['an overlong line', `vpn0\t${MARKED}x=string,${'x'.repeat(1000)};`, /longer than 1023 bytes/],
  ])('has a link of which the record cannot be read: %s', (_what, line, why) => {
    const links = saved(`a0\t${MARKED}`, line, `b0\t${MARKED}linger=int,7;`);
    expect([...links.keys()]).toEqual(['a0', 'vpn0', 'b0']);
    expect(links.has(name('vpn0'))).toBe(true);
    const fault = { code: 'EINVAL', status: 'BADVAL', link: 'vpn0' };
    expect(() => links.get(name('vpn0'))).toThrow(expect.objectContaining(fault));
    expect(links.look(name('vpn0')).fault?.text).toMatch(why);
    expect(links.look(name('vpn0')).fault?.text).toContain(`${FILE}:2: `);
    expect(links.takenBy(name('vpn0'))).toBeDefined();
    expect(links.look(name('b0'))).toEqual({ saved: links.get(name('b0')) });
    expect(links.look(name('none0'))).toEqual({});
    expect(links.get(name('b0'))?.properties.linger).toBe(7);
  });

  it('tells what has a name that a link is to have', () => {
    const links = saved(
      `vpn0\t${MARKED}`,
      'sim0\tclass=int,32;media=int,4;',
      'torn0\tclass=int,10',
      'half0 cla',
    );
    expect(links.takenBy(name('new0'))).toBeUndefined();
    expect(links.takenBy(name('vpn0'))).toBe('link already exists');
    expect(links.takenBy(name('sim0'))).toBe(
      `${FILE}:2: there is a record of sim0 already, which is no link of unet`,
    );
    expect(links.takenBy(name('torn0'))).toContain(`${FILE}:3: `);
    expect(links.takenBy(name('half0'))).toContain(
      `${FILE}:4: there is a record of half0 that cannot`,
    );
    expect(links.has(name('half0'))).toBe(false);
  });

  it('takes the first record of a name that can be read', () => {
    const links = saved(
      'vpn0\tjunk',
      `vpn0\t${MARKED}linger=int,1;`,
      `vpn0\t${MARKED}linger=int,2;`,
    );
    expect(links.get(name('vpn0'))?.properties.linger).toBe(1);
    expect([...links.keys()]).toEqual(['vpn0']);
  });
});
