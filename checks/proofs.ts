/** What `docs/proofs.md` says is tested, against the tests; and other lists that must not part. */

export interface Proof {
  /** The number of vnd's defect, in the table of defects. */
  readonly defect: string | undefined;
  readonly statement: string;
  readonly test: string;
  /** Empty: it does not apply, and `test` says why. */
  readonly file: string;
}

/** The rows of every table that has a test and a file as its last columns. */
export function proofs(text: string): Proof[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|(---|.*\| file \|$)/.test(line))
    .map((line) => line.slice(1, -1).split('|'))
    .map((cells) => cells.map((cell) => cell.trim()))
    .map((cells) => {
      const [file = '', test = '', statement = '', defect] = cells.reverse();
      return { defect, statement, test, file };
    });
}

/** C puts string literals that follow each other together. */
const joined = (source: string): string => source.replace(/"\s*\n\s*"/g, '');

/** Every proof whose test is not there, and every one that names nothing. */
export function checkProofs(
  rows: readonly Proof[],
  read: (path: string) => string | undefined,
): string[] {
  return rows.flatMap(({ statement, test, file }) => {
    if (file === '') {
      return test.startsWith('does not apply: ') ? [] : [`${statement}: no test, and no reason`];
    }
    const source = read(file);
    if (source === undefined) return [`${statement}: there is no ${file}`];
    const plain = joined(source).replaceAll('\\"', '"');
    return plain.includes(test) ? [] : [`${statement}: ${file} has no test "${test}"`];
  });
}

/** The locks of the theory statement, or of the test that enforces their order. */
export function lockOrder(source: string): string[] {
  const table = /lock_names\[\] = \{([^}]*)\}/.exec(source)?.[1];
  const names =
    table === undefined ? source.matchAll(/^ \*\t\d+\. (\w+)\t/gm) : table.matchAll(/"(\w+)"/g);
  return [...names].map(([, name = '']) => name);
}

/** The statistics of a link that count lost frames, as `UNET_DROP_MAP` of the header makes them. */
export function dropNames(header: string): string[] {
  const map = /#define\tUNET_DROP_MAP\(X\)([\s\S]*?)\n\n/.exec(header)?.[1] ?? '';
  const rows = map.matchAll(/X\(\d+, \w+, (READ|WRITE), "(\w+)"/g);
  return [...rows].map(([, way, word]) => `${way === 'READ' ? 'rx' : 'tx'}_drop_${word}`);
}

/** All statistics of a link but those. */
export function statNames(source: string): string[] {
  return [...source.matchAll(/\[UNET_ST_\w+[^\]]*\] = "(\w+)"/g)].map(([, name = '']) => name);
}
