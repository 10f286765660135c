import { describe, expect, it } from 'vitest';
import { pingFault, readPingSummary } from './ping-summary.ts';

const said = (line: string) =>
  `PING 10.62.0.2 (10.62.0.2) 56(84) bytes of data.\n\n--- 10.62.0.2 ping statistics ---\n${line}\nrtt min/avg/max/mdev = 0.1/0.2/0.3/0.1 ms\n`;

describe('the summary of ping', () => {
  it.each([
    ['3000 packets transmitted, 3000 received, 0% packet loss, time 1234ms', 3000, undefined],
    [
      '3000 packets transmitted, 2999 received, 0.0333333% packet loss, time 1ms',
      3000,
      '1 of 3000 replies are missing',
    ],
    [
      '5 packets transmitted, 0 received, +5 errors, 100% packet loss, time 4ms',
      5,
      '5 of 5 replies are missing',
    ],
    [
      '5 packets transmitted, 5 received, +2 duplicates, 0% packet loss, time 4ms',
      5,
      'odd replies: +2 duplicates',
    ],
    ['4 packets transmitted, 4 received, 0% packet loss, time 4ms', 5, '4 of 5 requests were sent'],
  ])('%s', (line, count, fault) => {
    expect(pingFault(readPingSummary(said(line)), count)).toBe(fault);
  });

  it('has the time', () => {
    const line = '3000 packets transmitted, 3000 received, 0% packet loss, time 1234ms';
    expect(readPingSummary(said(line)).seconds).toBe(1.234);
  });

  it('is missed when it is not there', () => {
    expect(() => readPingSummary('ping: unknown host\n')).toThrow(/summary/);
  });
});
