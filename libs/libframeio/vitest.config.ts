import type { ViteUserConfig } from 'vitest/config';
import { testProject } from '../../vitest.base.ts';

const config: ViteUserConfig = testProject('libframeio', {
  // What is allocated stays in sight until a test has counted it.
  poolOptions: { forks: { execArgv: ['--expose-gc', '--max-semi-space-size=64'] } },
});

export default config;
