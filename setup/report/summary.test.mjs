import { describe, expect, it } from 'vitest';
import { summarize } from './summary.mjs';

const passed = { name: 'a', status: 'passed', details: [] };
const failed = { name: 'b', status: 'failed', details: ['# got 1', '# not 2'] };
const skipped = (reason) => ({ name: 'c', status: 'skipped', reason, details: [] });

function lastLine(text) {
  return text.trimEnd().split('\n').at(-1);
}

describe('the summary', () => {
  it('ends with the three numbers', () => {
    const { text, ok } = summarize(
      [
        { name: 'x.test', tests: [passed, passed] },
        { name: 'y.test', tests: [passed, skipped('no reason')] },
      ],
      [],
    );
    expect(lastLine(text)).toBe('3 passed, 0 failed, 1 skipped');
    expect(ok).toBe(true);
  });

  it('shows each failure with what was said about it', () => {
    const { text, ok } = summarize([{ name: 'x.test', tests: [passed, failed] }], []);
    expect(text).toContain('x.test: b\n    # got 1\n    # not 2\n');
    expect(lastLine(text)).toBe('1 passed, 1 failed, 0 skipped');
    expect(ok).toBe(false);
  });

  it('shows a long failure in part, and where the rest is', () => {
    const details = Array.from({ length: 1000 }, (_, i) => `# line ${i}`);
    const { text } = summarize([{ name: 'x.test', tests: [{ ...failed, details }] }], []);
    expect(text.split('\n').length).toBeLessThan(100);
    expect(text).toMatch(/# line 0\n[\s\S]*more lines in build\/results\/x\.test\.tap\n/);
  });

  it('counts what did not run as failed', () => {
    const { text, ok } = summarize([{ name: 'x.test', tests: [passed] }], ['y left no result']);
    expect(text).toContain('y left no result');
    expect(lastLine(text)).toBe('1 passed, 1 failed, 0 skipped');
    expect(ok).toBe(false);
  });

  it.each([[[]], [[{ name: 'x', tests: [] }]]])('fails when no test ran', (results) => {
    const { text, ok } = summarize(results, []);
    expect(ok).toBe(false);
    expect(lastLine(text)).toBe('0 passed, 1 failed, 0 skipped');
  });

  it('names the command for a tool that is missing, once', () => {
    const { text } = summarize(
      [{ name: 'x', tests: [passed, skipped('mandoc is not installed'), skipped('needs iperf3')] }],
      [],
    );
    expect(text).toMatch(/mandoc is not installed; `.*install.* mandoc`/);
    expect(text).toMatch(/needs iperf3; `.*install.* iperf3`/);
    const given = 'no mandoc; `apt-get install mandoc`';
    expect(summarize([{ name: 'x', tests: [passed, skipped(given)] }], []).text).toContain(
      `  ${given}\n`,
    );
  });
});
