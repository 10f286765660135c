/** What a comment in front of a block says of it: `<!-- ts: with vpn0; frames come -->`. */
export interface Directions {
  /** Links there are when it starts. */
  readonly links: readonly string[];
  /** Names it uses and does not declare; see {@link Given}. */
  readonly given: readonly string[];
  /** The stack sends frames all the time. */
  readonly framesCome: boolean;
  /**
   * It runs until the first link is destroyed, and ends with ENXIO then. Before that, a frame comes
   * out of the stack end of this link.
   */
  readonly answers: string | undefined;
  /** Why it cannot be run here; it is compiled all the same. */
  readonly notRun: string | undefined;
}

/** A block of TypeScript in a document. */
export interface CodeBlock {
  /** Path of the document, from the root of the repository. */
  readonly document: string;
  /** The line of the document that its first line is. */
  readonly line: number;
  readonly code: string;
  readonly directions: Directions;
  /** What the document says it prints: a block of `text` right behind it. */
  readonly prints: string | undefined;
}

const BLOCK =
  /(?:^<!-- ts: (?<directions>.*?) -->\n)?^```ts\n(?<code>[\s\S]*?)^```\n(?:\n```text\n(?<prints>[\s\S]*?)^```\n)?/gm;

/** Reads what such a comment says. @throws {RangeError} something else. */
export function readDirections(text: string, where: string): Directions {
  const directions = {
    links: [] as string[],
    given: [] as string[],
    framesCome: false,
    answers: undefined as string | undefined,
    notRun: undefined as string | undefined,
  };
  for (const direction of text.split(';').map((part) => part.trim())) {
    const [word = '', rest = ''] = direction.split(/ (.*)/s);
    const names = rest.split(/,\s*/);
    if (direction === '') continue;
    else if (word === 'with') directions.links.push(...names);
    else if (word === 'given') directions.given.push(...names);
    else if (direction === 'frames come') directions.framesCome = true;
    else if (word === 'answers') directions.answers = rest;
    else if (direction.startsWith('not run: ')) directions.notRun = direction.slice(9);
    else throw new RangeError(`${where}: there is no direction "${direction}"`);
  }
  return directions;
}

/** Every block of TypeScript in a document. */
export function codeBlocks(document: string, text: string): CodeBlock[] {
  return [...text.matchAll(BLOCK)].map((match) => {
    const { directions = '', code = '', prints } = match.groups ?? {};
    const before = text.slice(0, match.index + match[0].indexOf('```ts\n'));
    const line = before.split('\n').length + 1;
    return {
      document,
      line,
      code,
      directions: readDirections(directions, `${document}:${line}`),
      prints,
    };
  });
}
