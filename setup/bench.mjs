import { launch } from './launch.mjs';
import { prepare } from './prepare.mjs';
import { missingTool } from './tools.mjs';

// Said before anything is built: without it there is nothing to see.
if (process.argv.includes('--instructions')) {
  const missing = missingTool('valgrind');
  if (missing !== undefined) {
    process.stderr.write(`bench --instructions: ${missing}\n`);
    process.exit(1);
  }
}
await prepare();
launch('bench/dist/main.js');
