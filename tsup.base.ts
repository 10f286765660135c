import { defineConfig, type Options } from 'tsup';

/** What tsup makes, as `tsup.config.ts` of a package hands it on. */
export type Build = ReturnType<typeof defineConfig>;

const everyBuild: Options = {
  target: 'node20',
  platform: 'node',
  sourcemap: true,
  clean: true,
  splitting: true,
  // Everything a package depends on stays an import, so that one class has one identity.
  skipNodeModulesBundle: true,
};

/** A published library: ES modules, CommonJS beside them, and types for both. */
export function library(entry: Options['entry'] & object = ['src/index.ts']): Build {
  return defineConfig({ ...everyBuild, entry, format: ['esm', 'cjs'], dts: true });
}

/** Programs: ES modules only. A first line `#!` makes the output executable. */
export function program(entry: string[] = ['src/bin.ts']): Build {
  return defineConfig({ ...everyBuild, entry, format: ['esm'], dts: false });
}
