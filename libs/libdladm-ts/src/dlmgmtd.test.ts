import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Attributes, formatLine, parseLine } from './conf-line.ts';
import { attributes, file, line, linkName } from './conf-lines.fixture.ts';
import { DatalinkConf } from './datalink-conf.ts';
import { Dlmgmtd } from './dlmgmtd.fixture.ts';

const compiled = Dlmgmtd.make();
const dlmgmtd = compiled as Dlmgmtd;
afterAll(() => compiled?.dispose());
beforeEach(({ skip }) => {
  if (compiled === undefined) skip('there is no C compiler');
});

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Attributes as the reader tells them. */
const told = (of: Attributes): string[] =>
  [...of]
    .map(([name, value]) => {
      const type = typeof value === 'bigint' ? 'int' : typeof value;
      return `${name}=${type}:${typeof value === 'boolean' ? Number(value) : value}`;
    })
    .sort((a, b) => ((a.split('=')[0] as string) < (b.split('=')[0] as string) ? -1 : 1));

describe('dlmgmtd', () => {
  it('reads its own file as the reference says', () => {
    const view = dlmgmtd.read(
      bytes(
        '# a comment\n\nsim0\tclass=int,32;media=int,4;macaddr=string,2:8:20:a:b:c;\n' +
          'sim0\tclass=int,1;\n5 name=string,old0;class=int,1;\nloose0 class=int,q\nx0 v=string,;\nb0\tc=int,1;\n',
      ),
    );
    expect(Object.fromEntries(view.links)).toEqual({
      sim0: ['class=int:32', 'macaddr=string:2:8:20:a:b:c', 'media=int:4'],
      old0: ['class=int:1'],
      loose0: ['class=int:0'],
    });
    expect(view.duplicates).toEqual(['sim0']);
    expect(view.stop).toBe(7);
  });

  it('loses what follows a line that it cannot read, so none such is written', () => {
    const kept = dlmgmtd.delete('a0', bytes('a0\tc=int,1;\nx0\tv=string,;\nb0\tc=int,1;\n'));
    expect(kept.lost).toBe(true);
    expect(kept.file.toString()).toBe('');
  });

  it('reads every line that is written as what was written', () => {
    const files = fc.uniqueArray(fc.tuple(linkName, attributes), {
      selector: ([name]) => name,
      maxLength: 20,
    });
    fc.assert(
      fc.property(files, (links) => {
        const conf = new DatalinkConf('');
        for (const [name, values] of links) {
          conf.set(name, values);
        }
        const view = dlmgmtd.read(conf.toBytes());
        expect(view.stop).toBeUndefined();
        expect([...view.links]).toEqual(links.map(([name, values]) => [name, told(values)]));
      }),
      { numRuns: 60 },
    );
  });

  it('reads every line that is understood here as the same', () => {
    const understood = line.filter((text) => parseLine(text).attributes !== undefined);
    fc.assert(
      fc.property(fc.array(understood, { minLength: 1, maxLength: 60 }), (lines) => {
        const text = lines.map((one) => `${one}\n`).join('');
        const view = dlmgmtd.read(bytes(text));
        expect(view.stop).toBeUndefined();
        const links = [...new DatalinkConf(text).links()].map(([name, values]) => [
          name,
          told(values),
        ]);
        expect([...view.links]).toEqual(links.filter(([, values]) => values?.length !== 0));
      }),
      { numRuns: 60 },
    );
  });

  it('finds all that it found before, whatever is changed here', () => {
    fc.assert(
      fc.property(file, linkName, attributes, fc.boolean(), (text, name, values, gone) => {
        const before = dlmgmtd.read(bytes(text));
        const conf = new DatalinkConf(text);
        // What it puts up with and is not understood here is not written over.
        fc.pre(conf.record(name)?.fault === undefined && !text.includes('\0'));
        if (gone) conf.delete(name);
        else conf.set(name, values);
        const after = dlmgmtd.read(conf.toBytes());
        const expected = new Map(before.links);
        expected.delete(name);
        for (const [other, of] of expected) {
          expect(after.links.get(other)).toEqual(of);
        }
        if (before.stop === undefined) {
          expect(after.stop).toBeUndefined();
          expect(after.links.get(name)).toEqual(gone ? undefined : told(values));
          expect(after.links.size).toBe(expected.size + (gone ? 0 : 1));
        }
      }),
      { numRuns: 250 },
    );
  });

  it('keeps what is written here when it writes the file itself', () => {
    const name = 'vpn0';
    fc.assert(
      fc.property(file, attributes, linkName, (text, values, other) => {
        fc.pre(!text.includes(name) && other !== name && !text.includes('\0'));
        fc.pre(dlmgmtd.read(bytes(text)).stop === undefined);
        const conf = new DatalinkConf(text);
        conf.set(name, values);
        const { file: rewritten, lost } = dlmgmtd.delete(other, conf.toBytes());
        expect(lost).toBe(false);
        expect(rewritten.toString('latin1')).toContain(`${formatLine(name, values)}\n`);
        expect(dlmgmtd.read(rewritten).links.get(name)).toEqual(told(values));
      }),
      { numRuns: 60 },
    );
  });
});
