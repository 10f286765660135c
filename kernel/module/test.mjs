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
 * Make the module as `make module' does, against hosted/include, and see that
 * verify.mjs takes it; then spoil it in every way that verify.mjs looks for, and
 * see each noticed:
 *
 *	MODULE_FLAGS=... node module/test.mjs <compiler> <directory to work in>
 *
 * Prints TAP.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { done, tap } from '../tests/tap.mjs';
import { ElfObject, SHT_DYNAMIC, SHT_RELA, SHT_SYMTAB } from './elf.mjs';
import { verify } from './verify.mjs';

const [cc, scratch] = process.argv.slice(2);
const flags = (process.env.MODULE_FLAGS ?? '').split(/\s+/).filter((flag) => flag !== '');
if (cc === undefined || scratch === undefined || flags.length === 0) {
  process.stderr.write('usage: MODULE_FLAGS=... test.mjs <compiler> <directory>\n');
  process.exit(2);
}
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });

function run(command, ...args) {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw error;
  return { ok: status === 0, output: `${stdout}${stderr}`.trim() };
}

/** What a command has to succeed with, or the test cannot be made. */
function must(command, ...args) {
  const { ok, output } = run(command, ...args);
  if (!ok) throw new Error(`${command} ${args.join(' ')}:\n${output}`);
}

const path = (name) => join(scratch, name);

writeFileSync(path('empty.c'), '');
if (!run(cc, ...flags, '-c', '-o', path('empty.o'), path('empty.c')).ok) {
  process.stdout.write(`1..0 # SKIP ${cc} compiles no kernel code for amd64\n`);
  process.exit(0);
}

/* The module itself: verify.mjs and exports.mjs run in make. */
const whole = path('0/unet');
for (const debug of ['0', '1']) {
  const build = `MODULE_BUILD=${path(debug)}`;
  const made = run('make', '-s', 'module', 'TREE=hosted', `CC=${cc}`, `DEBUG=${debug}`, build);
  tap(made.ok, `the module is made${debug === '1' ? ', DEBUG' : ''}`, made.output.split('\n'));
}
if (!existsSync(whole)) done('there is nothing to spoil');

for (const [tree, complaint] of [
  ['', /^ILLUMOS_SRC is not set: make module/m],
  [scratch, /is not an illumos source tree/],
]) {
  const made = run(
    'make',
    '-s',
    'module',
    'DEBUG=0',
    `ILLUMOS_SRC=${tree}`,
    `MODULE_BUILD=${path('none')}`,
  );
  tap(!made.ok && complaint.test(made.output), `no module without a tree: '${tree}'`, [
    made.output,
  ]);
}

const script = (name) => fileURLToPath(new URL(name, import.meta.url));
const object = path('0/obj/unet.o');
const before = new ElfObject(readFileSync(object));
const after = new ElfObject(readFileSync(whole));
tap(
  before.sections.every((section, i) => {
    const same = after.sections[i];
    return i === before.shstrndx
      ? after.bytes(same).indexOf(before.bytes(section)) === 0
      : JSON.stringify(same) === JSON.stringify(section) &&
          after.bytes(same).equals(before.bytes(section));
  }),
  'depend.mjs leaves every section as it was',
);
/* By another reader of ELF than ours. */
const dump = run('readelf', '-p', '.dynstr', whole).output;
const strings = [...dump.matchAll(/\] +(\S+)$/gm)].map(([, name]) => name);
tap(
  strings.length > 0 && strings.join() === after.needs().join(),
  'readelf sees what the module needs',
  dump.split('\n'),
);
const again = run(process.execPath, script('depend.mjs'), whole, path('twice'), 'misc/mac');
tap(!again.ok && /has a dynamic section already/.test(again.output), 'no second record of needs');

/** Spoilt copies of the module: what, which bytes, and what verify.mjs says. */
function spoil(change) {
  const bytes = Buffer.from(readFileSync(whole));
  return change(bytes, new ElfObject(bytes)) ?? bytes;
}

/** Where the header of the first section of a type, or a name, stands in the file. */
const headerOf = (elf, wanted) =>
  elf.shoff + 64 * elf.sections.findIndex(({ type, name }) => type === wanted || name === wanted);

const FILES = [
  ['a file that is no ELF', () => Buffer.from('#!/bin/sh\n'), /not an ELF file/],
  ['half a file', (bytes) => bytes.subarray(0, bytes.length / 2), /beyond the end|no section/],
  ['a 32-bit one', (bytes) => void bytes.writeUInt8(1, 4), /not 64-bit/],
  ['another type', (bytes) => void bytes.writeUInt16LE(3, 16), /not relocatable/],
  ['another machine', (bytes) => void bytes.writeUInt16LE(183, 18), /not for amd64/],
  ['no record of needs', () => readFileSync(object), /has 0 dynamic sections/],
  [
    'two records of needs',
    (_bytes, elf) =>
      elf.withSections([
        { name: '.x', type: SHT_DYNAMIC, link: 0, align: 8, entsize: 16, bytes: Buffer.alloc(16) },
      ]),
    /has 2 dynamic sections/,
  ],
  [
    'a record of needs whose link is cleared, as strip leaves it',
    (bytes, elf) => void bytes.writeUInt32LE(0, headerOf(elf, SHT_DYNAMIC) + 40),
    /is no string table/,
  ],
  [
    'a record of needs that needs nothing',
    (_bytes, elf) => void elf.bytes(elf.ofType(SHT_DYNAMIC)[0]).fill(0),
    /names no module/,
  ],
  [
    'no symbol table',
    (bytes, elf) => void bytes.writeUInt32LE(1, headerOf(elf, SHT_SYMTAB) + 4),
    /does not define _init/,
  ],
  [
    'relocations without addends',
    (bytes, elf) => void bytes.writeUInt32LE(9, headerOf(elf, SHT_RELA) + 4),
    /without addends in \.rela\.text/,
  ],
  [
    'relocations for another symbol table',
    (bytes, elf) => void bytes.writeUInt32LE(1, headerOf(elf, SHT_RELA) + 40),
    /for another symbol table/,
  ],
  [
    'a section with an address',
    (bytes, elf) => void bytes.writeBigUInt64LE(4096n, headerOf(elf, '.text') + 16),
    /has an address for \.text/,
  ],
  [
    'code that can be written to',
    (bytes, elf) => void bytes.writeBigUInt64LE(7n, headerOf(elf, '.text') + 8),
    /can write to code in \.text/,
  ],
];
for (const [what, change, complaint] of FILES) {
  writeFileSync(path('spoilt'), spoil(change));
  const wrong = verify(path('spoilt'));
  tap(
    wrong.some((line) => complaint.test(line)),
    `a fault is noticed: ${what}`,
    wrong,
  );
}

/* Sources whose objects are no parts of a module, alone in one. */
const ENTRIES = 'int _init(void) { return (0); }\nint _fini(void) { return (0); }\n';
const INFO = 'int _info(void *p) { return (p == 0); }\n';
const SOURCES = [
  ['nothing, of a small module', '', [], undefined],
  [
    'a table of addresses',
    'extern int x;\nint *f(void) { return (&x); }\n',
    ['-fPIC', '-mcmodel=small'],
    /relocation of type (9|41|42) .* for x/,
  ],
  [
    'a variable of a thread',
    '__thread int x;\nint f(void) { return (x); }\n',
    [],
    /\.tbss for each thread/,
  ],
  ['floating point', 'double f(double x) { return (x * 2); }\n', ['-msse2'], /uses floating point/],
  [
    'a weak symbol',
    'extern int x(void) __attribute__((weak));\nint f(void) { return (x()); }\n',
    [],
    /uses x weakly/,
  ],
  [
    'a constructor',
    '__attribute__((constructor)) static void f(void) { asm volatile ("nop"); }\n',
    [],
    /which nobody runs|is of type 14/,
  ],
  [
    'a probe that is jumped to',
    'extern void __dtrace_probe_x(void);\nvoid f(void) { __dtrace_probe_x(); }\n',
    ['-foptimize-sibling-calls'],
    /does not call __dtrace_probe_x/,
  ],
  [
    'a probe whose address is taken',
    'extern void __dtrace_probe_x(void);\nvoid *f = (void *)&__dtrace_probe_x;\n',
    [],
    /does not call __dtrace_probe_x/,
  ],
];
for (const [what, source, extra, complaint] of SOURCES) {
  writeFileSync(path('x.c'), `${ENTRIES}${INFO}${source}`);
  must(cc, ...flags, '-Wno-error', '-w', ...extra, '-c', '-o', path('x.o'), path('x.c'));
  must(process.execPath, script('depend.mjs'), path('x.o'), path('x'), 'misc/mac');
  const wrong = verify(path('x'));
  const ok =
    complaint === undefined ? wrong.length === 0 : wrong.some((line) => complaint.test(line));
  tap(ok, `a fault is noticed: ${what}`, wrong);
}
writeFileSync(path('x.c'), ENTRIES);
must(cc, ...flags, '-w', '-c', '-o', path('x.o'), path('x.c'));
must(process.execPath, script('depend.mjs'), path('x.o'), path('x'), 'misc/mac');
tap(verify(path('x')).join() === 'does not define _info', 'a fault is noticed: no _info');

done();
