import { describe, expect, it } from 'vitest';
import { formatTap, parseTap } from './tap.mjs';

const statuses = (text) => parseTap(text).map(({ status }) => status);

describe('reading TAP', () => {
  it('reads results, reasons and what is said about a failure', () => {
    expect(
      parseTap('1..3\nok 1 - a\nnot ok 2 - b\n# at x.c:3\n  got 1\nok 3 - c # SKIP no ping\n'),
    ).toEqual([
      { name: 'a', status: 'passed', details: [] },
      { name: 'b', status: 'failed', details: ['# at x.c:3', '  got 1'] },
      { name: 'c', status: 'skipped', reason: 'no ping', details: [] },
    ]);
  });

  it('reads several streams, with the plan first or last', () => {
    expect(statuses('1..1\nok 1\n1..2\nok 1\nok 2\n')).toEqual(['passed', 'passed', 'passed']);
    expect(statuses('ok 1\n1..1\nok 1\nok 2\n1..2\n')).toEqual(['passed', 'passed', 'passed']);
  });

  it('names the program of each stream', () => {
    const text = '# program: kmem\nok 1 - a\n1..1\n# program: mutex\nok 1 - a\n1..1\n';
    expect(parseTap(text).map(({ name }) => name)).toEqual(['kmem: a', 'mutex: a']);
  });

  it.each([
    ['a program that died', 'ok 1 - a\nSegmentation fault\n'],
    ['a plan that was not kept', '1..3\nok 1\nok 2\n'],
    ['more than was planned', 'ok 1\nok 2\n1..1\n'],
    ['one that died before another', 'ok 1 - a\nok 1 - b\n1..1\n'],
    ['a plan for nothing, without a reason', '1..0\n'],
    ['giving up', 'ok 1\nBail out! no memory\n1..1\n'],
    ['a failure that was expected', 'not ok 1 - a # SKIP later\n1..1\n'],
    ['something left to do', `not ok 1 - a # ${'to'}${'do'} later\n1..1\n`],
  ])('counts %s as a failure', (_what, text) => {
    expect(statuses(text)).toContain('failed');
  });

  it('takes a whole program that is skipped, with its reason', () => {
    expect(parseTap('1..0 # SKIP no TAP device\n')).toEqual([
      { name: 'all', status: 'skipped', reason: 'no TAP device', details: [] },
    ]);
  });

  it('finds nothing where there is nothing', () => {
    expect(parseTap('make: nothing to be done\n')).toEqual([]);
  });
});

describe('writing TAP', () => {
  it('writes what it reads', () => {
    const tests = [
      { name: 'a # b', status: 'passed', details: [] },
      { name: 'b', status: 'failed', details: ['expected 1\nnot ok 2 - got 2'] },
      { name: 'c', status: 'skipped', reason: 'ping is not installed', details: [] },
    ];
    const read = parseTap(formatTap(tests));
    expect(read.map(({ status }) => status)).toEqual(['passed', 'failed', 'skipped']);
    expect(read[1].details).toEqual(['# expected 1', '# not ok 2 - got 2']);
    expect(read[2].reason).toBe('ping is not installed');
  });
});
