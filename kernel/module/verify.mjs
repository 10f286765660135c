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
 * Check that a file is a module that the loader of illumos takes on amd64, as far
 * as the file shows it:
 *
 *	node module/verify.mjs <module>
 *
 * Prints what is wrong, a line each, or one line that says what was looked at.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  DT_FLAGS_1,
  DT_NEEDED,
  ElfError,
  ElfObject,
  EM_X86_64,
  ET_REL,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_TLS,
  SHF_WRITE,
  SHN_UNDEF,
  SHT_DYNAMIC,
  SHT_NOBITS,
  SHT_NOTE,
  SHT_PROGBITS,
  SHT_REL,
  SHT_RELA,
  SHT_SYMTAB,
  STB_LOCAL,
  STB_WEAK,
} from './elf.mjs';

const R_X86_64_PC32 = 2;
const R_X86_64_PLT32 = 4;
/* Those that are known to be right there; none goes through a table. */
const RELOCATIONS = new Map([
  [1, 'R_X86_64_64'],
  [R_X86_64_PC32, 'R_X86_64_PC32'],
  [R_X86_64_PLT32, 'R_X86_64_PLT32'],
  [11, 'R_X86_64_32S'],
]);

const PROBE = '__dtrace_probe_';
const CALL = 0xe8;

function* checkKind(elf) {
  if (elf.type !== ET_REL) yield `is of ELF type ${elf.type}, not relocatable`;
  if (elf.machine !== EM_X86_64) yield `is for machine ${elf.machine}, not for amd64`;
}

function* checkDynamic(elf) {
  const found = elf.ofType(SHT_DYNAMIC);
  if (found.length !== 1) {
    yield `has ${found.length} dynamic sections, not 1`;
    return;
  }
  const list = elf.dynamic();
  if (!list.some(({ tag }) => tag === DT_NEEDED)) yield 'names no module that it needs';
  for (const { tag, name } of list) {
    if (tag !== DT_NEEDED && tag !== DT_FLAGS_1) yield `has a dynamic entry of type ${tag}`;
    if (tag === DT_NEEDED && !/^\w+\/\w+$/.test(name)) yield `needs '${name}', which is no module`;
  }
}

/** Loaded sections: what they may be, and that nothing is both written and run. */
function* checkSections(elf) {
  for (const { name, type, flags, addr } of elf.sections) {
    if ((flags & SHF_ALLOC) === 0) continue;
    if (![SHT_PROGBITS, SHT_NOBITS, SHT_NOTE].includes(type)) {
      yield `loads ${name}, which is of type ${type}`;
    }
    if (addr !== 0) yield `has an address for ${name}`;
    if ((flags & SHF_TLS) !== 0) yield `has ${name} for each thread`;
    if ((flags & SHF_WRITE) !== 0 && (flags & SHF_EXECINSTR) !== 0) {
      yield `can write to code in ${name}`;
    }
    if (/^\.(ctors|dtors|init_array|fini_array)/.test(name)) yield `has ${name}, which nobody runs`;
  }
}

function* checkSymbols(elf) {
  const symbols = elf.symbols();
  for (const name of ['_init', '_fini', '_info']) {
    if (!symbols.some((s) => s.name === name && s.bind !== STB_LOCAL && s.section !== SHN_UNDEF)) {
      yield `does not define ${name}`;
    }
  }
  for (const { name, bind, section } of symbols) {
    /* The loader would leave it 0, and say nothing. */
    if (section === SHN_UNDEF && bind === STB_WEAK) yield `uses ${name} weakly`;
  }
}

/**
 * A probe is a call that the loader overwrites.  Until April 2024 (illumos 16480)
 * it did the same to a jump, and the function then ran into the next one.
 */
function isCall(code, { type, offset }) {
  return (type === R_X86_64_PC32 || type === R_X86_64_PLT32) && code[offset - 1] === CALL;
}

function* checkRelocations(elf) {
  const [symtab] = elf.ofType(SHT_SYMTAB);
  if (elf.ofType(SHT_SYMTAB).length !== 1) {
    yield 'has no symbol table, or several';
    return;
  }
  const symbols = elf.symbols();
  for (const section of elf.sections) {
    if (section.type === SHT_REL) yield `has relocations without addends in ${section.name}`;
    if (section.type !== SHT_RELA) continue;
    if (elf.sections[section.link] !== symtab) {
      yield `has relocations in ${section.name} for another symbol table`;
      continue;
    }
    const target = elf.sections[section.info];
    if (target === undefined) yield `has relocations in ${section.name} for nothing`;
    if (((target?.flags ?? 0) & SHF_ALLOC) === 0) continue;
    const code = elf.bytes(target);
    for (const relocation of elf.relocations(section)) {
      const { name } = symbols[relocation.symbol] ?? {};
      const where = `${target.name}+0x${relocation.offset.toString(16)}`;
      if (name === undefined) yield `has a relocation for no symbol at ${where}`;
      else if (!RELOCATIONS.has(relocation.type)) {
        yield `has a relocation of type ${relocation.type} at ${where}${name && ` for ${name}`}`;
      } else if (name.startsWith(PROBE) && !isCall(code, relocation)) {
        yield `does not call ${name} at ${where}, but jumps or takes its address`;
      }
    }
  }
}

/** Nobody saves the registers of floating point for the kernel. */
function* checkInstructions(path) {
  const run = spawnSync(process.env.OBJDUMP || 'objdump', ['-d', '--no-show-raw-insn', path], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (run.error || run.status !== 0) {
    yield `cannot be disassembled: ${run.error?.message ?? run.stderr.trim()}`;
    return;
  }
  for (const line of run.stdout.split('\n')) {
    if (/%([xyz]?mm\d|st\b|k[0-7]\b)/.test(line)) yield `uses floating point: ${line.trim()}`;
  }
}

/** Everything wrong with a module, in words. */
export function verify(path) {
  try {
    const elf = new ElfObject(readFileSync(path));
    const wrong = [
      ...checkKind(elf),
      ...checkDynamic(elf),
      ...checkSections(elf),
      ...checkSymbols(elf),
      ...checkRelocations(elf),
    ];
    return wrong.length > 0 ? wrong : [...checkInstructions(path)];
  } catch (error) {
    if (error instanceof ElfError) return [error.message];
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [path] = process.argv.slice(2);
  if (path === undefined) {
    process.stderr.write('usage: verify.mjs <module>\n');
    process.exit(2);
  }
  const wrong = verify(path);
  for (const line of wrong) process.stdout.write(`${path}: ${line}\n`);
  if (wrong.length > 0) process.exit(1);
  process.stdout.write(`${path}: a relocatable module for amd64\n`);
}
