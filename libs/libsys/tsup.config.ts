import { type Build, library } from '../../tsup.base.ts';

const build: Build = library(['src/index.ts', 'src/unet-abi.ts']);

export default build;
