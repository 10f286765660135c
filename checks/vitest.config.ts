import type { ViteUserConfig } from 'vitest/config';
import { testProject } from '../vitest.base.ts';

const config: ViteUserConfig = testProject('checks');

export default config;
