import { type Build, program } from '../tsup.base.ts';

const build: Build = program(['src/*.ts', '!src/*.test.ts']);

export default build;
