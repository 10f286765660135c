import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** For `npm run test:watch` and editors; `npm test` runs each package by itself, cached. */
const config: ViteUserConfig = defineConfig({
  test: { projects: ['libs/*', 'tools/*', 'examples', 'bench', 'tests/*', 'checks', 'setup'] },
});

export default config;
