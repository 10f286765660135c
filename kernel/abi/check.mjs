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
 * Compare hosted/include with facts.json:
 *
 *	node abi/check.mjs <compiler> <directory to work in>
 *
 * Every fact becomes an assertion of the compiler's.  Every name that the headers
 * declare must be a fact, or stand in reviewed.json with where it comes from.
 * At the end some facts are falsified on purpose, to see that it is noticed.
 * Prints TAP.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { done, tap } from '../tests/tap.mjs';
import { declared, driverFlags, includeAll, kernelDir } from './declared.mjs';

const [cc = 'gcc', scratch = join(kernelDir, 'build/facts')] = process.argv.slice(2);
mkdirSync(scratch, { recursive: true });
const readJson = (name) => JSON.parse(readFileSync(join(kernelDir, 'abi', name), 'utf8'));
const facts = readJson('facts.json');
const reviewed = readJson('reviewed.json');
const names = declared(cc, scratch);

/* Tags that types mention: declared beforehand, or they would be new ones. */
const tags = new Set();
const mention = (type) => {
  for (const [, tag] of type.matchAll(/\b(struct \w+)/g)) tags.add(tag);
  return type;
};

const typeName = (name) =>
  names.typedefs.has(name) || / /.test(name) || !names.structs.has(`struct ${name}`) ? name : `struct ${name}`;

const same = (a, b) => `__builtin_types_compatible_p(__typeof__(${a}), __typeof__(${b}))`;
const isSigned = (type) => `((__typeof__(${type}))-1 < (__typeof__(${type}))0)`;

const number = (fact) => {
  const value = BigInt(fact.value);
  if (value > 0x7fffffffffffffffn) return `${value}ULL`;
  return value < 0n ? `(${value}LL)` : `${value}LL`;
};

/*
 * Each of these yields assertions: [what, expression].
 */
const checks = {
  *structs(name, fact) {
    /* One whose inside the headers do not show is only a name. */
    const { of } = names.typedefs.get(name) ?? {};
    if (fact.opaque || (of !== undefined && !names.structs.has(of))) return;
    const type = typeName(name);
    yield [`sizeof (${name})`, `sizeof (${type}) == ${fact.size}`];
    yield [`alignment of ${name}`, `_Alignof(${type}) == ${fact.align}`];
    yield* members(type, '', fact.members ?? []);
  },
  *typedefs(name, fact) {
    if (fact.type !== undefined) yield [`type ${name}`, same(name, mention(fact.base ?? fact.type))];
    if (fact.size !== undefined) yield [`sizeof (${name})`, `sizeof (${name}) == ${fact.size}`];
    if (fact.signed !== undefined) {
      yield [`sign of ${name}`, `${isSigned(name)} == ${Number(fact.signed)}`];
    }
  },
  *enums(name, fact) {
    yield [`sizeof (${name})`, `sizeof (${name}) == ${fact.size}`];
    for (const [item, value] of Object.entries(fact.values)) {
      yield [`${item} of ${name}`, `${item} == ${value}`];
    }
  },
  *constants(name, fact) {
    if (typeof fact.value === 'string' && !fact.big) {
      yield [name, `__builtin_strcmp(${name}, ${JSON.stringify(fact.value)}) == 0`];
      return;
    }
    yield [name, `(${name}) == ${number(fact)}`];
    yield [`sizeof (${name})`, `sizeof (${name}) == ${fact.size}`];
    yield [`sign of ${name}`, `${isSigned(`(${name}) + 0`)} == ${Number(fact.signed)}`];
  },
  *functions(name, fact) {
    if (fact.kind === 'macro') {
      const params = names.macros.get(name)?.params;
      yield [`macro ${name}`, String(Number(params !== undefined && params.length === fact.params.length))];
      return;
    }
    const params = [...fact.params, ...(fact.varargs ? ['...'] : [])].map(mention).join(', ');
    const old = new RegExp(`\\b${name}\\(\\)`).test(fact.signature);
    const type = `__typeof__(${mention(fact.ret)}) (${params || (old ? '' : 'void')})`;
    yield [`${fact.signature}`, `__builtin_types_compatible_p(__typeof__(${name}), ${type})`];
  },
  *variables(name, fact) {
    yield [`${fact.type} ${name}`, same(name, mention(fact.type))];
  },
};

function* members(type, prefix, list) {
  for (const member of list) {
    const path = member.name ? `${prefix}${member.name}` : prefix.replace(/\.$/, '');
    const whole = `((${type} *)0)->${path}`;
    if (member.name && member.bit_size === undefined) {
      yield [`offset of ${type}.${path}`, `__builtin_offsetof(${type}, ${path}) == ${member.offset}`];
      if (!member.type.endsWith('[]')) {
        yield [`size of ${type}.${path}`, `sizeof (${whole}) == ${member.size}`];
      }
      if (!member.type.includes('{')) {
        yield [`type of ${type}.${path}`, same(whole, mention(member.type))];
      }
    }
    if (member.members) yield* members(type, member.name ? `${path}.` : prefix, member.members);
  }
}

/** Compile the assertions; the numbers of those that fail. */
function compile(file, assertions) {
  const body = assertions
    .map(([, expression], i) => `_Static_assert(${expression}, "fact ${i};");\n`)
    .join('');
  const forward = [...tags].map((tag) => `${tag};\n`).join('');
  const path = join(scratch, file);
  writeFileSync(path, `${forward}${includeAll()}${body}`);
  const limit = /clang/.test(cc) ? '-ferror-limit=0' : '-fmax-errors=0';
  const run = spawnSync(cc, [...driverFlags(cc), limit, '-w', '-fsyntax-only', path], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (run.error) throw run.error;
  const failed = new Set([...run.stderr.matchAll(/error: .*fact (\d+);/g)].map((m) => Number(m[1])));
  const other = run.stderr
    .split('\n')
    .filter((line) => /error:/.test(line) && !/fact \d+;/.test(line));
  return { failed, other, status: run.status };
}

/* All facts, by header. */
const assertions = [];
for (const [kind, make] of Object.entries(checks)) {
  for (const [name, fact] of Object.entries(facts[kind])) {
    for (const [what, expression] of make(name, fact)) {
      assertions.push([what, expression, fact.header ?? '', kind]);
    }
  }
}
const { failed, other, status } = compile('facts.c', assertions);
const byHeader = Map.groupBy
  ? Map.groupBy(assertions.keys(), (i) => assertions[i][2])
  : [...assertions.keys()].reduce(
      (map, i) => map.set(assertions[i][2], [...(map.get(assertions[i][2]) ?? []), i]),
      new Map(),
    );
for (const [header, indices] of [...byHeader].sort()) {
  const wrong = indices.filter((i) => failed.has(i));
  tap(
    wrong.length === 0,
    `${header === '' ? 'variables and basic types' : header}: ${indices.length} facts`,
    wrong.map((i) => `differs: ${assertions[i][0]}`),
  );
}
tap(other.length === 0 && (status === 0 || failed.size > 0), 'the facts compile', other);

/* Every name is known. */
const known = new Map();
for (const [header, { names: list }] of Object.entries(reviewed)) {
  for (const name of list) known.set(name, header);
}
const factTags = new Set(Object.values(facts.structs).map((fact) => fact.tag).filter(Boolean));
const isFact = (name, info) =>
  ['structs', 'typedefs', 'enums', 'constants', 'functions', 'variables'].some(
    (kind) => name in facts[kind],
  ) ||
  factTags.has(name.replace(/^(struct|union) /, '')) ||
  (info.tag !== undefined && info.tag in facts.structs) ||
  Object.values(facts.enums).some((fact) => name in fact.values);
const used = new Set();
const unknown = [];
/* A tag needs no entry of its own beside its typedef's. */
const tagged = new Set();
for (const kind of ['structs', 'enums']) {
  for (const info of names[kind].values()) if (info.tag) tagged.add(info.tag);
}
for (const info of names.typedefs.values()) if (info.of) tagged.add(info.of);
for (const [kind, all] of Object.entries(names)) {
  for (const [name, info] of all) {
    if (kind === 'macros' && name.startsWith('_')) continue;
    if (/^(struct|union|enum) /.test(name) && tagged.has(name)) continue;
    if (known.get(name) === info.header) used.add(name);
    else if (!isFact(name, info)) unknown.push(`${info.header}: ${name}`);
  }
}
tap(unknown.length === 0, 'every name declared is a fact or reviewed', unknown);
const stale = [...known.keys()].filter((name) => !used.has(name));
tap(stale.length === 0, 'every name reviewed is declared, and is no fact', stale);
const gone = Object.keys(facts.functions).filter(
  (name) => !names.functions.has(name) && !names.macros.has(name),
);
tap(gone.length === 0, 'every fact is declared', gone);

/* One falsehood of each kind. */
const falsehoods = [
  ['a size', ...checks.structs('mblk_t', { size: 72, align: 8 })],
  ['an offset', ...members('mblk_t', '', [{ name: 'b_cont', offset: 24, size: 8, type: 'struct msgb *' }])],
  ['a member type', ...members('mblk_t', '', [{ name: 'b_band', offset: 48, size: 1, type: 'char' }])],
  ['a constant', ...checks.constants('ENOTSUP', { value: 95, size: 4, signed: true })],
  ['a string', ...checks.constants('GLOBAL_ZONENAME', { value: 'globe' })],
  ['the sign of a constant', ...checks.constants('FKIOCTL', { value: 0x80000000, size: 4, signed: true })],
  ['a type', ...checks.typedefs('pri_t', { type: 'int' })],
  ['an enum', ...checks.enums('krw_t', { size: 4, values: { RW_READER: 0 } })],
  ['a prototype', ...checks.functions('kmem_free', { ret: 'void', params: ['void *', 'int'], signature: '' })],
  ['a result', ...checks.functions('uiomove', { ret: 'void', params: ['void *', 'size_t', 'enum uio_rw', 'uio_t *'], signature: '' })],
  ['a variable', ...checks.variables('hz', { type: 'long' })],
];
const lies = falsehoods.flatMap(([what, ...list]) => list.map(([, expression]) => [what, expression]));
const caught = compile('false.c', lies);
for (const [what] of falsehoods) {
  tap([...caught.failed].some((i) => lies[i][0] === what), `a falsehood is noticed: ${what}`);
}

done(`${assertions.length} facts of ${facts.source}`);
