import { describe, expect, it } from 'vitest';
import { type Attributes, formatLine } from './conf-line.ts';
import { DatalinkConf } from './datalink-conf.ts';
import { fromAttributes, isOurs, type SavedLink, toAttributes } from './saved-link.ts';

describe('toAttributes', () => {
  it('writes a line as dladm would', () => {
    expect(
      formatLine('vpn0', toAttributes({ properties: { mac: '2:8:20:a:b:c', mtu: 9000 } })),
    ).toBe(
      'vpn0\tclass=int,1024;media=int,4;unettype=int,1;macaddr=string,2:8:20:a:b:c;maddrlen=int,6;mtu=string,9000;',
    );
  });

  it.each<[SavedLink]>([
    [{ properties: {}, stack: undefined }],
    [{ properties: { mac: '2:8:20:a:b:c' }, stack: 'tap' }],
    [
      {
        properties: {
          mac: '2:8:20:a:b:c',
          mtu: 9000,
          rxbuf: 4194304,
          txbuf: 20000,
          linkstate: 'down',
          linger: 3000,
          owner: 0,
          group: 4294967294,
        },
        stack: 'bus:lan.1',
      },
    ],
  ])('keeps everything over the file: %j', (saved) => {
    const conf = new DatalinkConf('');
    conf.set('vpn0', toAttributes(saved));
    const attributes = new DatalinkConf(conf.toString()).get('vpn0') as Attributes;
    expect(isOurs(attributes)).toBe(true);
    expect(fromAttributes(attributes)).toEqual(saved);
  });

  it('keeps what others recorded, and drops what is no longer so', () => {
    const old: Attributes = new Map<string, string | bigint>([
      ['class', 1024n],
      ['maxbw', '100'],
      ['linger', 5n],
      ['owner', 7n],
    ]);
    const attributes = toAttributes({ properties: { owner: null } }, old);
    expect(attributes.get('maxbw')).toBe('100');
    expect(attributes.has('linger')).toBe(false);
    expect(attributes.has('owner')).toBe(false);
  });
});

describe('isOurs', () => {
  it('leaves links of class MISC that other drivers made alone', () => {
    expect(isOurs(new Map([['class', 1024n]]))).toBe(false);
    expect(
      isOurs(
        new Map([
          ['class', 32n],
          ['unettype', 1n],
        ]),
      ),
    ).toBe(false);
  });
});

describe('fromAttributes', () => {
  it.each([
    ['macaddr', '1:0:5e:0:0:1'],
    ['mtu', 'large'],
    ['mtu', '10'],
    ['linkstate', 'sideways'],
    ['rxbuf', -1n],
    ['stack', 'heap'],
  ])('refuses %s=%s, which no link can have', (name, value) => {
    expect(() => fromAttributes(new Map([[name, value]]))).toThrow(
      expect.objectContaining({ name: 'DladmError' }),
    );
  });
});
