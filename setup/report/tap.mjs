/**
 * Reads the Test Anything Protocol: one stream, or several that follow one another, as a command
 * that runs many test programs prints them.
 *
 * @typedef {{ name: string, status: 'passed' | 'failed' | 'skipped', reason?: string,
 *   details: string[] }} Test
 */

const PLAN = /^1\.\.(\d+)\s*(?:#\s*skip\S*\s*(.*))?$/i;
const RESULT = /^(not )?ok\b(?:\s+(\d+))?\s*(.*)$/;
const DIRECTIVE = /^(.*?)\s*#\s*(skip|todo)\S*\s*(.*)$/i;
const BAIL = /^Bail out!\s*(.*)$/i;
/** What a runner of several programs says before each. */
const PROGRAM = /^# program:? (\S+)$/;

/**
 * @param {string} text
 * @returns {Test[]} what ran; a stream that does not keep its plan adds a failure of its own
 */
export function parseTap(text) {
  /** @type {Test[]} */
  const tests = [];
  let program = '';
  let stream = newStream();
  let last;

  function newStream() {
    return { count: 0, plan: undefined, lines: [] };
  }

  function endStream() {
    const { count, plan, lines } = stream;
    if (count > 0 || plan !== undefined) {
      const broken = (name) =>
        tests.push({ name: label(name), status: 'failed', details: lines.slice(-20) });
      if (plan === undefined) broken(`ended without a plan after ${count} tests`);
      else if (plan !== count) broken(`planned ${plan} tests and ran ${count}`);
    }
    stream = newStream();
    last = undefined;
  }

  function label(name) {
    return program === '' ? name : `${program}: ${name}`;
  }

  for (const line of text.split(/\r?\n/)) {
    const named = PROGRAM.exec(line);
    const plan = PLAN.exec(line);
    const result = RESULT.exec(line);
    const bail = BAIL.exec(line);
    if (named !== null) {
      endStream();
      program = named[1];
    } else if (plan !== null) {
      if (stream.plan !== undefined) endStream();
      stream.plan = Number(plan[1]);
      if (stream.plan === 0) {
        const reason = plan[2] ?? '';
        // A program without a single test must say why.
        tests.push(
          reason === ''
            ? { name: label('no tests'), status: 'failed', details: [] }
            : { name: label('all'), status: 'skipped', reason, details: [] },
        );
      }
    } else if (result !== null) {
      const [, not, number, rest] = result;
      if (number === '1' && stream.count > 0) endStream();
      stream.count += 1;
      const directive = DIRECTIVE.exec(rest);
      const bare = (directive === null ? rest : directive[1]).replace(/^-\s*/, '').trim();
      const name = label(bare === '' ? `test ${number ?? stream.count}` : bare);
      const kind = directive?.[2].toLowerCase();
      if (kind === 'skip' && not === undefined) {
        last = { name, status: 'skipped', reason: directive[3].trim(), details: [] };
      } else {
        // A "todo" counts as what it is: a test that failed or passed.
        last = { name, status: not === undefined ? 'passed' : 'failed', details: [] };
      }
      tests.push(last);
    } else if (bail !== null) {
      tests.push({ name: label(`bailed out: ${bail[1]}`), status: 'failed', details: [] });
    } else if (line !== '') {
      stream.lines.push(line);
      last?.details.push(line);
    }
  }
  endStream();
  return tests;
}

function oneLine(text) {
  // A number sign would start a directive.
  return text.replace(/\s+/g, ' ').replace(/#/g, '\\#').trim();
}

/**
 * Writes tests as one TAP stream.
 *
 * @param {Test[]} tests
 */
export function formatTap(tests) {
  const lines = tests.flatMap((test, i) => [
    `${test.status === 'failed' ? 'not ok' : 'ok'} ${i + 1} - ${oneLine(test.name)}${
      test.status === 'skipped' ? ` # SKIP ${oneLine(test.reason ?? '')}` : ''
    }`,
    ...test.details.flatMap((text) => text.split('\n')).map((line) => `# ${line}`),
  ]);
  return ['TAP version 13', ...lines, `1..${tests.length}`, ''].join('\n');
}
