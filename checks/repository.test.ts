import { describe, expect, it } from 'vitest';
import { checkRepository } from './repository.ts';
import { repositoryFiles, trackedButIgnored } from './repository-files.ts';

const HEADER = [
  '/*',
  ' * Common Development and Distribution License ("CDDL"), version 1.0.',
  ' */',
  '/* Copyright 2026 The unet Authors */',
  '',
].join('\n');

/** Each text is put together here, so that this file keeps the rules itself. */
const join = (...parts: string[]): string => parts.join('');

describe('repository', () => {
  it.each([
    ['a path of one machine', 'docs/x.md', join('see /wo', 'rk/main/x')],
    ['a home', 'setup/x.mjs', join("readFile('/ro", "ot/.npmrc')")],
    [
      'an address in the lock file',
      'package-lock.json',
      join('"resolved": "ht', 'tps://host/a.tgz"'),
    ],
    ['a registry', '.npmrc', join('//registry.npm', 'js.org/:_auth=x')],
    ['unfinished work', 'libs/a/src/x.ts', join('// TO', 'DO: later')],
    ['a focused test', 'libs/a/src/x.test.ts', join('it.on', 'ly("x", () => 1)')],
    ['a switched off check', 'libs/a/src/x.ts', join('// @ts-ig', 'nore')],
    ['an ifdef in the driver', 'kernel/unet/x.c', `${HEADER}#ifdef __linux__`],
    ['trailing space', 'kernel/unet/x.c', `${HEADER}int x; `],
    ['a file without licence', 'kernel/hosted/kern/x.c', '/* Copyright 2026 x */'],
    ['a file without copyright', 'kernel/x.c', HEADER.replace('Copyright', 'By')],
    ['build output', 'libs/libofmt/dist/index.js', ''],
    ['an object', 'kernel/x.o', ''],
  ])('finds %s', (_what, path, text) => {
    expect(checkRepository([{ path, text: `${text}\n` }])).toHaveLength(1);
  });

  it('leaves paths alone that only look like one of a machine', () => {
    const text = `${['/workspace/x', 'a/work/b', '/rootless', 'https://x.org/home/'].join('\n')}\n`;
    expect(checkRepository([{ path: 'docs/x.md', text }])).toEqual([]);
  });

  it('finds nothing in this repository', () => {
    const files = repositoryFiles();
    expect(files.map(({ path }) => path)).toContain('checks/repository.ts');
    expect(checkRepository(files)).toEqual([]);
  });

  it('tracks nothing that git is told to ignore', () => {
    expect(trackedButIgnored()).toEqual([]);
  });
});
