import { afterEach, expect, it, vi } from 'vitest';
import { timestamp } from './timestamp.ts';

afterEach(() => vi.unstubAllEnvs());

const MOMENT = new Date(1_700_000_000_999);

it('is the time in seconds', () => {
  expect(timestamp('u', MOMENT)).toBe('1700000000\n');
});

it.each([
  ['UTC', 'Tue Nov 14 22:13:20 UTC 2023\n'],
  ['America/New_York', 'Tue Nov 14 17:13:20 EST 2023\n'],
])('is the date as date(1) has it in the zone %s', (zone, text) => {
  vi.stubEnv('TZ', zone);
  expect(timestamp('d', MOMENT)).toBe(text);
});

it('has days of one digit at the right', () => {
  vi.stubEnv('TZ', 'UTC');
  expect(timestamp('d', new Date(1_704_067_200_000))).toBe('Mon Jan  1 00:00:00 UTC 2024\n');
});
