import { type Build, library } from '../../tsup.base.ts';

const build: Build = library({ index: 'src/index.ts', headers: 'src/headers/index.ts' });

export default build;
