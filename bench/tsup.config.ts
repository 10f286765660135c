import { type Build, program } from '../tsup.base.ts';

const build: Build = program(['src/main.ts', 'src/frames.ts', 'src/heap.ts']);

export default build;
