import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Workbench } from './workbench.ts';

const bench = new Workbench();
afterAll(() => bench.close());

const folder = fileURLToPath(new URL('../../../docs/man/', import.meta.url));
const pages = readdirSync(folder);

describe('manual pages', () => {
  it.for(pages)('%s is clean mdoc', async (page, { skip }) => {
    const lint = await bench
      .run('mandoc', ['-Tlint', page], { cwd: folder })
      .catch(() => undefined);
    if (lint === undefined) {
      return skip('mandoc is not installed');
    }
    // Sections with letters are illumos'; only its own mandoc knows them. That there are the pages
    // that others refer to, tests/docs finds out.
    const section =
      /^.*: (WARNING: unknown manual section: Dt \.\.\. (4D|4I|3LIB)|STYLE: referenced manual not found: Xr \w+ (4D|4I|3LIB).*)\n/gm;
    expect({ said: lint.out.replace(section, ''), err: lint.err }).toEqual({ said: '', err: '' });
    expect(lint.exit === 0).toBe(lint.out === '');
  });

  it('unetadm(8) speaks of every subcommand and property', async () => {
    const text = readFileSync(`${folder}unetadm.8`, 'utf8');
    const { out } = await bench.adm('help');
    const subcommands = [...out.matchAll(/unetadm ([a-z]+)/g)].map(([, name]) => name);
    expect(subcommands).toContain('create');
    await bench.adm('create -t -p stack=none vpn0');
    const properties = (await bench.adm('get -p -o property vpn0')).out.trimEnd().split('\n');
    expect(properties).toContain('rxbuf');
    for (const word of [...subcommands, ...properties]) {
      expect(text, `${word}`).toMatch(new RegExp(`^\\.(It )?.*\\b${word}\\b`, 'm'));
    }
  });

  it('unetstat(8) speaks of every option and field', async () => {
    const text = readFileSync(`${folder}unetstat.8`, 'utf8');
    const { out: usage } = await bench.run('unetstat', ['--help']);
    for (const [, letter = '', word = ''] of usage.matchAll(/\[?-(?:([a-zA-Z])|-([a-z]+))\b/g)) {
      const flag = letter === '' ? `Fl Fl ${word}` : `Fl ${letter}`;
      expect(text, flag).toMatch(new RegExp(`^\\.(It )?.*\\b${flag}\\b`, 'm'));
    }
    await bench.adm('create -t -p stack=none stat0');
    const { out } = await bench.run('unetstat', ['-i', '--json', 'stat0']);
    const fields = Object.keys(JSON.parse(out) as object);
    expect(fields).toContain('rx_drop_runt');
    for (const field of fields) {
      expect(text, field).toMatch(new RegExp(`^\\.(It )?(Cm|No) .*\\b${field}\\b`, 'm'));
    }
  });
});
