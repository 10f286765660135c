import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const PARENTS = ['.', 'libs', 'tools', 'tests'];

/**
 * Every project that nx knows, with its targets.
 *
 * @returns {{ name: string, targets: Record<string, { outputs?: string[] }> }[]}
 */
export function readProjects() {
  return PARENTS.flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(root, parent, entry.name, 'project.json')),
  )
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')));
}
