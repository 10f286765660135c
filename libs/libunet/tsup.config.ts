import { type Build, library } from '../../tsup.base.ts';

const build: Build = library();

export default build;
