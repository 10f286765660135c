import { type Build, program } from '../tsup.base.ts';

const build: Build = program(['src/*.ts']);

export default build;
