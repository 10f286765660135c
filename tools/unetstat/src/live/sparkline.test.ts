import { expect, it } from 'vitest';
import { sparkline } from './sparkline.ts';

it('draws the newest at the right, and only nothing as nothing', () => {
  expect(sparkline([0, 1, 4, 8], 6, true)).toBe('   ▁▄█');
  expect(sparkline([0, 1, 4, 8], 6, false)).toBe('   _=#');
  expect(sparkline([9, 9, 0.001, 5], 2, true)).toBe('▁█');
  expect(sparkline([0, 0], 3, true)).toBe('   ');
  expect(sparkline([], 2, true)).toBe('  ');
  expect(sparkline([1], 0, true)).toBe('');
});
