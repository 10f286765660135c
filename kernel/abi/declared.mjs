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
 * What the headers below hosted/include declare, by asking the compiler: macros
 * from -dD, everything else from the preprocessed text.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const kernelDir = new URL('..', import.meta.url).pathname;
const includeDir = join(kernelDir, 'hosted/include');

/** The flags that driver code is compiled with, as the Makefile has them. */
export function driverFlags(cc) {
  const own = execFileSync(cc, ['-print-file-name=include'], { encoding: 'utf8' }).trim();
  return [
    '-std=gnu99',
    '-ffreestanding',
    '-nostdinc',
    '-D_KERNEL',
    '-I',
    includeDir,
    '-isystem',
    own,
  ];
}

/** All headers, as one includes them. */
export function headers() {
  const found = [];
  const walk = (dir) => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith('.h')) found.push(relative(includeDir, path));
    }
  };
  walk(includeDir);
  return found.sort();
}

export function includeAll() {
  return headers()
    .map((header) => `#include <${header}>\n`)
    .join('');
}

/** Split at `separator` where no bracket is open. */
function splitTop(text, separator) {
  const parts = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if ('({['.includes(text[i])) depth++;
    else if (')}]'.includes(text[i])) depth--;
    else if (depth === 0 && text[i] === separator) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

/** Remove every `word ((...))`, brackets balanced. */
function removeCalls(text, word) {
  const at = new RegExp(`\\b${word}\\b\\s*\\(`, 'g');
  let result = '';
  let from = 0;
  for (let match = at.exec(text); match !== null; match = at.exec(text)) {
    let i = at.lastIndex;
    for (let depth = 1; depth > 0; i++) {
      if (text[i] === '(') depth++;
      if (text[i] === ')') depth--;
    }
    result += text.slice(from, match.index);
    from = i;
    at.lastIndex = i;
  }
  return result + text.slice(from);
}

/** The top-level declarations of preprocessed text, each with its header. */
function declarations(text) {
  const found = [];
  let header = '';
  let current = '';
  let depth = 0;
  for (const line of text.split('\n')) {
    const marker = /^# \d+ "([^"]*)"/.exec(line);
    if (marker) {
      if (marker[1].startsWith(includeDir)) header = relative(includeDir, marker[1]);
      else if (depth === 0 && current.trim() === '') header = '';
      continue;
    }
    if (line.startsWith('#')) continue;
    for (const c of line) {
      current += c;
      if (c === '{') depth++;
      if (c === '}') depth--;
      const body = c === '}' && depth === 0 && /\)\s*\{/.test(current) && !/^\s*(typedef|struct|union|enum)\b/.test(current);
      if (depth === 0 && (c === ';' || body)) {
        if (header !== '' && current.trim() !== ';') found.push({ header, text: current.trim() });
        current = '';
      }
    }
    current += ' ';
  }
  return found;
}

const KEYWORDS = new Set(['extern', 'static', 'inline', 'const', 'volatile', 'void', 'char', 'short', 'int', 'long', 'unsigned', 'signed', 'struct', 'union', 'enum', 'float', 'double']);

/** The name that a declarator such as `(*foo)(int)` or `*bar[2]` declares. */
function declaredName(declarator) {
  const inner = /\(\s*\*+\s*(\w+)/.exec(declarator);
  if (inner) return inner[1];
  const words = declarator.replace(/\[.*$/, '').match(/\w+/g);
  return words === null ? '' : words[words.length - 1];
}

export function declared(cc, scratch) {
  mkdirSync(scratch, { recursive: true });
  const source = join(scratch, 'all.c');
  writeFileSync(source, includeAll());
  const options = { encoding: 'utf8', maxBuffer: 1 << 28 };
  const text = execFileSync(cc, [...driverFlags(cc), '-E', source], options);
  const defines = execFileSync(cc, [...driverFlags(cc), '-E', '-dD', source], options);

  const result = {
    structs: new Map(),
    typedefs: new Map(),
    enums: new Map(),
    enumerators: new Map(),
    functions: new Map(),
    variables: new Map(),
    macros: new Map(),
  };

  let header = '';
  for (const line of defines.split('\n')) {
    const marker = /^# \d+ "([^"]*)"/.exec(line);
    if (marker) header = marker[1].startsWith(includeDir) ? relative(includeDir, marker[1]) : '';
    const define = /^#define (\w+)(\([^)]*\))?\s*(.*)$/.exec(line);
    if (define && header !== '') {
      const params = define[2] === undefined ? undefined : define[2].slice(1, -1).split(',').map((p) => p.trim()).filter((p) => p !== '');
      result.macros.set(define[1], { header, params, body: define[3] });
    }
  }

  for (const { header: from, text: raw } of declarations(text)) {
    let decl = removeCalls(removeCalls(raw, '__attribute__'), '__asm__').replace(/\s+/g, ' ').trim();
    const body = /^(typedef )?(struct|union|enum) ?(\w+)? ?\{/.exec(decl);
    if (body) {
      const open = decl.indexOf('{');
      const close = decl.lastIndexOf('}');
      const kind = body[2];
      const tag = body[3];
      if (kind === 'enum') {
        for (const item of splitTop(decl.slice(open + 1, close), ',')) {
          const name = /^\s*(\w+)/.exec(item);
          if (name) result.enumerators.set(name[1], { header: from });
        }
        if (tag !== undefined) result.enums.set(`enum ${tag}`, { header: from });
      } else if (tag !== undefined) {
        result.structs.set(`${kind} ${tag}`, { header: from });
      }
      if (body[1]) {
        const name = declaredName(decl.slice(close + 1).replace(';', ''));
        (kind === 'enum' ? result.enums : result.structs).set(name, { header: from, tag: tag && `${kind} ${tag}` });
      }
      continue;
    }
    if (decl.startsWith('typedef ')) {
      for (const part of splitTop(decl.slice(8).replace(/;$/, ''), ',')) {
        const name = /\w+ ?\((?!\s*\*)/.test(part) && !/\(\s*\*/.test(part)
          ? /(\w+) ?\(/.exec(part.replace(/\((\w+)\)/, '$1'))[1]
          : declaredName(part);
        const target = /^(struct|union) (\w+) (\w+)$/.exec(part.trim());
        result.typedefs.set(name, { header: from, of: target ? `${target[1]} ${target[2]}` : undefined });
      }
      continue;
    }
    if (/^(struct|union|enum) \w+ ?;$/.test(decl)) continue;
    if (/^extern "C"/.test(decl)) continue;
    decl = decl.replace(/;$/, '').replace(/\{.*$/, '').trim();
    const fn = /(\w+) ?\(/.exec(decl);
    if (fn && !KEYWORDS.has(fn[1])) result.functions.set(fn[1], { header: from });
    else for (const part of splitTop(decl, ',')) result.variables.set(declaredName(part), { header: from });
  }
  return result;
}
