import type { ViteUserConfig } from 'vitest/config';
import { testProject } from '../../vitest.base.ts';

const { cacheDir, test }: ViteUserConfig = testProject('unet-tests-install', {
  globalSetup: 'src/install.ts',
  testTimeout: 60_000,
  hookTimeout: 60_000,
});

// Without the export condition of the sources: everything here is as it is installed.
const config: ViteUserConfig = {
  ...(cacheDir === undefined ? {} : { cacheDir }),
  test: test ?? {},
};

export default config;
