import type { ViteUserConfig } from 'vitest/config';
import { testProject } from '../../vitest.base.ts';

// Every step is a process of its own, and a busy machine takes its time to start one.
const config: ViteUserConfig = testProject('unet-tests-cli', {
  testTimeout: 60_000,
  hookTimeout: 60_000,
});

export default config;
