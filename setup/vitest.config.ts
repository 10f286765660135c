import type { ViteUserConfig } from 'vitest/config';
import { testProject } from '../vitest.base.ts';

const config: ViteUserConfig = testProject('setup', { include: ['**/*.test.mjs'] });

export default config;
