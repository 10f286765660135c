import { UsageError } from 'libofmt';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.ts';

const ENDLESS = Number.POSITIVE_INFINITY;

describe('parseCommandLine', () => {
  it.each([
    [[], { show: 'columns', links: [], interval: 1, count: ENDLESS, totals: false }],
    [['5'], { interval: 5, count: ENDLESS }],
    [['1', '3'], { interval: 1, count: 3 }],
    [['vpn0', 'vpn1'], { links: ['vpn0', 'vpn1'], interval: 1, count: ENDLESS }],
    [['vpn0', '2', '3'], { links: ['vpn0'], interval: 2, count: 3 }],
    [['-i'], { show: 'columns', totals: true, count: 1 }],
    [['-i', '2'], { totals: true, interval: 2, count: ENDLESS }],
    [['-iTd', '-z', 'blue', '--', 'a0'], { totals: true, time: 'd', zone: 'blue', links: ['a0'] }],
    [['-o', 'link'], { show: 'table', fields: 'link' }],
    [['-po', 'link', '-d,'], { show: 'parsable', fields: 'link', delimiter: ',' }],
    [['--json', '1', '1'], { show: 'json', count: 1 }],
    [['-l', 'a0', '2'], { show: 'live', links: ['a0'], interval: 2 }],
    [['--openmetrics', 'a0'], { show: 'openmetrics', links: ['a0'] }],
    [['--listen', '0'], { show: 'listen', listen: { host: '127.0.0.1', port: 0 } }],
    [['--listen=[::]:9', '--public'], { listen: { host: '::', port: 9 } }],
    [['-l', '-p', '--help'], { show: 'help' }],
  ])('reads %j', (args, request) => {
    expect(parseCommandLine(args)).toMatchObject(request);
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
    [['-T', 'x'], 'invalid argument of -T: x; it is u or d'],
    [['-T'], 'option requires an argument -- T'],
    [['-d:'], '-d cannot be used without -p'],
    [['--public'], '--public cannot be used without --listen'],
    [['-p', '--json'], '-p and --json exclude each other'],
    [['-pl', '-o', 'link'], '-p and -l exclude each other'],
    [['-l', '-i'], '-i and -l exclude each other'],
    [['-l', '1', '1'], 'too many arguments'],
    [['-Tu', '-p', '-olink'], '-T and -p exclude each other; there is a field: time'],
    [['-Tu', '--json'], '-T and --json exclude each other; there is a field: time'],
    [['--openmetrics', '1'], 'too many arguments'],
    [['--openmetrics', '-o', 'link'], '-o and --openmetrics exclude each other'],
    [['--listen', 'here'], 'invalid address: here; it is port, addr:port or [addr]:port'],
    [['--listen', '::1:80'], 'invalid address: ::1:80; it is port, addr:port or [addr]:port'],
    [['--listen', '70000'], 'invalid address: 70000; it is port, addr:port or [addr]:port'],
    [['--listen', ':80'], '0.0.0.0 can be reached from other hosts; if that is wanted: --public'],
    [
      ['--listen', '[::ffff:10.0.0.1]:80'],
      '::ffff:10.0.0.1 can be reached from other hosts; if that is wanted: --public',
    ],
  ])('refuses %j: %s', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(new UsageError(message));
  });

  it.each(['127.0.0.1:1', '127.255.0.1:1', '[::1]:1', '[0:0:0:0:0:0:0:1]:1', 'localhost:1', '1'])(
    'listens at %s without being asked twice',
    (text) => {
      expect(parseCommandLine(['--listen', text]).listen?.port).toBe(1);
    },
  );
});
