import type { ViteUserConfig } from 'vitest/config';
import { testProject } from '../../vitest.base.ts';

const { cacheDir, test }: ViteUserConfig = testProject('unet-tests-install', {
  globalSetup: 'src/install.ts',
  // Compilers and npm, on a machine that may be busy with the other tests.
  testTimeout: 180_000,
  hookTimeout: 60_000,
});

// Without the export condition of the sources: everything here is as it is installed.
const config: ViteUserConfig = {
  ...(cacheDir === undefined ? {} : { cacheDir }),
  test: test ?? {},
};

export default config;
