import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from '../root.mjs';
import { writeResult } from './result-file.mjs';

/** What went wrong, the difference, and where in our own files; not where in the runner's. */
function describeError(error) {
  const stack = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !/node_modules|node:internal/.test(line));
  const lines = [error.message ?? String(error), error.diff ?? '', ...stack];
  return stripVTControlCharacters(lines.filter((line) => line !== '').join('\n'));
}

/** A vitest reporter that leaves a result file, with the reason of each skip. */
export class TapReporter {
  constructor({ outputFile }) {
    this.outputFile = outputFile;
  }

  onTestRunEnd(modules, unhandledErrors) {
    const tests = [];
    for (const module of modules) {
      const file = relative(root, module.moduleId);
      const before = tests.length;
      for (const test of module.children.allTests()) {
        tests.push(this.#result(test, `${file}: ${test.fullName}`));
      }
      // A file or a `describe` can fail outside of its tests: in an import, or in a hook.
      const suites = [module, ...module.children.allSuites()];
      for (const error of suites.flatMap((suite) => suite.errors())) {
        tests.push({ name: file, status: 'failed', details: [describeError(error)] });
      }
      if (tests.length === before) {
        tests.push({ name: `${file}: no test in this file`, status: 'failed', details: [] });
      }
    }
    for (const error of unhandledErrors) {
      tests.push({ name: 'unhandled error', status: 'failed', details: [describeError(error)] });
    }
    writeResult(this.outputFile, tests);
  }

  #result(test, name) {
    const result = test.result();
    if (result.state === 'passed') return { name, status: 'passed', details: [] };
    if (result.state === 'skipped') {
      return { name, status: 'skipped', reason: result.note ?? 'no reason given', details: [] };
    }
    const details = (result.errors ?? []).map(describeError);
    const pending = result.state === 'pending' ? ['it never ended'] : [];
    return { name, status: 'failed', details: [...details, ...pending] };
  }
}

// vitest takes the default export of a reporter's module.
// biome-ignore lint/style/noDefaultExport: see above
export default TapReporter;
