import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Attributes, formatLine, parseLine } from './conf-line.ts';
import { attributes, linkName } from './conf-lines.fixture.ts';

describe('parseLine', () => {
  it('reads back what was formatted', () => {
    fc.assert(
      fc.property(linkName, attributes, (name, values) => {
        const text = formatLine(name, values);
        expect(parseLine(text)).toEqual({ text, name, attributes: values });
      }),
      { numRuns: 500 },
    );
  });

  it.each(['', ' \t', '\r', '# comment', '  # comment', '#'])('finds no link in %j', (text) => {
    expect(parseLine(text)).toEqual({ text });
  });

  it.each([
    ['a0', 'a0', /no attributes/],
    ['a0\t;', 'a0', /"" is not/],
    ['a0\tv=int,1;;', 'a0', /"" is not/],
    ['a0\tv', 'a0', /"v" is not/],
    ['a0\tv=int', 'a0', /"v=int" is not/],
    ['a0\tv=string,', 'a0', /is not/],
    ['a0\tv=string,a=b;', 'a0', /is not/],
    ['a0\tv=int,1; more', 'a0', /more after/],
    ['a0\tv=int,1;\r', 'a0', /control character/],
    [`a0\t${'n'.repeat(32)}=int,1;`, 'a0', /longer than an attribute/],
    ['a0\tclass=string,1;', 'a0', /class is not of type int/],
    ['7\tname=string,old0;class=int,x;', 'old0', /is not a value/],
    ['7\tclass=int,1;', undefined, /"7" is not a name/],
    [`${'a'.repeat(31)}0\tv=int,1;`, `${'a'.repeat(31)}0`, /is not a name/],
  ])('keeps %j, of which it says why it cannot be read', (text, name, fault) => {
    const line = parseLine(text);
    expect(line).toMatchObject({ text, fault: expect.stringMatching(fault) });
    expect(line.name).toBe(name);
    expect(line.attributes).toBeUndefined();
  });

  it('is told another name by an attribute, as dlmgmtd is', () => {
    expect(parseLine('a0\tname=string,b0;v=int,1;')).toMatchObject({ name: 'b0' });
  });
});

describe('formatLine', () => {
  const refused = (attributes: [string, string | bigint][]): string => {
    try {
      return formatLine('a0', new Map(attributes) as Attributes);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      return 'refused';
    }
  };

  it.each(['', 'a b', 'a\tb', 'a\nb', 'a=b', 'a;b', 'a,b', 'a\u0000b', 'caf\u00e9', 'a\r'])(
    'refuses the value %j',
    (value) => {
      expect(refused([['v', value]])).toBe('refused');
    },
  );

  it('refuses names of attributes that the format cannot hold', () => {
    expect(refused([['a=b', 'x']])).toBe('refused');
    expect(refused([['a'.repeat(32), 'x']])).toBe('refused');
    expect(refused([['a'.repeat(31), 'x']])).not.toBe('refused');
  });

  it('refuses a line longer than dlmgmtd reads', () => {
    const fits = 1023 - 'a0\tv=string,;\n'.length;
    expect(refused([['v', 'x'.repeat(fits)]])).not.toBe('refused');
    expect(refused([['v', 'x'.repeat(fits + 1)]])).toBe('refused');
  });

  it('refuses numbers beyond 64 bits', () => {
    expect(refused([['v', 2n ** 63n]])).toBe('refused');
  });

  it.each(['name', 'linkid', 'zone', 'transient'])(
    'refuses the attribute %s, which dlmgmtd keeps for itself',
    (attribute) => {
      expect(refused([[attribute, 'x0']])).toBe('refused');
    },
  );

  it.each(['', '0a', 'a b0', 'a-0', 'a\t0', '#a0', `${'a'.repeat(31)}0`, 'caf\u00e90'])(
    'refuses a link named %j',
    (name) => {
      expect(() => formatLine(name, new Map([['v', 1n]]))).toThrow(RangeError);
    },
  );

  it('refuses a link without attributes, of which dlmgmtd would make nothing', () => {
    expect(refused([])).toBe('refused');
  });

  it('keeps a value that was there, if only as it was', () => {
    const old: Attributes = new Map([['allowed-ips', '10.0.0.1,10.0.0.2']]);
    expect(formatLine('a0', old, old)).toBe('a0\tallowed-ips=string,10.0.0.1,10.0.0.2;');
    expect(() => formatLine('a0', new Map([['allowed-ips', '10.0.0.1,10.0.0.3']]), old)).toThrow(
      RangeError,
    );
  });
});
