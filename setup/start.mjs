import { launch } from './launch.mjs';
import { prepare } from './prepare.mjs';

await prepare();
launch('examples/dist/main-job.js');
