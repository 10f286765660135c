import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { root } from './root.mjs';

const parallel = Math.max(2, Math.min(4, availableParallelism()));

/** nx keeps to this repository: no daemon, no worker process or file outside .nx, nobody told. */
export const nxEnvironment = {
  NX_DAEMON: 'false',
  NX_ISOLATE_PLUGINS: 'false',
  NX_NATIVE_FILE_CACHE_DIRECTORY: join(root, '.nx', 'native'),
  NX_SOCKET_DIR: join(root, '.nx', 'sockets'),
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  NX_WORKSPACE_ROOT_PATH: root,
};

/**
 * Runs nx and resolves with its exit code. Its output goes to `fd` (2 by default: the standard
 * output belongs to the program that is started afterwards).
 */
export function runNx(args, { fd = 2, env = {} } = {}) {
  // It listens for signals once a task, and node warns of that.
  const nx = ['--no-warnings', join(root, 'node_modules/nx/bin/nx.js'), ...args];
  const child = spawn(process.execPath, nx, {
    cwd: root,
    stdio: ['ignore', fd, 2],
    env: {
      ...process.env,
      MAKEFLAGS: process.env.MAKEFLAGS ?? `-j${availableParallelism()}`,
      NX_PARALLEL: String(parallel),
      // nx asks everything it runs for colours, whoever reads them.
      ...(isatty(fd) ? {} : { FORCE_COLOR: '0', NO_COLOR: '1' }),
      ...nxEnvironment,
      ...env,
    },
  });
  // The terminal sends Ctrl-C to the whole group, nx included: wait for it to clean up.
  const ignore = () => undefined;
  const terminate = () => child.kill('SIGTERM');
  process.on('SIGINT', ignore);
  process.on('SIGTERM', terminate);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', terminate);
      resolve(signal === null ? code : 128 + 2);
    });
  });
}
