import type { ViteUserConfig } from 'vitest/config';
import { testProject } from '../../vitest.base.ts';

// Programs as a reader would start them: a kernel in the same process is theirs by default.
const config: ViteUserConfig = testProject('unet-tests-docs', {
  env: { UNET_KERNEL: 'inproc' },
  testTimeout: 30_000,
});

export default config;
