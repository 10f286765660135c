import { join } from 'node:path';
import { installPackages } from './install.mjs';
import { runNx } from './nx.mjs';
import { requireMachine } from './requirements.mjs';
import { root } from './root.mjs';

requireMachine();
installPackages();
const code = await runNx(['run', 'docs:site', '--outputStyle=static']);
if (code === 0) process.stdout.write(`${join(root, 'build/docs/index.html')}\n`);
process.exitCode = code;
