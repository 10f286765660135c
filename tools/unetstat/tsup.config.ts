import { type Build, program } from '../../tsup.base.ts';

const build: Build = program(['src/bin.ts']);

export default build;
