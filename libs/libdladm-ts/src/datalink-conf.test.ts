import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributes, file, linkName } from './conf-lines.fixture.ts';
import { DatalinkConf } from './datalink-conf.ts';

const SIM =
  'sim0\tclass=int,32;media=int,4;macaddr=string,2:8:20:a:b:c;simnettype=int,4;maddrlen=int,6;\n';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

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

  it('gives every file back as it was, byte for byte', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), file.map(bytes)), (any) => {
        expect(DatalinkConf.ofBytes(any).toBytes()).toEqual(Buffer.from(any));
      }),
      { numRuns: 500 },
    );
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(DatalinkConf.ofBytes(all).toBytes()).toEqual(Buffer.from(all));
  });

  it('touches only the line that is changed', () => {
    const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');
    fc.assert(
      fc.property(file, linkName, attributes, (text, name, values) => {
        const conf = DatalinkConf.ofBytes(bytes(text));
        const line = conf.record(name)?.line;
        const before = linesOf(text);
        conf.set(name, values);
        expect(conf.toBytes()).toEqual(bytes(conf.toString()));
        const written = conf.record(name);
        expect(written?.attributes).toEqual(values);
        const after = conf.toString().split('\n');
        const place = (line ?? written?.line ?? 0) - 1;
        expect(after[place]).toBe(written?.text);
        const others = text.split('\n');
        if (line === undefined) {
          expect(linesOf(conf.toString())).toEqual([...before, written?.text]);
        } else {
          expect(after.filter((_, at) => at !== place)).toEqual([
            ...others.filter((_, at) => at !== place),
            // The newline that the last line did not have.
            ...(line === others.length ? [''] : []),
          ]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes nothing but the lines of a name when that is deleted', () => {
    fc.assert(
      fc.property(file, linkName, attributes, (text, name, values) => {
        fc.pre(new DatalinkConf(text).record(name) === undefined);
        const before = new DatalinkConf(text);
        before.set(name, values);
        const conf = DatalinkConf.ofBytes(before.toBytes());
        expect(conf.delete(name)).toBe(true);
        expect(conf.toBytes()).toEqual(bytes(conf.toString()));
        const newline = text === '' || text.endsWith('\n') ? '' : '\n';
        expect(conf.toString()).toBe(text + newline);
      }),
      { numRuns: 300 },
    );
  });

  it('does several changes as it does one', () => {
    const edits = fc.array(fc.tuple(fc.boolean(), fc.constantFrom('a', 'b', 'c', 'd')), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(file, edits, (text, all) => {
        const conf = DatalinkConf.ofBytes(bytes(text));
        let again = conf;
        for (const [gone, name] of all) {
          again = DatalinkConf.ofBytes(again.toBytes());
          for (const one of [conf, again]) {
            if (gone) one.delete(name);
            else one.set(name, new Map([['v', 1n]]));
          }
        }
        expect(conf.toBytes()).toEqual(again.toBytes());
        expect(conf.toBytes()).toEqual(bytes(conf.toString()));
      }),
    );
  });

  it('finds a link that was searched for ever so often', () => {
    const conf = new DatalinkConf('b0\tjunk\na0\tv=int,1;\nb0\tv=int,2;\nb0\tv=int,3;\n');
    for (let i = 0; i < 50; i++) {
      expect(conf.record('b0')).toMatchObject({ line: 3, attributes: new Map([['v', 2n]]) });
      expect(conf.record('c0')).toBeUndefined();
    }
    expect([...conf.records()].map(({ name, line }) => [name, line])).toEqual([
      ['b0', 3],
      ['a0', 2],
    ]);
  });

  it('has a copy that is changed by itself', () => {
    const conf = new DatalinkConf('a0\tv=int,1;');
    const copy = conf.copy();
    copy.set('b0', new Map([['v', 2n]]));
    copy.delete('a0');
    expect(conf.toString()).toBe('a0\tv=int,1;');
    expect(copy.toString()).toBe('b0\tv=int,2;\n');
  });

  it('knows the format from before 2009, in which the id comes first', () => {
    const conf = new DatalinkConf('7\tname=string,old0;class=int,32;\n12 class=int,1;\n');
    expect(conf.record('old0')).toMatchObject({ line: 1, attributes: new Map([['class', 32n]]) });
    conf.set('old0', new Map([['class', 1024n]]));
    expect(conf.toString()).toBe('old0\tclass=int,1024;\n12 class=int,1;\n');
  });

  describe('rename', () => {
    it('changes the name where the link is, and where others name it', () => {
      const conf = new DatalinkConf(
        'a0\tclass=int,1024;x=string,1,2;\nvlan0\tclass=int,2;linkover=string,a0;\n' +
          'a0\tclass=int,9;\nsim0\tsimnetpeer=string,a0;\naggr0\tportnames=string,net0:a0:a01:;\n' +
          'other0\tlinkover=string,a01;note=string,a0;',
      );
      expect(conf.rename('a0', 'b0')).toBe(true);
      expect(conf.toString()).toBe(
        'b0\tclass=int,1024;x=string,1,2;\nvlan0\tclass=int,2;linkover=string,b0;\n' +
          'sim0\tsimnetpeer=string,b0;\naggr0\tportnames=string,net0:b0:a01:;\n' +
          'other0\tlinkover=string,a01;note=string,a0;',
      );
      expect(conf.get('a0')).toBeUndefined();
      expect(conf.get('vlan0')?.get('linkover')).toBe('b0');
    });

    it('changes nothing when a line would not hold the new name, or there is no such link', () => {
      const long = `a0\tx=string,${'x'.repeat(1000)};\n`;
      const conf = new DatalinkConf(`${long}v0\tlinkover=string,a0;\n`);
      expect(() => conf.rename('a0', 'a'.repeat(30))).toThrow(RangeError);
      expect(conf.rename('none0', 'b0')).toBe(false);
      expect(conf.toString()).toBe(`${long}v0\tlinkover=string,a0;\n`);
    });
  });
});
