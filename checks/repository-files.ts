import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file that belongs to the repository: its path from the root, and its text. */
export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));

function listFiles(...options: string[]): string[] {
  const output = execFileSync('git', ['ls-files', '-z', ...options], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  return output.split('\0').filter((path) => path !== '' && existsSync(`${root}${path}`));
}

/** Every file that is in the repository or could be added to it, without what git ignores. */
export function repositoryFiles(): RepositoryFile[] {
  return listFiles('--cached', '--others', '--exclude-standard').map((path) => ({
    path,
    text: readFileSync(`${root}${path}`, 'utf8'),
  }));
}

/** Files that are tracked although git is told to ignore them. */
export function trackedButIgnored(): string[] {
  return listFiles('--cached', '--ignored', '--exclude-standard');
}

/** One file of the repository. */
export function repositoryFile(path: string): RepositoryFile {
  return { path, text: readFileSync(`${root}${path}`, 'utf8') };
}
