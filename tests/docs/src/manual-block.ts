import { type CodeBlock, readDirections } from './code-block.ts';

/** What a block of a manual page is for. */
export type ManualBlockKind =
  /** Commands behind a prompt, and what they print; or a script, without prompts. */
  | 'run'
  /** TypeScript, with the directions of a block in a README. */
  | 'ts'
  /** What the TypeScript in front of it prints. */
  | 'prints'
  /** C, a whole file or statements; it is compiled. */
  | 'c'
  /** Nothing to execute: a picture, a table. */
  | 'shown';

/**
 * A literal block of a manual page. Comments in front of it say what it is, and what happens first:
 *
 *     .\" run; numbers vary
 *     .\" first: unetadm create -t vpn0
 *     .Bd -literal -offset indent
 */
export interface ManualBlock {
  /** Path of the page, from the root of the repository. */
  readonly page: string;
  /** The line of the page that its first line is. */
  readonly line: number;
  /** What the reader sees. */
  readonly text: string;
  readonly kind: ManualBlockKind;
  /** What the comment says besides the kind. */
  readonly directions: string;
  /** Commands that make what the block needs. */
  readonly first: readonly string[];
}

const KINDS: readonly string[] = ['run', 'ts', 'prints', 'c', 'shown'];
const isKind = (word: string): word is ManualBlockKind => KINDS.includes(word);

const COMMENT = /^\.\\" ?(.*)$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\&': '',
  '\\e': '\\',
  '\\-': '-',
  '\\(aq': "'",
  '\\(dq': '"',
};

/** A line as it is read, without what keeps mdoc from taking it for its own. */
function rendered(line: string, where: string): string {
  if (/^[.']/.test(line)) {
    throw new RangeError(`${where}: a macro in a literal block: ${line}`);
  }
  return line.replace(/\\(\(..|.)/g, (sequence) => {
    const text = ESCAPES[sequence];
    if (text === undefined) throw new RangeError(`${where}: there is no escape ${sequence} here`);
    return text;
  });
}

function readComments(
  lines: readonly string[],
  where: string,
): Pick<ManualBlock, 'kind' | 'directions' | 'first'> {
  const first: string[] = [];
  let kind: ManualBlockKind | undefined;
  let directions = '';
  for (const line of lines) {
    const [, word = '', rest = ''] = /^([a-z]+)[:;]? ?(.*)$/.exec(line) ?? [];
    if (word === 'first') first.push(rest);
    else if (!isKind(word)) throw new RangeError(`${where}: there is no direction "${line}"`);
    else if (kind !== undefined) throw new RangeError(`${where}: both ${kind} and ${word}`);
    else [kind, directions] = [word, rest];
  }
  if (kind === undefined) {
    throw new RangeError(`${where}: a comment in front has to say what the block is: ${KINDS}`);
  }
  return { kind, directions, first };
}

/** Every literal block of a manual page, each with what its comments say. */
export function manualBlocks(page: string, text: string): ManualBlock[] {
  const lines = text.split('\n');
  const blocks: ManualBlock[] = [];
  let comments: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const [, comment] = COMMENT.exec(line) ?? [];
    if (comment !== undefined) {
      comments.push(comment);
      continue;
    }
    const where = `${page}:${i + 1}`;
    if (line.startsWith('.Dl'))
      throw new RangeError(`${where}: a command is a block: .Bd -literal`);
    if (line.startsWith('.Bd -literal')) {
      const end = lines.indexOf('.Ed', i);
      const body = lines.slice(i + 1, end).map((one, n) => rendered(one, `${page}:${i + 2 + n}`));
      const said = readComments(comments, where);
      blocks.push({ page, line: i + 2, text: `${body.join('\n')}\n`, ...said });
      i = end;
    }
    comments = [];
  }
  return blocks;
}

/** The programs of a manual page, as those of a document. */
export function manualPrograms(blocks: readonly ManualBlock[]): CodeBlock[] {
  return blocks.flatMap(({ page, line, text, kind, directions }, i) => {
    const next = blocks[i + 1];
    return kind !== 'ts'
      ? []
      : {
          document: page,
          line,
          code: text,
          directions: readDirections(directions, `${page}:${line}`),
          prints: next?.kind === 'prints' ? next.text : undefined,
        };
  });
}
