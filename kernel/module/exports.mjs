/*
 * This file and its contents are supplied under the terms of the
 * Common Development and Distribution License ("CDDL"), version 1.0.
 * You may only use this file in accordance with the terms of version
 * 1.0 of the CDDL.
 *
 * A full copy of the text of the CDDL should have accompanied this
 * source.  A copy of the CDDL is also available via the Internet at
 * http://www.illumos.org/license/CDDL.
 */

/*
 * Copyright 2026 The unet Authors
 */

/*
 * Compare what a module uses with what an illumos kernel has:
 *
 *	node module/exports.mjs <module> [--tree illumos]
 *
 * Every undefined symbol must be a function that abi/facts.json has, or stand in
 * exports.json with where it comes from.  The module must name exactly those
 * modules that define what it uses, and those that exports.json adds; genunix and
 * unix need no naming.  Prints what is wrong, a line each, or one line that says
 * what was compared.  An object of hosted/include uses a little less than one of
 * illumos' own headers, so the tree has to be told.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ElfObject } from './elf.mjs';

const readJson = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const { functions } = readJson('../abi/facts.json');
const reviewed = readJson('exports.json');

/** Whether an illumos kernel has a function's code somewhere to jump to. */
const isCode = (fact) => fact?.kind === 'function' && fact.declared_only !== true;

const covers = ({ names = [], pattern }, symbol) =>
  names.includes(symbol) || (pattern !== undefined && new RegExp(pattern).test(symbol));

/** Everything wrong with what a module uses, in words. */
export function checkExports({ uses, needs, tree }) {
  const unknown = uses
    .filter((symbol) => !isCode(functions[symbol]))
    .filter((symbol) => !reviewed.symbols.some((entry) => covers(entry, symbol)))
    .map((symbol) => `uses ${symbol}, which no module of illumos is known to have`);

  const wanted = new Map(reviewed.needs.map(({ module, source }) => [module, source]));
  for (const symbol of uses) {
    const { module } = functions[symbol] ?? {};
    if (module !== undefined && !wanted.has(module)) wanted.set(module, symbol);
  }
  const missing = [...wanted]
    .filter(([module]) => !needs.includes(module))
    .map(([module, why]) => `does not name ${module}: ${why}`);
  const idle = needs
    .filter((module) => !wanted.has(module))
    .map((module) => `names ${module}, of which it uses nothing`);

  const stale = reviewed.symbols
    .filter(({ when = tree }) => when === tree)
    .flatMap(({ names = [] }) => names)
    .filter((symbol) => !uses.includes(symbol) || isCode(functions[symbol]))
    .map((symbol) => `has no use for ${symbol} in exports.json`);

  return [...unknown, ...missing, ...idle, ...stale];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [path, option, tree = 'hosted'] = process.argv.slice(2);
  if (path === undefined || (option !== undefined && option !== '--tree')) {
    process.stderr.write('usage: exports.mjs <module> [--tree illumos|hosted]\n');
    process.exit(2);
  }
  const elf = new ElfObject(readFileSync(path));
  const uses = elf.undefinedNames();
  const needs = elf.needs();
  const wrong = checkExports({ uses, needs, tree });
  for (const line of wrong) process.stdout.write(`${path}: ${line}\n`);
  if (wrong.length > 0) process.exit(1);
  process.stdout.write(`${path}: ${uses.length} symbols known, needs ${needs.join(' ')}\n`);
}
