/**
 * Runs a command as a test and leaves its result in build/results:
 *
 *   node setup/report/run.mjs <project>.<target> [--tap] [--needs tool]… [--timeout seconds] -- command…
 *
 * With --tap the command prints TAP and each of its tests counts; without, the command is one test
 * and its exit code decides. A tool that is needed and not there makes it skipped.
 */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { missingTool } from '../tools.mjs';
import { resultFolder, writeResult } from './result-file.mjs';
import { parseTap } from './tap.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tap: { type: 'boolean', default: false },
    needs: { type: 'string', multiple: true, default: [] },
    timeout: { type: 'string', default: '600' },
  },
});
const [name, command, ...args] = positionals;
if (name === undefined || command === undefined) {
  throw new TypeError('usage: run.mjs <project>.<target> [options] -- command…');
}

const file = join(resultFolder, `${name}.tap`);
const seconds = Number(values.timeout);
if (!(seconds > 0))
  throw new RangeError(`--timeout must be a number of seconds, not ${values.timeout}`);

const started = performance.now();

/** Leaves the result, and says in a line what came out; what was printed besides the good if there is any bad. */
function finish(tests, output = '') {
  writeResult(file, tests);
  const count = (wanted) => tests.filter(({ status }) => status === wanted).length;
  const took = ((performance.now() - started) / 1000).toFixed(1);
  if (count('failed') > 0) process.stdout.write(output.replace(/^ok .*\n/gm, ''));
  process.stdout.write(
    `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped in ${took} s\n`,
  );
  process.exitCode = tests.some((test) => test.status === 'failed') ? 1 : 0;
}

/**
 * Runs the command in a session of its own, so that a time limit ends everything it started, also
 * what has gone into another process group, as everything under timeout(1) does.
 */
function run() {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const endSession = (signal) => {
    spawnSync('pkill', [`-${signal.slice(3)}`, '-s', String(child.pid)], { stdio: 'ignore' });
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  let output = '';
  let late = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output += text;
    });
  }
  const timer = setTimeout(() => {
    late = true;
    endSession('SIGKILL');
  }, seconds * 1000);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      endSession(signal);
      process.exitCode = 1;
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ output, ended: `could not be run: ${error.message}` });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (late) resolve({ output, ended: `did not end within ${seconds} seconds` });
      else if (signal !== null) resolve({ output, ended: `was killed by ${signal}` });
      else resolve({ output, ended: code === 0 ? undefined : `ended with exit code ${code}` });
    });
  });
}

const missing = values.needs.map(missingTool).find((reason) => reason !== undefined);
const title = [command, ...args].join(' ');
if (missing !== undefined) {
  finish([{ name: title, status: 'skipped', reason: missing, details: [] }]);
} else {
  const { output, ended } = await run();
  const failure = { name: title, status: 'failed', details: [output.trimEnd(), `# it ${ended}`] };
  const passed = { name: title, status: 'passed', details: [] };
  const tests = values.tap ? parseTap(output) : [];
  if (!values.tap) {
    tests.push(ended === undefined ? passed : failure);
  } else if (tests.length === 0) {
    tests.push({ ...failure, details: [output.trimEnd(), '# it printed no test'] });
  } else if (ended !== undefined && !tests.some(({ status }) => status === 'failed')) {
    tests.push(failure);
  }
  finish(tests, output);
}
