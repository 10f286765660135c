import { existsSync } from 'node:fs';
import type { ViteUserConfig } from 'vitest/config';
import { testProject } from '../../vitest.base.ts';

const base = testProject('unet-tests-contract');
const illumos = existsSync('/dev/unet/ctl') && process.platform === 'sunos';

/** One suite, once for each way to a kernel; `src/fixture.ts` reads which. */
function way(name: string, include: string[]): ViteUserConfig {
  return {
    ...base,
    test: { ...base.test, name, include, env: { UNET_CONTRACT: name }, reporters: [] },
  };
}

const suite = ['src/*.test.ts'];
const config: ViteUserConfig = {
  ...base,
  test: {
    ...base.test,
    projects: [
      way('inproc', suite),
      way('server', suite),
      way('illumos', illumos ? suite : ['src/no-illumos.ts']),
    ],
  },
};

export default config;
