import type { ViteUserConfig } from 'vitest/config';
import { testProject } from '../vitest.base.ts';

const config: ViteUserConfig = testProject('unet-examples', {
  // A main job mostly waits: both ways run side by side, however few processors there are.
  poolOptions: { forks: { minForks: 1, maxForks: 3 } },
});

export default config;
