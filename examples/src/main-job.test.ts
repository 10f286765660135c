import { describe, expect, it } from 'vitest';
import { LIMIT_MS, Run, remains, temporary } from './main-job/main-job.fixture.ts';

describe('the main job', () => {
  it.each([
    [['--way', 'pigeon'], '--way must be tap or bus'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j', async (args, words) => {
    const run = new Run(args);
    expect(await run.code()).toBe(2);
    expect(run.output).toContain(words);
    expect(run.output).toContain('usage: npm start');
  });

  it('says what is lacking and goes on in memory', { timeout: LIMIT_MS }, async () => {
    const run = new Run([], { PATH: temporary }); // no program of the system is there
    await run.saw('[2/5]');
    run.child.kill('SIGINT');
    expect(await run.code(), run.output).toBe(130);
    expect(run.output).toMatch(/ping is not installed; `.*install.*` would change that/);
    expect(run.output).toContain('$ unetadm create -m 02:75:6e:65:74:01 -p stack=bus unet0');
    expect(remains()).toEqual([]);
  });
});
