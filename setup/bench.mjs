import { launch } from './launch.mjs';
import { prepare } from './prepare.mjs';

await prepare();
launch('bench/dist/main.js');
