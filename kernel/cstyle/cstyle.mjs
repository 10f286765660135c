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
 * Check C sources for the style of illumos, as far as a program can see it:
 *
 *	node cstyle/cstyle.mjs <file or directory>...
 *
 * Prints file:line: and what is wrong.  Every rule carries lines that it must
 * complain of, and lines that it must not, and is tried on them first.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

const LICENCE = `/*
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
`;

/** How wide a line is, with tabs to every eighth column. */
function width(line) {
  let column = 0;
  for (const c of line) column = c === '\t' ? column + 8 - (column % 8) : column + 1;
  return column;
}

/**
 * Of each line: its text, and its code, which is the text with comments blank
 * and strings and characters filled with x.
 */
function analyse(text) {
  const lines = text.split('\n');
  let inComment = false;
  return lines.map((line, i) => {
    const startsInComment = inComment;
    let code = '';
    let quote = '';
    for (let j = 0; j < line.length; j++) {
      const two = line.slice(j, j + 2);
      if (inComment) {
        if (two === '*/') {
          inComment = false;
          code += '  ';
          j++;
        } else code += line[j] === '\t' ? '\t' : ' ';
      } else if (quote !== '') {
        if (line[j] === '\\') {
          code += 'xx';
          j++;
        } else if (line[j] === quote) {
          code += quote;
          quote = '';
        } else code += 'x';
      } else if (two === '/*') {
        inComment = true;
        code += '  ';
        j++;
      } else {
        if (line[j] === '"' || line[j] === "'") quote = line[j];
        code += line[j];
      }
    }
    return {
      number: i + 1,
      text: line,
      code: code.trimEnd(),
      startsInComment,
      endsInComment: inComment,
    };
  });
}

/* A rule for one line of code: a pattern that must not be there. */
const never = (what, pattern, { bad, good = [] }) => ({
  what,
  bad,
  good,
  line: ({ code }) => pattern.test(code),
});
/* The same for the text with its comments. */
const neverText = (what, pattern, { bad, good = [] }) => ({
  what,
  bad,
  good,
  line: ({ text }) => pattern.test(text),
});

const rules = [
  neverText('white space at the end of the line', /[ \t\r]$/, { bad: ['\tx = 1; ', 'x\t'] }),
  neverText('space before a tab', / \t/, { bad: ['int \tx;'] }),
  {
    what: 'longer than 80 columns',
    bad: [`\t${'x'.repeat(73)}`],
    good: [`\t${'x'.repeat(72)}`],
    line: ({ text }) => width(text) > 80,
  },
  {
    what: 'indented by other than tabs, or tabs and four spaces',
    bad: ['        x();', '  x();', '\t  x();', '\t      x();'],
    good: ['\tx();', '\t    x();', '    x();', 'fail:'],
    line: ({ code, startsInComment }) => !startsInComment && /^\t*( {1,3}| {5,})\S/.test(code),
  },
  never('// comment', /\/\//, {
    bad: ['x(); // why', '// why'],
    good: ['\t"http://x"', '/* http://www.illumos.org/x. */', '/* a//b */'],
  }),
  {
    what: 'comment without spaces inside',
    bad: ['/*why*/', '/* why*/', '/*why */'],
    good: ['/* why */', '/*', ' */', '\t/* why */'],
    line: ({ text, startsInComment, code }) =>
      !startsInComment &&
      (/\/\*[^\s*]/.test(text) || /[^\s*]\*\/$/.test(text)) &&
      !code.includes('"'),
  },
  {
    what: 'line of a comment without its star, or the star not below that of /*',
    bad: ['/*\nwhy\n */', '/*\n * why\n*/', '\t/*\n\t* why\n\t */'],
    good: ['/*\n * why\n */', '\t/*\n\t * why\n\t */', '\t/* a\n\t * b */'],
    file: (lines) => {
      const found = [];
      let indent = '';
      for (const line of lines) {
        if (line.startsInComment) {
          if (!line.text.startsWith(`${indent} *`)) found.push(line.number);
        } else if (line.endsInComment) indent = /^\s*/.exec(line.text)[0];
      }
      return found;
    },
  },
  {
    what: 'comment of several lines that does not begin with a line of /* alone',
    bad: ['/* why\n * so\n */'],
    good: ['/*\n * why\n */', 'int x;\t/* a\n\t\t * b */'],
    line: ({ text, startsInComment, endsInComment }) =>
      !startsInComment && endsInComment && /^\s*\/\*+./.test(text),
  },
  never('no tab after #define', /^#define [^\t]/, {
    bad: ['#define X 1'],
    good: ['#define\tX\t1'],
  }),
  never('no single space after #include', /^#include(?! ["<])/, {
    bad: ['#include<x.h>', '#include\t<x.h>'],
    good: ['#include <x.h>'],
  }),
  neverText(
    'no tab between #endif or #else and its comment',
    /^#(endif|else)(?!$|\t\/\* .* \*\/$)/,
    {
      bad: ['#endif /* X */', '#endif X', '#else /* X */'],
      good: ['#endif', '#endif\t/* X */', '#else\t/* !X */'],
    },
  ),
  never('no space after a keyword', /\b(if|for|while|switch|return|sizeof)\(/, {
    bad: ['\tif(x)', '\twhile(x)', '\treturn(x);', '\tn = sizeof(x);'],
    good: ['\tif (x)', '\tdo_if(x);', '\tn = sizeof (x);'],
  }),
  never('more than one space after a keyword', /\b(if|for|while|switch|return|sizeof) {2,}\(/, {
    bad: ['\tif  (x)'],
  }),
  never('sizeof without parentheses', /\bsizeof (?!\()/, { bad: ['\tn = sizeof x;'] }),
  never('return without parentheses', /\breturn\b(?! ?\(|;|\s*$)/, {
    bad: ['\treturn x;', '\treturn -1;'],
    good: ['\treturn (x);', '\treturn;', '\treturn ((a) + (b));'],
  }),
  never('return of more than the parentheses', /\breturn \([^()]*(\([^()]*\)[^()]*)*\)(?!;|$)/, {
    bad: ['\treturn (a) + b;', '\treturn (a) ? b : c;'],
    good: ['\treturn (f(a) + g(b));', '\treturn ((a) ? b : c);'],
  }),
  never('space before a comma or semicolon', /(?<![;(]) [,;]/, {
    bad: ['\tf(a , b);', '\tx = 1 ;'],
    good: ['\tfor (;; )', '\tfor (a; ; b)', '\tfor (x; y; )'],
  }),
  never('no space after a comma or semicolon', /[,;](?=[^\s);\\'"])/, {
    bad: ['\tf(a,b);', '\tfor (a;b;c)'],
    good: ['\tf(a, b);', '\tfor (;;)', "\tc = ',';"],
  }),
  never('space after ( or before )', /\((?! *$)[ \t]|(?<!;)[ \t]\)/, {
    bad: ['\tf( a);', '\tf(a );'],
    good: ['\tfor (a; b; )', '\t(*f)(x)'],
  }),
  never('no space before {', /\w\{|(?<![=(,] ?\([\w ]+)\)\{/, {
    bad: ['\tif (x){', 'struct x{'],
    good: ['\tif (x) {', '\tx = (foo_t){ 0 };'],
  }),
  never('no space around else', /\}else|else\{/, { bad: ['\t}else {', '\t} else{'] }),
  never(
    'no spaces around an operator',
    /[^\s=!<>+\-*/%&|^](=|==|!=|<=|>=|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<=|>>=|&&|\|\|)(?![=&|])|(?<![=!<>+\-*/%&|^])(=|==|!=|<=|>=|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<=|>>=|\|\|)[^\s=,]/,
    {
      bad: ['\tx=1;', '\tif (a==b)', '\tif (a ==b)', '\tif (a||b)', '\tx +=1;', '\tif (a&&b)'],
      good: ['\tx = 1;', '\tif (a == b && c)', '\tx |= y;', '\tVERIFY3P(x, ==, NULL);'],
    },
  ),
  never('star at the type', /\b(char|void|int|long|short|unsigned|struct \w+|\w+_t)\*+(?=[ )\w])/, {
    bad: ['\tchar* p;', '\tp = (void*)q;', '\tmblk_t*mp;'],
    good: ['\tchar *p;', '\tp = (void *)q;'],
  }),
  never('no space after (void)', /\(void\)[A-Za-z_]/, {
    bad: ['\t(void)f();'],
    good: ['\t(void) f();', '\t((void)0)'],
  }),
  never(
    'space between a function and its (',
    /\b(?!if\b|for\b|while\b|switch\b|return\b|sizeof\b|case\b|define\b|defined\b|else\b|do\b|volatile\b|void\b|int\b|char\b|long\b|double\b|float\b|struct\b|union\b|enum\b|const\b|static\b|extern\b|goto\b|typedef\b|unsigned\b|__typeof__\b|__asm__\b)[a-z_]\w* \((?!\*)(?=[^)]*\);)(?=.*;)/,
    {
      bad: ['\tfoo (x);'],
      good: ['\tfoo(x);', '\tint (*foo)(int);', '\treturn (x);'],
    },
  ),
  {
    what: '{ of a statement on a line of its own',
    bad: ['f(void)\n{\n\tif (x)\n\t{\n'],
    good: ['f(void)\n{\n\tif (x) {\n', '\tcase 1:\n\t{\n'],
    file: (lines) =>
      lines
        .filter(
          (line, i) =>
            /^\s+\{$/.test(line.code) && /(\)|\belse|\bdo)$/.test(lines[i - 1]?.code ?? ''),
        )
        .map((line) => line.number),
  },
  {
    what: 'else not on the line of the }',
    bad: ['\t}\n\telse {'],
    good: ['\t} else {', '\t\tx();\n\telse'],
    file: (lines) =>
      lines
        .filter(
          (line, i) => /^\s*else\b/.test(line.code) && /^\s*\}$/.test(lines[i - 1]?.code ?? ''),
        )
        .map((line) => line.number),
  },
  {
    what: 'name of a function not in column one',
    bad: [
      'static int foo(int x)\n{\n',
      'void foo(void)\n{\n',
      'static void *foo(int a,\n    int b)\n{\n',
    ],
    good: [
      'static int\nfoo(int x)\n{\n',
      'extern int foo(int);\n',
      'static int (*foo)(int);\n',
      'static foo_t foo = F(1);\n',
      'static int __attribute__((__noinline__))\nfoo(void)\n{\n',
    ],
    file: (lines) => {
      const found = [];
      lines.forEach((line, i) => {
        const head = line.code.replace(/__attribute__\(\(.*\)\)/, '');
        if (
          !/^[a-z_][\w \t*]*[ *]\w+\(/.test(head) ||
          /^(typedef|struct|union|enum|return|if|while|for|switch|else)\b[^(]*$/.test(line.code)
        )
          return;
        let end = i;
        while (end < lines.length - 1 && !/[;{]\s*$/.test(lines[end].code)) end++;
        if (
          /^\s*\{$/.test(lines[end].code) ||
          (/\)\s*\{$/.test(lines[end].code) && !/=/.test(line.code))
        )
          found.push(line.number);
      });
      return found;
    },
  },
  {
    what: '{ of a function not in column one',
    bad: ['foo(void) {\n'],
    good: ['foo(void)\n{\n', '\tif (x) {\n'],
    line: ({ code }) => /^\w+\(.*\) *\{/.test(code),
  },
  {
    what: 'continuation not indented by four more spaces',
    bad: ['\tf(a,\n\tb);', '\tf(a,\n\t\tb);', '\tif (a &&\n\t  b)'],
    good: ['\tf(a,\n\t    b);', '\tf(a,\n\t    b,\n\t    c);', '\tx = y(\n\t    z);'],
    file: (lines) => {
      const found = [];
      let depth = 0;
      let indent = '';
      let braces = false;
      let directive = false;
      for (const line of lines) {
        const code = line.code;
        if (depth === 0) {
          directive =
            /^#/.test(code) || (directive && /\\$/.test(lines[line.number - 2]?.text ?? ''));
          indent = /^\t*( {4})?/.exec(code)[0].replace(/ {4}$/, '');
          braces = false;
        } else if (code.trim() !== '' && !directive && !braces && !line.startsInComment) {
          if (
            !code.startsWith(`${indent}    `) ||
            /^\t* {5,}/.test(code) ||
            /^\s/.test(code.slice(indent.length + 4))
          ) {
            found.push(line.number);
          }
        }
        for (const c of code) {
          if (c === '(') depth++;
          if (c === ')') depth = Math.max(0, depth - 1);
          if (c === '{') braces = true;
        }
        if (directive && !/\\$/.test(line.text)) depth = 0;
      }
      return found;
    },
  },
  {
    what: 'no newline, or an empty line, at the end of the file',
    bad: ['x;', 'x;\n\n'],
    good: ['x;\n'],
    whole: true,
    file: (lines) => (lines.at(-1).text !== '' || lines.at(-2)?.text === '' ? [lines.length] : []),
  },
  {
    what: 'no licence and copyright of the project at the start',
    bad: ['int x;\n'],
    good: [`${LICENCE}\nint x;\n`],
    whole: true,
    file: (lines) => {
      const want = LICENCE.trimEnd().split('\n');
      return want.some((text, i) => lines[i]?.text !== text) ? [1] : [];
    },
  },
];

/* A header is guarded by a macro with its name. */
function checkGuard(path, lines) {
  const name = basename(path).replace(/\W/g, '_').toUpperCase();
  const directives = lines.filter((line) => /^#/.test(line.code));
  const guard = /^#ifndef\t(_\w+)$/.exec(directives[0]?.code ?? '')?.[1];
  const last = lines.filter((line) => line.text !== '').at(-1);
  const right =
    guard?.endsWith(`_${name}`) &&
    directives[1].code === `#define\t${guard}` &&
    last?.text === `#endif\t/* ${guard} */`;
  return right
    ? []
    : [{ number: directives[0]?.number ?? 1, what: `no guard _${name} around the header` }];
}

function check(text) {
  const lines = analyse(text);
  const found = [];
  for (const rule of rules) {
    const numbers = rule.file
      ? rule.file(lines)
      : lines.filter((line) => rule.line(line)).map((line) => line.number);
    for (const number of numbers) found.push({ number, what: rule.what });
  }
  return { lines, found };
}

/* Try the rules. */
let broken = 0;
for (const rule of rules) {
  const complains = (text) =>
    rule.file ? rule.file(analyse(text)).length > 0 : analyse(text).some((line) => rule.line(line));
  for (const text of rule.bad) {
    if (!complains(text)) {
      broken++;
      process.stderr.write(`cstyle: does not see ${JSON.stringify(text)}: ${rule.what}\n`);
    }
  }
  for (const text of rule.good) {
    if (complains(text)) {
      broken++;
      process.stderr.write(`cstyle: complains of ${JSON.stringify(text)}: ${rule.what}\n`);
    }
  }
}
if (
  checkGuard('x.h', analyse('#ifndef\t_X_H\n#define\t_X_H\n\n#endif\t/* _X_H */\n')).length !== 0 ||
  checkGuard('x.h', analyse('#ifndef\t_Y_H\n#define\t_Y_H\n\n#endif\t/* _Y_H */\n')).length === 0
) {
  broken++;
  process.stderr.write('cstyle: guards of headers\n');
}
if (broken > 0) process.exit(2);

/* The files. */
function* sources(path) {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) yield* sources(join(path, name));
  } else if (/\.[ch]$/.test(path)) yield path;
}

const paths = process.argv.slice(2);
if (paths.length === 0) {
  process.stderr.write('usage: node cstyle/cstyle.mjs <file or directory>...\n');
  process.exit(2);
}
let files = 0;
let complaints = 0;
for (const path of paths.flatMap((path) => [...sources(path)])) {
  files++;
  const { lines, found } = check(readFileSync(path, 'utf8'));
  if (path.endsWith('.h')) found.push(...checkGuard(path, lines));
  for (const { number, what } of found.sort((a, b) => a.number - b.number)) {
    complaints++;
    process.stdout.write(`${path}:${number}: ${what}\n`);
  }
}
process.stdout.write(`cstyle: ${files} files, ${complaints} complaints\n`);
process.exit(complaints === 0 && files > 0 ? 0 : 1);
