import { UsageError } from 'libofmt';
import { describe, expect, it } from 'vitest';
import { parseProperties, parseSize, splitOwner, splitProperties } from './property-text.ts';

const refusal = (text: string) =>
  expect.objectContaining({ name: 'DladmError', code: 'EINVAL', text });

describe('parseSize', () => {
  it.each([
    ['1048576', 1048576],
    ['1M', 1048576],
    ['1024K', 1048576],
    ['1mb', 1048576],
    ['1MB', 1048576],
    ['1k', 1024],
    ['1kb', 1024],
    ['1KB', 1024],
    ['1b', 1],
    ['4096B', 4096],
    ['1g', 1073741824],
    ['1gb', 1073741824],
    ['1T', 1099511627776],
    ['0', 0],
    ['007', 7],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize('rxbuf', text)).toBe(bytes);
  });

  it.each([
    '',
    ' 12',
    '12 ',
    '+5',
    '-1',
    'k',
    'b',
    '1Kib',
    '0x10',
    '12k3',
    '1.5M',
    'hello',
    '1kk',
    '1bk',
    '\u0661',
  ])('refuses %j', (text) => {
    expect(() => parseSize('rxbuf', text)).toThrow(refusal(`rxbuf: not a size: ${text}`));
  });

  it.each(['18446744073709551616', '9007199254740992g', '99999999999999999G', '9007199254740992'])(
    'refuses %s as too large',
    (text) => {
      expect(() => parseSize('rxbuf', text)).toThrow(refusal(`rxbuf: too large: ${text}`));
    },
  );
});

describe('splitProperties', () => {
  it('takes names in any case and values as they are', () => {
    expect([...splitProperties(['MTU=9000', 'stack=bus:A=b'])]).toEqual([
      ['mtu', '9000'],
      ['stack', 'bus:A=b'],
    ]);
  });

  it.each([
    ['mtu', 'invalid property name=value: mtu'],
    ['=5', 'invalid property name=value: =5'],
    ['', 'invalid property name=value: '],
    ['mtu=', 'property value required for mtu'],
  ])('refuses %j', (text, message) => {
    expect(() => splitProperties([text])).toThrow(new UsageError(message));
  });

  it('refuses a property that comes twice', () => {
    expect(() => splitProperties(['mtu=1', 'Mtu=2'])).toThrow(
      new UsageError('property given twice: mtu'),
    );
  });
});

describe('splitOwner', () => {
  it('takes a user, and a group if there is one', () => {
    expect(splitOwner('root')).toEqual({ user: 'root' });
    expect(splitOwner('0:staff')).toEqual({ user: '0', group: 'staff' });
  });

  it.each(['', ':', 'root:', ':staff'])('refuses %j', (text) => {
    expect(() => splitOwner(text)).toThrow(new UsageError(`invalid user[:group]: ${text}`));
  });
});

describe('parseProperties', () => {
  const parse = (...texts: string[]): unknown => parseProperties(splitProperties(texts));

  it('reads every kind of value', () => {
    expect(
      parse(
        'rxbuf=2M',
        'mtu=9000',
        'linger=500',
        'linkstate=up',
        'owner=0',
        'group=none',
        'mac=2:8:20:0:0:1',
      ),
    ).toEqual({
      rxbuf: 2097152,
      mtu: 9000,
      linger: 500,
      linkstate: 'up',
      owner: 0,
      group: null,
      mac: '2:8:20:0:0:1',
    });
  });

  it('looks names of users and groups up', () => {
    expect(parse('owner=root', 'group=root')).toEqual({ owner: 0, group: 0 });
    expect(() => parse('owner=no.such.user')).toThrow(refusal('owner: no such user: no.such.user'));
    expect(() => parse('group=no.such.group')).toThrow(
      refusal('group: no such group: no.such.group'),
    );
    expect(() => parse('owner=--help')).toThrow(refusal('owner: no such user: --help'));
  });

  it.each([
    ['mtu=1k', 'EINVAL', 'mtu: not a number: 1k'],
    ['linger=99999999999999999999', 'EINVAL', 'linger: too large: 99999999999999999999'],
    ['speed=5', 'ENOTSUP', 'no such property: speed'],
    ['maxsize=5', 'EACCES', 'property is read-only: maxsize'],
  ])('refuses %s', (property, code, text) => {
    expect(() => parse(property)).toThrow(
      expect.objectContaining({ name: 'DladmError', code, text }),
    );
  });
});
