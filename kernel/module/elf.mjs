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
 * A relocatable object for amd64: what it is made of, as elf(5) has it.
 */

export const ET_REL = 1;
export const EM_X86_64 = 62;
export const SHT_PROGBITS = 1;
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_RELA = 4;
export const SHT_DYNAMIC = 6;
export const SHT_NOTE = 7;
export const SHT_NOBITS = 8;
export const SHT_REL = 9;
export const SHF_WRITE = 0x1;
export const SHF_ALLOC = 0x2;
export const SHF_EXECINSTR = 0x4;
export const SHF_TLS = 0x400;
export const SHN_UNDEF = 0;
export const STB_LOCAL = 0;
export const STB_WEAK = 2;
export const DT_NULL = 0;
export const DT_NEEDED = 1;
export const DT_FLAGS_1 = 0x6ffffffb;

const EHDR_SIZE = 64;
const SHDR_SIZE = 64;
const SYM_SIZE = 24;
const RELA_SIZE = 24;
const DYN_SIZE = 16;

/* Names are counted in 8, 4 and 2 bytes from the start of the header. */
const E_TYPE = 16;
const E_MACHINE = 18;
const E_SHOFF = 40;
const E_SHENTSIZE = 58;
const E_SHNUM = 60;
const E_SHSTRNDX = 62;

export class ElfError extends Error {}

/** The string at an offset of a string table. */
function stringAt(table, offset) {
  const end = table.indexOf(0, offset);
  if (offset >= table.length || end < 0) throw new ElfError(`no string at ${offset}`);
  return table.toString('utf8', offset, end);
}

function readHeader(file, at) {
  const word = (offset) => file.readUInt32LE(at + offset);
  const xword = (offset) => Number(file.readBigUInt64LE(at + offset));
  return {
    nameOffset: word(0),
    type: word(4),
    flags: xword(8),
    addr: xword(16),
    offset: xword(24),
    size: xword(32),
    link: word(40),
    info: word(44),
    align: xword(48),
    entsize: xword(56),
  };
}

function writeHeader(section) {
  const header = Buffer.alloc(SHDR_SIZE);
  header.writeUInt32LE(section.nameOffset, 0);
  header.writeUInt32LE(section.type, 4);
  for (const [i, field] of ['flags', 'addr', 'offset', 'size'].entries()) {
    header.writeBigUInt64LE(BigInt(section[field]), 8 + 8 * i);
  }
  header.writeUInt32LE(section.link, 40);
  header.writeUInt32LE(section.info, 44);
  header.writeBigUInt64LE(BigInt(section.align), 48);
  header.writeBigUInt64LE(BigInt(section.entsize), 56);
  return header;
}

/** The entries of a section, each `size' bytes. */
function* entries(bytes, size) {
  for (let at = 0; at + size <= bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export class ElfObject {
  /** @param {Buffer} file */
  constructor(file) {
    if (file.length < EHDR_SIZE || file.toString('latin1', 0, 4) !== '\x7fELF') {
      throw new ElfError('not an ELF file');
    }
    if (file[4] !== 2 || file[5] !== 1) throw new ElfError('not 64-bit little-endian ELF');
    this.file = file;
    this.type = file.readUInt16LE(E_TYPE);
    this.machine = file.readUInt16LE(E_MACHINE);
    this.shoff = Number(file.readBigUInt64LE(E_SHOFF));
    this.shstrndx = file.readUInt16LE(E_SHSTRNDX);
    const count = file.readUInt16LE(E_SHNUM);
    if (file.readUInt16LE(E_SHENTSIZE) !== SHDR_SIZE || this.shstrndx >= count) {
      throw new ElfError('no section headers');
    }
    if (this.shoff + count * SHDR_SIZE > file.length) {
      throw new ElfError('section headers beyond the end of the file');
    }
    this.sections = Array.from({ length: count }, (_, i) =>
      readHeader(file, this.shoff + i * SHDR_SIZE),
    );
    const names = this.bytes(this.sections[this.shstrndx]);
    for (const section of this.sections) section.name = stringAt(names, section.nameOffset);
  }

  /** What a section holds. */
  bytes(section) {
    if (section.type === SHT_NOBITS) return Buffer.alloc(0);
    if (section.offset + section.size > this.file.length) {
      throw new ElfError(`section ${section.name} beyond the end of the file`);
    }
    return this.file.subarray(section.offset, section.offset + section.size);
  }

  ofType(type) {
    return this.sections.filter((section) => section.type === type);
  }

  /** The string table that a section is linked to. */
  strings(section) {
    const table = this.sections[section.link];
    if (table?.type !== SHT_STRTAB) {
      throw new ElfError(`the link of ${section.name} is no string table`);
    }
    return this.bytes(table);
  }

  /** The symbols, with number 0. */
  symbols() {
    return this.ofType(SHT_SYMTAB).flatMap((table) => {
      const strings = this.strings(table);
      return [...entries(this.bytes(table), SYM_SIZE)].map((entry) => ({
        name: stringAt(strings, entry.readUInt32LE(0)),
        bind: entry[4] >> 4,
        section: entry.readUInt16LE(6),
      }));
    });
  }

  /** The relocations that a section holds. */
  relocations(section) {
    return [...entries(this.bytes(section), RELA_SIZE)].map((entry) => ({
      offset: Number(entry.readBigUInt64LE(0)),
      type: entry.readUInt32LE(8),
      symbol: entry.readUInt32LE(12),
    }));
  }

  /** The entries of the dynamic sections, up to the one that ends them. */
  dynamic() {
    return this.ofType(SHT_DYNAMIC).flatMap((section) => {
      const strings = this.strings(section);
      const found = [];
      for (const entry of entries(this.bytes(section), DYN_SIZE)) {
        const tag = Number(entry.readBigInt64LE(0));
        const value = Number(entry.readBigUInt64LE(8));
        if (tag === DT_NULL) return found;
        found.push(tag === DT_NEEDED ? { tag, name: stringAt(strings, value) } : { tag });
      }
      throw new ElfError(`${section.name} has no end`);
    });
  }

  /** Names of modules that this one asks the loader for. */
  needs() {
    return this.dynamic()
      .filter(({ tag }) => tag === DT_NEEDED)
      .map(({ name }) => name);
  }

  /** Names of symbols that others have to define. */
  undefinedNames() {
    return this.symbols()
      .filter(({ name, section }) => section === SHN_UNDEF && name !== '')
      .map(({ name }) => name);
  }

  /**
   * The file once more with further sections, each with a name, a type, a link
   * and bytes; links count from the first of them.  They follow what is there,
   * and new section headers follow them: nothing that was there moves.
   *
   * @returns {Buffer}
   */
  withSections(added) {
    const first = this.sections.length;
    const sections = this.sections.map((section) => ({ ...section }));
    const end = this.shoff + first * SHDR_SIZE;
    /* Section headers at the end of the file are replaced. */
    const parts = [Buffer.from(this.file.subarray(0, end === this.file.length ? this.shoff : end))];
    let length = parts[0].length;
    const put = (bytes, align) => {
      const padding = -length & (align - 1);
      const offset = length + padding;
      parts.push(Buffer.alloc(padding), bytes);
      length = offset + bytes.length;
      return offset;
    };

    let names = this.bytes(sections[this.shstrndx]);
    for (const { name, type, link, align, entsize, bytes } of added) {
      sections.push({
        nameOffset: names.length,
        type,
        flags: 0,
        addr: 0,
        offset: put(bytes, align),
        size: bytes.length,
        link: link === undefined ? 0 : first + link,
        info: 0,
        align,
        entsize,
      });
      names = Buffer.concat([names, Buffer.from(`${name}\0`)]);
    }
    Object.assign(sections[this.shstrndx], { offset: put(names, 1), size: names.length });

    const shoff = put(Buffer.concat(sections.map(writeHeader)), 8);
    const file = Buffer.concat(parts);
    file.writeBigUInt64LE(BigInt(shoff), E_SHOFF);
    file.writeUInt16LE(sections.length, E_SHNUM);
    return file;
  }
}

/** The entries of a dynamic section, as bytes. */
export function dynamicEntries(list) {
  const bytes = Buffer.alloc((list.length + 1) * DYN_SIZE);
  for (const [i, { tag, value }] of list.entries()) {
    bytes.writeBigInt64LE(BigInt(tag), i * DYN_SIZE);
    bytes.writeBigUInt64LE(BigInt(value), i * DYN_SIZE + 8);
  }
  return bytes;
}
