import { UsageError } from 'libofmt';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.ts';

describe('parseCommandLine', () => {
  it.each([
    [[], { links: [], interval: 1, count: Number.POSITIVE_INFINITY }],
    [['5'], { links: [], interval: 5, count: Number.POSITIVE_INFINITY }],
    [['1', '3'], { links: [], interval: 1, count: 3 }],
    [['vpn0', 'vpn1'], { links: ['vpn0', 'vpn1'], interval: 1, count: Number.POSITIVE_INFINITY }],
    [['vpn0', '2', '3'], { links: ['vpn0'], interval: 2, count: 3 }],
  ])('reads %j', (args, request) => {
    expect(parseCommandLine(args)).toEqual({ show: 'rates', ...request });
  });

  it.each([
    [['0'], 'invalid interval: 0'],
    [['1.5'], 'invalid interval: 1.5'],
    [['+1'], 'invalid interval: +1'],
    [['1x'], 'invalid interval: 1x'],
    [['99999999999'], 'invalid interval: 99999999999'],
    [['1', '0'], 'invalid count: 0'],
    [['1', '-1'], 'invalid count: -1'],
    [['1', 'vpn0'], 'invalid count: vpn0'],
    [['1', '1', '1'], 'too many arguments'],
    [['-1'], 'illegal option -- 1'],
    [['-h'], 'illegal option -- h'],
  ])('refuses %j: %s', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(new UsageError(message));
  });
});
