import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Programs } from './program.fixture.ts';

let programs: Programs;
beforeAll(async () => {
  programs = await Programs.build('killed-admin');
}, 60_000);
afterAll(() => programs?.dispose());

describe('an administrator that is killed', () => {
  it('at any of its system calls, leaves nothing that cannot be told, destroyed and made again', {
    timeout: 180_000,
  }, ({ skip }) => {
    const { able, calls, wrong } = programs.run('killed-admin', []);
    if (able === false) skip('no process may be traced here');
    expect(wrong).toEqual([]);
    expect(Object.keys(calls as object)).toEqual(['create', 'destroy', 'rename', 'up']);
    // Each reads and writes the record, and makes some requests to the kernel.
    expect(Object.values(calls as Record<string, number>).every((n) => n > 15)).toBe(true);
  });
});
