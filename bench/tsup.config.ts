import { type Build, program } from '../tsup.base.ts';

const build: Build = program([
  'src/main.ts',
  'src/frames.ts',
  'src/heap.ts',
  'src/latency.ts',
  'src/wake-sender.ts',
]);

export default build;
