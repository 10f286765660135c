import type { Options } from 'tsup';
import { type Build, library } from '../../tsup.base.ts';

const build: Build = {
  ...(library(['src/index.ts', 'src/unet-abi.ts']) as Options),
  // native-files.ts asks where it lies, which CommonJS knows by another name.
  shims: true,
};

export default build;
