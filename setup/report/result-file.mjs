import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../root.mjs';
import { formatTap } from './tap.mjs';

/** Where every run of tests leaves what came out, as `<project>.<target>.tap`. */
export const resultFolder = join(root, 'build', 'results');

/** Writes a result whole or not at all. */
export function writeResult(file, tests) {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, formatTap(tests));
  renameSync(temporary, file);
}
