import { createHash } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** Written by tools, never read by a build. */
const IGNORED = new Set(['node_modules', 'dist', 'build', 'native', '.nx', '.git']);

function walk(path, hash, ignored) {
  let status;
  try {
    status = lstatSync(path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    hash.update(`${path} missing\n`);
    return;
  }
  if (status.isDirectory()) {
    for (const name of readdirSync(path).sort()) {
      if (!ignored.has(name)) walk(join(path, name), hash, ignored);
    }
    return;
  }
  // The change time cannot be set back, so a file that was written again is always seen.
  hash.update(`${path} ${status.size} ${status.mode} ${status.mtimeMs} ${status.ctimeMs}\n`);
}

function digest(paths, ignored) {
  const hash = createHash('sha256');
  for (const path of paths) walk(join(root, path), hash, ignored);
  return hash.digest('hex');
}

/** A fingerprint of sources: it differs as soon as a file came, went or was written. */
export function fingerprintSources(paths) {
  return digest(paths, IGNORED);
}

/** A fingerprint of build outputs, each a file or a folder. */
export function fingerprintOutputs(paths) {
  return digest(paths, new Set());
}
