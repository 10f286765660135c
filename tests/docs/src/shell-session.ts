/** A command of a session, and what it prints. */
export interface Step {
  readonly command: string;
  /** Lines; `...` stands for any number of lines. */
  readonly output: readonly string[];
}

/** A block of a manual page that a shell can run. */
export interface Session {
  readonly steps: readonly Step[];
  /** Whether it is a script, whose output the page does not show. */
  readonly script: boolean;
}

/** The first line has the prompt of the session: what starts with the other one is output. */
const PROMPTS = { '#': /^# (.*)$/, $: /^\$ (.*)$/ } as const;
const CONTINUED = /^> (.*)$/;

/**
 * Reads what a terminal shows: commands behind `#` or `$`, continued behind `>`, each with its
 * output. Without a prompt it is a script.
 */
export function readSession(text: string): Session {
  const lines = text.replace(/\n$/, '').split('\n');
  const prompt = Object.values(PROMPTS).find((one) => one.test(lines[0] ?? ''));
  if (prompt === undefined) {
    return { steps: [{ command: text, output: [] }], script: true };
  }
  const steps: { command: string; output: string[] }[] = [];
  for (const line of lines) {
    const [, command] = prompt.exec(line) ?? [];
    const [, continued] = CONTINUED.exec(line) ?? [];
    const step = steps.at(-1);
    if (command !== undefined) steps.push({ command, output: [] });
    else if (step === undefined) continue;
    else if (continued !== undefined && step.output.length === 0) step.command += `\n${continued}`;
    else step.output.push(line);
  }
  return { steps, script: false };
}

/** How output is compared: what a number is, and how far columns are apart, may be left open. */
export interface CompareOptions {
  readonly numbersVary: boolean;
}

function comparable(line: string, { numbersVary }: CompareOptions): string {
  return numbersVary
    ? line
        .replace(/\b[0-9]+(\.[0-9]+)?(?:[KMGTPE](?=B|\b))?/g, 'N')
        .replace(/ +/g, ' ')
        .trim()
    : line;
}

/** What is different about the output of a command; `undefined` if it is what the page shows. */
export function differs(
  shown: readonly string[],
  printed: string,
  options: CompareOptions,
): string | undefined {
  const lines = printed.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const match = (at: number, from: number): boolean => {
    const line = shown[at];
    if (line === undefined) return from === lines.length;
    if (line.trim() === '...') {
      return (
        lines.slice(from).some((_, n) => match(at + 1, from + n)) || match(at + 1, lines.length)
      );
    }
    const other = lines[from];
    return (
      other !== undefined &&
      comparable(line, options) === comparable(other, options) &&
      match(at + 1, from + 1)
    );
  };
  return match(0, 0)
    ? undefined
    : `the page shows\n${shown.join('\n')}\nand it prints\n${lines.join('\n')}`;
}
