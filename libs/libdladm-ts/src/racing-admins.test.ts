import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Programs } from './program.fixture.ts';

let programs: Programs;
beforeAll(async () => {
  programs = await Programs.build('racing-admins');
}, 60_000);
afterAll(() => programs?.dispose());

const ROUNDS = 30;

describe('two processes with one link of a served kernel', () => {
  it('get there one after the other: one wins, the other is told', { timeout: 120_000 }, () => {
    const { counts, wrong } = programs.run('racing-admins', [`${ROUNDS}`]);
    expect(wrong).toEqual([]);
    for (const count of Object.values(counts as Record<string, Record<string, number>>)) {
      expect(Object.values(count).reduce((sum, n) => sum + n, 0)).toBe(ROUNDS);
    }
  });
});
