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
 * Make a module of a relocatable object, by adding the record of what it
 * depends on:
 *
 *	node module/depend.mjs <object> <module> <directory/name>...
 *
 * The loader of illumos reads it from the entries of type DT_NEEDED of a dynamic
 * section, whose link is their string table.  The link-editor of illumos writes
 * these (ld -z type=kmod -N name); that of GNU has no way to in a relocatable
 * object.  Neither section is loaded.  Do not run strip or objcopy on the
 * result: they clear the link.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { DT_NEEDED, dynamicEntries, ElfObject, ET_REL, SHT_DYNAMIC, SHT_STRTAB } from './elf.mjs';

const [object, module, ...needs] = process.argv.slice(2);
if (needs.length === 0 || needs.some((name) => !/^\w+\/\w+$/.test(name))) {
  process.stderr.write('usage: depend.mjs <object> <module> <directory/name>...\n');
  process.exit(2);
}

const elf = new ElfObject(readFileSync(object));
if (elf.type !== ET_REL) throw new Error(`${object} is no relocatable object`);
if (elf.ofType(SHT_DYNAMIC).length > 0) throw new Error(`${object} has a dynamic section already`);

let strings = '\0';
const list = needs.map((name) => {
  const value = strings.length;
  strings += `${name}\0`;
  return { tag: DT_NEEDED, value };
});
writeFileSync(
  module,
  elf.withSections([
    { name: '.dynstr', type: SHT_STRTAB, align: 1, entsize: 0, bytes: Buffer.from(strings) },
    {
      name: '.dynamic',
      type: SHT_DYNAMIC,
      link: 0,
      align: 8,
      entsize: 16,
      bytes: dynamicEntries(list),
    },
  ]),
);
