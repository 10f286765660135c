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
 * Write facts.json: of a collection of facts about an illumos kernel, the part
 * that hosted/include declares.  Run it again after adding to those headers:
 *
 *	node abi/extract.mjs <collection.json>
 *
 * The collection has for the kernel `structs', `typedefs', `enums', `constants',
 * `functions' and `variables', by name, as the compiler sees them on amd64.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declared, kernelDir } from './declared.mjs';

const DROP = new Set(['defined_in', 'stub_loads', 'group', 'hex', 'hidden']);
/* Always there: a module that is told for a function is one that has to be loaded for it. */
const RESIDENT = 'genunix/unix';

const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('usage: node abi/extract.mjs <collection.json>\n');
  process.exit(2);
}

const { meta, kernel } = JSON.parse(readFileSync(path, 'utf8'));
const names = declared(process.env.CC ?? 'gcc', join(tmpdir(), `unet-facts-${process.pid}`));

/** Facts, less what is not checked. */
const trim = (fact) =>
  Object.fromEntries(
    Object.entries(fact).filter(
      ([key, value]) => !DROP.has(key) && !(key === 'module' && value === RESIDENT),
    ),
  );

const pick = (all, wanted) =>
  Object.fromEntries(
    Object.keys(all)
      .filter((name) => wanted(name) && all[name].only_in === undefined)
      .sort()
      .map((name) => [name, trim(all[name])]),
  );

const constant = (name) => names.macros.has(name) || names.enumerators.has(name);
const facts = {
  source: `illumos-gate ${meta.sources['illumos-gate'].commit} of ${meta.sources['illumos-gate'].date}, ${meta.arch}`,
  structs: pick(kernel.structs, (n) => names.structs.has(n) || names.typedefs.get(n)?.of !== undefined || names.typedefs.has(n)),
  typedefs: pick(kernel.typedefs, (n) => names.typedefs.has(n)),
  enums: pick(kernel.enums, (n) => names.enums.has(n)),
  constants: pick(kernel.constants, constant),
  functions: pick(kernel.functions, (n) => names.functions.has(n) || names.macros.has(n)),
  variables: pick(kernel.variables, (n) => names.variables.has(n)),
};

/* One line a fact, so that a change of one is a change of one line. */
const section = (all) =>
  typeof all === 'string'
    ? JSON.stringify(all)
    : `{\n${Object.entries(all)
        .map(([name, fact]) => `    ${JSON.stringify(name)}: ${JSON.stringify(fact)}`)
        .join(',\n')}\n  }`;
const text = Object.entries(facts)
  .map(([name, all]) => `  ${JSON.stringify(name)}: ${section(all)}`)
  .join(',\n');
writeFileSync(join(kernelDir, 'abi/facts.json'), `{\n${text}\n}\n`);
