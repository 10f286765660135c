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
    // Sections with a letter are illumos'; only its own mandoc knows them.
    const section = /^.*: WARNING: unknown manual section: Dt \.\.\. 4D\n/;
    const said = page.endsWith('.4d') ? lint.out.replace(section, '') : lint.out;
    expect({ said, err: lint.err }).toEqual({ said: '', err: '' });
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
});
