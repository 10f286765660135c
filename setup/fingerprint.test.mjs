import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fingerprintOutputs, fingerprintSources } from './fingerprint.mjs';
import { root } from './root.mjs';

let folder;
let path;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unet-fingerprint-'));
  path = relative(root, folder);
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'src', 'a.c'), 'one');
  writeFileSync(join(folder, 'dist', 'a.js'), 'one');
  // Old, so that what a case writes has other times.
  utimesSync(join(folder, 'src', 'a.c'), 1, 1);
});

afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ['is added', () => writeFileSync(join(folder, 'src', 'b.c'), '')],
  ['goes', () => rmSync(join(folder, 'src', 'a.c'))],
  ['is written', () => writeFileSync(join(folder, 'src', 'a.c'), 'two')],
  ['is renamed', () => renameSync(join(folder, 'src', 'a.c'), join(folder, 'src', 'b.c'))],
])('differs when a source %s', (_what, change) => {
  const before = fingerprintSources([path]);
  change();
  expect(fingerprintSources([path])).not.toBe(before);
});

it('stays the same when nothing changes', () => {
  expect(fingerprintSources([path])).toBe(fingerprintSources([path]));
  expect(fingerprintOutputs([path])).toBe(fingerprintOutputs([path]));
});

it('does not take outputs for sources, and sees when they go', () => {
  const [sources, outputs] = [fingerprintSources([path]), fingerprintOutputs([path])];
  rmSync(join(folder, 'dist'), { recursive: true });
  expect(fingerprintSources([path])).toBe(sources);
  expect(fingerprintOutputs([path])).not.toBe(outputs);
});

it('knows an output that is missing from one that is there', () => {
  const missing = fingerprintOutputs([`${path}/native`]);
  mkdirSync(join(folder, 'native'));
  writeFileSync(join(folder, 'native', 'x'), '');
  expect(fingerprintOutputs([`${path}/native`])).not.toBe(missing);
});
