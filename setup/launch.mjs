import { spawn } from 'node:child_process';
import { root } from './root.mjs';

const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGQUIT'];

/**
 * Runs a program of the repository in the foreground, with the arguments given to us, and ends as
 * it ended.
 */
export function launch(program) {
  const child = spawn(process.execPath, [program, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  // Ctrl-C reaches the whole foreground group: the program takes down what it set up, and we wait.
  // What is sent to this process alone is passed on.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`cannot run ${program}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
