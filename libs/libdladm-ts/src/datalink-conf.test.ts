import { describe, expect, it } from 'vitest';
import { type Attributes, formatLine } from './conf-line.ts';
import { DatalinkConf } from './datalink-conf.ts';

const SIM =
  'sim0\tclass=int,32;media=int,4;macaddr=string,2:8:20:a:b:c;simnettype=int,4;maddrlen=int,6;\n';

describe('DatalinkConf', () => {
  it('reads the line of a simnet that dlmgmtd wrote', () => {
    const conf = new DatalinkConf(SIM);
    expect(conf.get('sim0')).toEqual(
      new Map<string, unknown>([
        ['class', 32n],
        ['media', 4n],
        ['macaddr', '2:8:20:a:b:c'],
        ['simnettype', 4n],
        ['maddrlen', 6n],
      ]),
    );
  });

  it('writes what it reads, byte for byte', () => {
    const text = `# comment\n\n${SIM}   odd line that means nothing\nsim1\tclass=int,x;\nsim2\tclass=int,32;media=int,4\r\nlast\tclass=boolean,1;`;
    expect(new DatalinkConf(text).toString()).toBe(text);
    expect(new DatalinkConf('').toString()).toBe('');
  });

  it('puts a new link at the end and a changed one in its place', () => {
    const conf = new DatalinkConf(`# one\n${SIM}# two\n`);
    conf.set('vpn0', new Map([['class', 1024n]]));
    conf.set('sim0', new Map([['up', true]]));
    conf.set(
      'vpn0',
      new Map<string, bigint | string>([
        ['class', 1024n],
        ['mtu', '9000'],
      ]),
    );
    expect(conf.toString()).toBe(
      '# one\nsim0\tup=boolean,1;\n# two\nvpn0\tclass=int,1024;mtu=string,9000;\n',
    );
  });

  it('keeps lines that it does not understand when others change', () => {
    const odd = 'broken\tno type here;\n12345 old=format\nx0\tv=string,a=b;\n\t\n';
    const conf = new DatalinkConf(odd + SIM);
    expect(conf.delete('sim0')).toBe(true);
    expect(conf.toString()).toBe(odd);
    expect(conf.delete('sim0')).toBe(false);
    expect(conf.get('x0')).toBeUndefined();
  });

  it('takes the first of several lines for a name as dlmgmtd does, and deletes all of them', () => {
    const conf = new DatalinkConf('a0\tv=int,1;\nb0\tv=int,2;\na0\tv=int,3;\n');
    expect(conf.get('a0')?.get('v')).toBe(1n);
    conf.set('a0', new Map([['v', 4n]]));
    expect(conf.get('a0')?.get('v')).toBe(4n);
    expect(conf.toString()).toBe('a0\tv=int,4;\nb0\tv=int,2;\na0\tv=int,3;\n');
    conf.delete('a0');
    expect(conf.toString()).toBe('b0\tv=int,2;\n');
  });

  it.each(['int,', 'int,1.5', 'int,99999999999999999999', 'boolean,2', 'string,', 'float,1'])(
    'does not make up a value for %s',
    (value) => {
      expect(new DatalinkConf(`a0\tv=${value};\n`).get('a0')).toBeUndefined();
    },
  );

  it('holds 64-bit numbers exactly', () => {
    for (const value of [-(2n ** 63n), 2n ** 63n - 1n, 9007199254740993n]) {
      const conf = new DatalinkConf('');
      conf.set('a0', new Map([['v', value]]));
      expect(new DatalinkConf(conf.toString()).get('a0')?.get('v')).toBe(value);
    }
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
});
