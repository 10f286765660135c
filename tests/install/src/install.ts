import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { foreignPackages, publishedPackages } from './workspace.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder that has everything installed. */
    application: string;
    /** The tarball of each published package, by name. */
    tarballs: Readonly<Record<string, string>>;
  }
}

/** Runs npm as on a machine that has never run it and has no network. */
function npm(folder: string, args: readonly string[]): string {
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const { status, stdout, stderr, error } = spawnSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...Object.fromEntries(inherited),
      npm_config_cache: join(folder, 'npm-cache'),
      npm_config_userconfig: join(folder, 'npmrc'),
      npm_config_offline: 'true',
      npm_config_ignore_scripts: 'true',
      npm_config_loglevel: 'error',
    },
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`npm ${args[0]} failed: ${stderr}${stdout}`);
  return stdout;
}

/**
 * Packs every published package, and what they depend on as it is installed here, and installs the
 * tarballs into a folder of its own; for all test files of this project.
 */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'unet-install-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const application = join(folder, 'application');
    mkdirSync(application);
    const published = publishedPackages();
    const all = [...published, ...foreignPackages(published)];
    const packed = JSON.parse(npm(folder, ['pack', '--json', ...all.map((one) => one.folder)])) as {
      readonly name: string;
      readonly filename: string;
    }[];
    const files = Object.fromEntries(packed.map(({ name, filename }) => [name, filename]));
    const dependencies = Object.fromEntries(
      Object.entries(files).map(([name, file]) => [name, `file:../${file}`]),
    );
    writeFileSync(
      join(application, 'package.json'),
      JSON.stringify({ name: 'application', private: true, type: 'module', dependencies }),
    );
    npm(application, ['install', '--no-audit', '--no-fund']);
    project.provide('application', application);
    project.provide(
      'tarballs',
      Object.fromEntries(
        published.map(({ manifest: { name } }) => [name, join(folder, files[name] ?? '')]),
      ),
    );
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}
