import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ManualBlock } from './manual-block.ts';

const kernel = fileURLToPath(new URL('../../../kernel/', import.meta.url));

const INCLUDES = [
  'err.h',
  'errno.h',
  'fcntl.h',
  'poll.h',
  'stdint.h',
  'stdio.h',
  'stdlib.h',
  'string.h',
  'unistd.h',
  'sys/ioctl.h',
  'sys/unet.h',
  'sys/frameio.h',
];

/** Declared for statements: what the reader's program has. A C library may lack strlcpy. */
const GIVEN = `
extern size_t strlcpy(char *, const char *, size_t);
extern void handle(const uint8_t *, size_t);
extern unsigned int i;
`;

/**
 * Compiles a block of C against the headers of the driver: as it is if it has a `main`, else as the
 * body of a function. Returns what the compiler has to say.
 */
export function compileC(compiler: string, { page, line, text }: ManualBlock): string {
  const whole = /\bmain\(/.test(text);
  const place = `#line ${line} "${page}"\n`;
  const source = whole
    ? place + text
    : `${INCLUDES.map((name) => `#include <${name}>\n`).join('')}${GIVEN}
void example(void);
void example(void) {\n${place}${text}}\n`;
  const flags = ['-std=gnu99', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-Wno-unused'];
  const folders = ['-I', `${kernel}unet`, '-I', `${kernel}frameio`];
  const args = ['-fsyntax-only', ...flags, ...folders, '-x', 'c', '-'];
  const made = spawnSync(compiler, args, { input: source, encoding: 'utf8' });
  return made.stderr;
}
