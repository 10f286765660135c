import type { ViteUserConfig } from 'vitest/config';
import { testProject } from '../../vitest.base.ts';

// Some steps are processes of their own, and a busy machine takes its time to start one.
const config: ViteUserConfig = testProject('unet-tests-zones', {
  testTimeout: 60_000,
  hookTimeout: 60_000,
});

export default config;
