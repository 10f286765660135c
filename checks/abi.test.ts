import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FRAMEIO_CONSTANTS, frameioStructs } from 'libframeio';
import { HK_CONSTANTS, HK_STRUCTS } from 'libsys';
import {
  UNET_CONSTANTS,
  UNET_ERRNOS,
  UNET_PROPS,
  UNET_STRINGS,
  UNET_STRUCTS,
} from 'libsys/unet-abi';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareAbi, type Declared, type Dump, declaredInHeader, missingFromDump } from './abi.ts';
import { repositoryFile } from './repository-files.ts';

const HEADERS = ['kernel/unet/sys/unet.h', 'kernel/frameio/sys/frameio.h', 'kernel/hosted/hk.h'];

/** Guards of headers, which are no part of the ABI, and what is an array without a size. */
const NOT_ABI = new Set(['frameio_t.fio_vecs']);

function compileDump(): Dump {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'unet-abi-'));
  try {
    const program = join(folder, 'abi_dump');
    const include = ['kernel/hosted', 'kernel/unet', 'kernel/frameio'].flatMap((at) => ['-I', at]);
    const source = 'kernel/tests/abi_dump.c';
    const command = process.env['CC'] ?? 'cc';
    execFileSync(command, ['-std=gnu99', ...include, '-o', program, source], { cwd: root });
    return JSON.parse(execFileSync(program, ['--json'], { encoding: 'utf8' })) as Dump;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let dump: Dump;
let declared: Declared;

beforeAll(() => {
  dump = compileDump();
  declared = {
    structs: [...UNET_STRUCTS, ...HK_STRUCTS, ...frameioStructs()],
    numbers: {
      ...UNET_CONSTANTS,
      ...HK_CONSTANTS,
      ...FRAMEIO_CONSTANTS,
    },
    texts: UNET_STRINGS,
    errnoTexts: Object.fromEntries(UNET_ERRNOS.map(({ name, text }) => [`UNET_E_${name}`, text])),
    props: UNET_PROPS,
  };
});

describe('abi', () => {
  it('is the same in C and in TypeScript', () => {
    expect(compareAbi(dump, declared)).toEqual([]);
  });

  it('is dumped whole', () => {
    const headers = HEADERS.map((path) => repositoryFile(path).text);
    expect(missingFromDump(headers, dump).filter((name) => !NOT_ABI.has(name))).toEqual([]);
  });

  it('finds a number, a text, a property and a member that differ', () => {
    const [first, ...rest] = declared.structs;
    if (first === undefined) throw new Error('there is no structure');
    const [member, ...members] = first.members;
    if (member === undefined) throw new Error('there is no member');
    const moved = { ...first, members: [{ ...member, offset: member.offset + 4 }, ...members] };
    const differences = compareAbi(dump, {
      structs: [moved, ...rest.slice(1)],
      numbers: { ...declared.numbers, UNET_MTU_MAX: 9001, UNET_EXTRA: 1 },
      texts: { ...declared.texts, UNET_CTL_PATH: '/dev/unet' },
      errnoTexts: { ...declared.errnoTexts, UNET_E_HELD: 'held' },
      props: declared.props.map((prop) => ({ ...prop, perm: 3 })),
    });
    const heads = differences.map((line) => line.slice(0, line.indexOf(':')));
    expect(heads).toEqual(
      expect.arrayContaining([
        `structure ${first.name}`,
        `structure ${rest[0]?.name}`,
        'number UNET_MTU_MAX',
        'number UNET_EXTRA',
        'text UNET_CTL_PATH',
        'error text UNET_E_HELD',
        'property maxsize',
      ]),
    );
  });

  it('finds what a header declares and the dump lacks', () => {
    const header = [
      '#define\tUNET_NEW\t1 /* here */',
      '#define UNET_GUARD',
      'typedef enum a {\n\tUNET_FIRST = 0,\n\tUNET_SECOND\n} a_t;',
      'typedef struct b {\n\tuint32_t\tb_x;\n\tchar b_y[UNET_NEW];\n} b_t;',
    ].join('\n');
    expect(declaredInHeader(header)).toEqual({
      names: ['UNET_NEW', 'UNET_FIRST', 'UNET_SECOND'],
      members: ['b_t.b_x', 'b_t.b_y'],
    });
    expect(missingFromDump([header], dump)).toHaveLength(5);
  });
});
