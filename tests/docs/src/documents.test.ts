import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CodeBlock, codeBlocks } from './code-block.ts';
import { manualBlocks, manualPrograms } from './manual-block.ts';
import { compilePrograms, type Program, writePrograms } from './program.ts';
import { World } from './world.ts';

const root = new URL('../../../', import.meta.url);
const packages = ['libs', 'tools'].flatMap((parent) =>
  readdirSync(new URL(`${parent}/`, root)).map((name) => `${parent}/${name}`),
);
const documents = [
  'README.md',
  'docs/guide.md',
  ...packages.sort().map((folder) => `${folder}/README.md`),
].map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }));

const pages = readdirSync(new URL('docs/man/', root)).map((name) => `docs/man/${name}`);
const programs = writePrograms([
  ...documents.flatMap(({ path, text }) => codeBlocks(path, text)),
  ...pages.flatMap((path) =>
    manualPrograms(manualBlocks(path, readFileSync(new URL(path, root), 'utf8'))),
  ),
]);
const nameOf = ({ document, line }: CodeBlock): string => `${document}:${line}`;
const named = programs.map((program) => ({ name: nameOf(program.block), program }));
const run = named.filter(({ program }) => program.block.directions.notRun === undefined);
const notRun = named.filter(({ program }) => program.block.directions.notRun !== undefined);

/** Runs a program; it has ended when this resolves. */
async function execute({ file, block }: Program, world: World): Promise<void> {
  const { directions } = block;
  const running = import(/* @vite-ignore */ file) as Promise<unknown>;
  if (directions.answers === undefined) {
    await running;
    return;
  }
  const ended = running.then(
    () => 'quietly',
    (error: { readonly code?: string }) => error.code ?? error,
  );
  expect(await Promise.race([world.answer(), ended])).toBeInstanceOf(Buffer);
  await world.destroy();
  expect(await ended).toBe('ENXIO');
}

describe.each(documents)('$path', ({ path, text }) => {
  it('has its programs in blocks that are looked at', () => {
    const all = text.match(/^ *(```|~~~)(ts|typescript|js|javascript|mjs|tsx)\b/gm) ?? [];
    expect(all.length).toBe(codeBlocks(path, text).length);
    expect(text.match(/^<!-- ts:/gm)?.length ?? 0).toBe(
      codeBlocks(path, text).filter(({ directions }) =>
        Object.values(directions).some((value) =>
          Array.isArray(value) ? value.length > 0 : value !== false && value !== undefined,
        ),
      ).length,
    );
  });

  it('links to what is there', () => {
    const here = new URL(path, root);
    for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (!/^[a-z]+:/.test(target)) expect(() => readFileSync(new URL(target, here))).not.toThrow();
    }
  });
});

describe('the programs of the documents', () => {
  const compiled = compilePrograms(programs);

  it.each(named)('compile: $name', ({ program }) => {
    expect(compiled.get(program)).toEqual([]);
  });
});

describe('the programs of the documents run', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'unet-docs-'));
    // Where a program would leave what outlives it.
    vi.stubEnv('UNET_RUNTIME_DIR', folder);
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it.each(run)('$name', async ({ program }) => {
    let printed = '';
    vi.spyOn(console, 'log').mockImplementation((...values) => {
      printed += `${format(...values)}\n`;
    });
    const world = await World.make(program.block.directions, folder);
    try {
      await execute(program, world);
    } finally {
      await world.close();
    }
    expect(printed).toBe(program.block.prints ?? '');
  });

  it.each(notRun)('$name is compiled only', ({ program }) => {
    expect(program.block.directions.notRun).toMatch(/\w/);
  });
});
