import { type Build, program } from '../tsup.base.ts';

const build: Build = program([
  'src/responder.ts',
  'src/switch.ts',
  'src/pipe.ts',
  'src/capture.ts',
  'src/second-host.ts',
  'src/main-job.ts',
]);

export default build;
