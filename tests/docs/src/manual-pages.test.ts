import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileC } from './c-program.ts';
import { manualBlocks } from './manual-block.ts';
import { noSessions, Shell } from './shell.ts';
import { differs, readSession } from './shell-session.ts';

const folder = fileURLToPath(new URL('../../../docs/man/', import.meta.url));
const pages = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(`${folder}${name}`, 'utf8'),
}));
const blocks = pages.flatMap(({ name, text }) => manualBlocks(`docs/man/${name}`, text));
const named = (kind: string) =>
  blocks
    .filter((block) => block.kind === kind)
    .map((block) => ({ name: `${block.page}:${block.line}`, block }));

describe.each(pages)('$name', ({ text }) => {
  it('refers to pages that are there', () => {
    const here = new Set(pages.map(({ name }) => name));
    for (const [, page, section] of text.matchAll(/^\.Xr (\S+) (\S+)/gm)) {
      expect(here, `.Xr ${page} ${section}`).toContain(`${page}.${section?.toLowerCase()}`);
    }
  });

  it('speaks of no page of its own without a reference', () => {
    for (const { name } of pages) {
      const [page = '', section = ''] = name.split('.');
      const plain = new RegExp(`^(?!\\.\\\\").*\\b${page}\\(${section}\\)`, 'gim');
      const prose = text.replace(/^\.Bd -literal[\s\S]*?^\.Ed$/gm, '');
      expect(prose.match(plain) ?? [], `${page}(${section})`).toEqual([]);
    }
  });
});

describe('the sessions of the manual pages', () => {
  const reason = noSessions();

  it.for(named('run'))('$name', { timeout: 60_000 }, async ({ block }, { skip }) => {
    if (reason !== undefined) return skip(reason);
    const { steps, script } = readSession(block.text);
    const options = { numbersVary: /\bnumbers vary\b/.test(block.directions) };
    const shell = new Shell();
    try {
      const results = await shell.run(block.first, steps);
      for (const [i, { printed, exit }] of results.entries()) {
        const { command = '', output = [] } = steps[i] ?? {};
        if (!script) expect(differs(output, printed, options), command).toBeUndefined();
        if (output.length === 0) expect({ command, exit, printed }).toMatchObject({ exit: 0 });
      }
    } finally {
      await shell.close();
    }
  });
});

describe('the C of the manual pages compiles', () => {
  const compiler = process.env['CC'] ?? 'cc';
  const missing = spawnSync(compiler, ['--version']).status !== 0;

  it.for(named('c'))('$name', ({ block }, { skip }) => {
    if (missing) return skip(`${compiler} is not installed`);
    expect(compileC(compiler, block)).toBe('');
  });
});
