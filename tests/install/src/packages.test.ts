import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, inject, it } from 'vitest';
import { publishedPackages } from './workspace.ts';

const packages = publishedPackages().map(({ folder, manifest }) => ({
  name: manifest.name,
  folder,
  manifest,
}));
const libraries = packages.filter(({ manifest }) => manifest.bin === undefined);

function tarball(name: string): Uint8Array {
  const path = inject('tarballs')[name];
  if (path === undefined) throw new Error(`${name} was not packed`);
  return new Uint8Array(readFileSync(path));
}

/** Paths in a tarball, below the package's own folder. */
function contents(name: string): string[] {
  return createPackageFromTarballData(tarball(name))
    .listFiles()
    .map((path) => path.replace(`/node_modules/${name}/`, ''))
    .sort();
}

describe.each(packages)('$name', ({ name, folder, manifest }) => {
  it('has nothing that publint complains of', async () => {
    const { buffer } = tarball(name);
    const { messages, pkg } = await publint({
      strict: true,
      pack: { tarball: buffer as ArrayBuffer },
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('carries what it needs, and nothing of its making', () => {
    const files = contents(name);
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    expect(files.filter((path) => /\.test\.|fixture|config\.ts|project\.json/.test(path))).toEqual(
      [],
    );
    for (const path of JSON.stringify(manifest.exports).matchAll(/"\.\/([^"]+)"/g)) {
      if (path[1] !== undefined && /\.[a-z]+$/.test(path[1])) expect(files).toContain(path[1]);
    }
  });

  it('says what it is', () => {
    expect(manifest).toMatchObject({
      description: expect.stringMatching(/^[A-Z].{20,}/),
      keywords: expect.arrayContaining(['unet', 'illumos']),
      engines: { node: '>=20.19.0' },
    });
    expect(folder.endsWith(`/${manifest.name}`), 'a package is named as its folder').toBe(true);
  });
});

describe.each(libraries)('types of $name', ({ name, manifest }) => {
  it('are right for every way to import it', async () => {
    const result = await checkPackage(createPackageFromTarballData(tarball(name)));
    if (result.types === false) throw new Error('there are none');
    expect(Object.keys(result.entrypoints).sort()).toEqual(
      Object.keys(manifest.exports ?? {}).sort(),
    );
    expect(result.problems).toEqual([]);
  });
});

describe('libsys', () => {
  it('brings the hosted kernel for this platform, and its licence', () => {
    const platform = `native/${process.platform}-${process.arch}`;
    expect(contents('libsys')).toEqual(
      expect.arrayContaining([
        'native/LICENSE',
        `${platform}/libunethk.so`,
        `${platform}/unethostd`,
      ]),
    );
  });
});
