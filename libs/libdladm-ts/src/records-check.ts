import { ConfFile } from './conf-file.ts';
import type { ConfLine } from './conf-line.ts';
import { DladmError } from './errors.ts';
import { isLinkName } from './link-name.ts';
import { fromAttributes, isOurs } from './saved-link.ts';

/** A line of the records that makes no link, or keeps others from being made. */
export interface RecordProblem {
  /** Number of the line, from 1. */
  readonly line: number;
  readonly reason: string;
}

/** How the records of a root directory are. */
export interface RecordsCheck {
  /** The file. */
  readonly path: string;
  /** The unet links that can be made again, in the order of the lines. */
  readonly names: readonly string[];
  readonly problems: readonly RecordProblem[];
}

function problemOf({ name, attributes, fault }: ConfLine): string | undefined {
  if (fault !== undefined) {
    return fault;
  }
  if (attributes === undefined || !isOurs(attributes)) {
    return undefined;
  }
  if (name === undefined || !isLinkName(name)) {
    return `no link can be called ${name}`;
  }
  try {
    fromAttributes(attributes);
    return undefined;
  } catch (error) {
    if (!(error instanceof DladmError)) {
      throw error;
    }
    return `${name}: ${error.text}`;
  }
}

/**
 * Looks at every line of a hosted kernel's `datalink.conf`, also at those of other programs: one that
 * cannot be read is dlmgmtd's last.
 *
 * @param root the root directory, see {@link defaultRoot}
 * @throws {DladmError} the file cannot be read
 */
export function checkRecords(root: string): RecordsCheck {
  const file = new ConfFile(root);
  const places = new Map<string, number>();
  const names: string[] = [];
  const problems: RecordProblem[] = [];
  for (const line of file.read().lines()) {
    const { name, attributes, line: number } = line;
    const reason = problemOf(line);
    const first = name === undefined ? undefined : places.get(name);
    if (reason !== undefined) {
      problems.push({ line: number, reason });
    } else if (first !== undefined) {
      problems.push({ line: number, reason: `${name} has a line already, line ${first}` });
    } else if (name !== undefined && attributes !== undefined) {
      places.set(name, number);
      if (isOurs(attributes)) {
        names.push(name);
      }
    }
  }
  return { path: file.path, names, problems };
}
