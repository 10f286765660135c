import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Packages of this workspace are tested from their sources: no build comes first. */
const conditions: string[] = ['unet-source', 'node', 'import', 'module', 'default'];

/** Where a test run leaves its result; `setup/test.mjs` adds these up. */
const results: string = fileURLToPath(new URL('./build/results/', import.meta.url));
const tapReporter: string = fileURLToPath(
  new URL('./setup/report/vitest-tap.mjs', import.meta.url),
);

/** The target of nx that runs: `test`, or `test-ffi` for the same with the other way to call C. */
const target: string = process.env['UNET_TEST_TARGET'] ?? 'test';

/** How one package is tested. `name` is the package's. */
export function testProject(name: string, test: ViteUserConfig['test'] = {}): ViteUserConfig {
  return defineConfig({
    cacheDir: fileURLToPath(new URL(`./node_modules/.vite/${name}.${target}`, import.meta.url)),
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name,
      environment: 'node',
      include: ['**/*.test.ts'],
      // A kernel lives in its process, and a process can hold only one: no sharing of workers.
      pool: 'forks',
      testTimeout: 15_000,
      hookTimeout: 15_000,
      reporters:
        process.env['UNET_TEST_RESULTS'] === undefined
          ? ['default']
          : ['default', [tapReporter, { outputFile: `${results}${name}.${target}.tap` }]],
      ...test,
    },
  });
}
