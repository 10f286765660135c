import { describe, expect, it } from 'vitest';
import { formatOptions, getopt, UsageError } from './getopt.ts';

const specs = {
  force: { letter: 'f', word: 'force' },
  temporary: { letter: 't' },
  mac: { letter: 'm', word: 'mac', argument: true },
  json: { word: 'json' },
} as const;
const parse = (...args: string[]): unknown => getopt(args, specs);

describe('getopt', () => {
  it('takes options, bundled or not', () => {
    const both = { options: { force: [''], temporary: [''] }, operands: ['vpn0'] };
    expect(parse('-ft', 'vpn0')).toEqual(both);
    expect(parse('-f', '-t', 'vpn0')).toEqual(both);
  });

  it('takes an argument from the same word or the next', () => {
    expect(parse('-m2:8', 'a0')).toEqual({ options: { mac: ['2:8'] }, operands: ['a0'] });
    expect(parse('-m', '2:8', 'a0')).toEqual({ options: { mac: ['2:8'] }, operands: ['a0'] });
    expect(parse('-fm', '2:8')).toEqual({ options: { force: [''], mac: ['2:8'] }, operands: [] });
    expect(parse('-m', '-f')).toEqual({ options: { mac: ['-f'] }, operands: [] });
    expect(parse('-m', '')).toEqual({ options: { mac: [''] }, operands: [] });
  });

  it('takes words', () => {
    expect(parse('--json', '--mac=2:8', '--mac', 'x')).toEqual({
      options: { json: [''], mac: ['2:8', 'x'] },
      operands: [],
    });
    expect(parse('--mac=a=b')).toEqual({ options: { mac: ['a=b'] }, operands: [] });
  });

  it('stops at the first operand, at - and at --', () => {
    expect(parse('a0', '-f')).toEqual({ options: {}, operands: ['a0', '-f'] });
    expect(parse('-', '-f')).toEqual({ options: {}, operands: ['-', '-f'] });
    expect(parse('-t', '--', '-f')).toEqual({ options: { temporary: [''] }, operands: ['-f'] });
    expect(parse('--', '--')).toEqual({ options: {}, operands: ['--'] });
  });

  it.each([
    [['-q'], 'illegal option -- q'],
    [['-fq'], 'illegal option -- q'],
    [['-m'], 'option requires an argument -- m'],
    [['-tm'], 'option requires an argument -- m'],
    [['--mac'], 'option requires an argument -- mac'],
    [['--js'], 'illegal option -- js'],
    [['--json=1'], 'option takes no argument -- json'],
  ])('refuses %j: %s', (args, message) => {
    expect(() => parse(...args)).toThrow(new UsageError(message));
  });
});

describe('formatOptions', () => {
  it('writes what a usage shows', () => {
    expect(formatOptions(Object.values(specs))).toBe('[-f] [-t] [-m argument] [--json]');
    expect(formatOptions([{ letter: 'm', argument: 'mac' }])).toBe('[-m mac]');
    expect(formatOptions([{ word: 'listen', argument: 'address' }])).toBe('[--listen address]');
    expect(formatOptions([])).toBe('');
  });
});
