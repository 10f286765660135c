import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { timestamp } from './timestamp.ts';

const MOMENT = new Date(1_700_000_000_999);

/** What another program says. */
const asDate = (seconds: number): string =>
  spawnSync('date', ['-d', `@${seconds}`, '+%a %b %e %H:%M:%S %Z %Y'], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  }).stdout;

it('is the time in seconds', () => {
  expect(timestamp('u', MOMENT)).toBe('1700000000\n');
});

it.each([1_700_000_000, 1_704_067_200, 1_720_000_000])('is the date as date(1) has it: %d', (s) => {
  expect(timestamp('d', new Date(s * 1000))).toBe(asDate(s));
});
