import { installTool, TOOLS } from '../tools.mjs';

/**
 * @typedef {import('./tap.mjs').Test} Test
 * @typedef {{ name: string, tests: Test[] }} Result
 */

/** Lines of a failure that are shown; the rest is in the result file. */
const DETAILS_SHOWN = 60;

function shownDetails(details, result) {
  const lines = details.flatMap((text) => text.split('\n'));
  if (lines.length <= DETAILS_SHOWN) return lines;
  const rest = lines.length - DETAILS_SHOWN;
  return [...lines.slice(0, DETAILS_SHOWN), `… ${rest} more lines in build/results/${result}.tap`];
}

/** The command that ends a skip, when its reason names a tool that can be installed. */
function remedy(reason) {
  if (/`[^`]*install[^`]*`/.test(reason)) return undefined;
  const tool = Object.keys(TOOLS).find((name) =>
    new RegExp(`(^|[^\\w-])${name}([^\\w-]|$)`).test(reason),
  );
  return tool === undefined ? undefined : installTool(tool);
}

function groupSkips(results) {
  /** @type {Map<string, string[]>} */
  const byReason = new Map();
  for (const { name, tests } of results) {
    for (const test of tests.filter(({ status }) => status === 'skipped')) {
      const reason =
        test.reason === '' || test.reason === undefined ? 'no reason given' : test.reason;
      byReason.set(reason, [...(byReason.get(reason) ?? []), `${name}: ${test.name}`]);
    }
  }
  return byReason;
}

/**
 * What a whole run came to, for people, and whether it passed. A run without a single test that
 * passed is a failure: something did not run.
 *
 * @param {Result[]} results
 * @param {string[]} troubles failures that are no test's
 */
export function summarize(results, troubles) {
  const lines = [];
  const count = { passed: 0, failed: troubles.length, skipped: 0 };
  for (const { tests } of results) for (const { status } of tests) count[status] += 1;

  const skips = groupSkips(results);
  if (skips.size > 0) {
    lines.push('', 'Skipped:');
    for (const [reason, names] of skips) {
      const command = remedy(reason);
      lines.push(`  ${reason}${command === undefined ? '' : `; \`${command}\``}`);
      lines.push(...names.map((name) => `    ${name}`));
    }
  }
  if (count.passed === 0 && count.failed === 0) {
    troubles = [...troubles, 'no test ran'];
    count.failed += 1;
  }
  if (count.failed > 0) {
    lines.push('', 'Failed:');
    for (const { name, tests } of results) {
      for (const test of tests.filter(({ status }) => status === 'failed')) {
        lines.push(
          `  ${name}: ${test.name}`,
          ...shownDetails(test.details, name).map((line) => `    ${line}`),
        );
      }
    }
    lines.push(...troubles.map((trouble) => `  ${trouble}`));
  }
  lines.push('', `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`, '');
  return { text: lines.join('\n'), ok: count.failed === 0 };
}
