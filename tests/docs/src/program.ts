import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { CodeBlock } from './code-block.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(root, 'build/guide');
const givenFrom = JSON.stringify(
  relative(folder, fileURLToPath(new URL('./given.ts', import.meta.url))),
);

/** A block as a module on disk, where it finds the packages. */
export interface Program {
  readonly block: CodeBlock;
  readonly file: string;
}

/** Lines that are put in front of every block. */
const PRELUDE_LINES = 1;

function prelude({ directions: { given } }: CodeBlock): string {
  return given.length === 0
    ? '\n'
    : `import { given } from ${givenFrom}; const { ${given.join(', ')} } = given();\n`;
}

/** Writes each block as a module of its own. */
export function writePrograms(blocks: readonly CodeBlock[]): Program[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return blocks.map((block) => {
    const file = join(folder, `${block.document.replaceAll(/[/.]/g, '-')}-${block.line}.ts`);
    writeFileSync(file, prelude(block) + block.code);
    return { block, file };
  });
}

/** What the compiler has to say of each program, with lines of the documents. */
export function compilePrograms(programs: readonly Program[]): Map<Program, string[]> {
  const path = join(root, 'tsconfig.base.json');
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const compiled = ts.createProgram(
    programs.map(({ file }) => file),
    {
      ...options,
      isolatedDeclarations: false,
      declaration: false,
      noUnusedLocals: false,
      moduleDetection: ts.ModuleDetectionKind.Force,
    },
  );
  return new Map(
    programs.map((program) => {
      const { file, block } = program;
      const source = compiled.getSourceFile(file);
      const diagnostics = ts.getPreEmitDiagnostics(compiled, source);
      const said = diagnostics.map(({ start = 0, messageText }) => {
        const line = source?.getLineAndCharacterOfPosition(start).line ?? 0;
        const text = ts.flattenDiagnosticMessageText(messageText, ' ');
        return `${block.document}:${block.line + line - PRELUDE_LINES}: ${text}`;
      });
      return [program, said];
    }),
  );
}
