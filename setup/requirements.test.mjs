import { describe, expect, it } from 'vitest';
import { installCommand, missingRequirement } from './requirements.mjs';

const all = () => true;
const allBut = (name) => (command) => command !== name;

describe('what a machine must have', () => {
  it('is content with a compiler, make and a Node.js that is new enough', () => {
    for (const nodeVersion of ['20.19.0', '20.20.2', '22.0.0', '26.1.0']) {
      expect(missingRequirement({ nodeVersion, env: {}, runs: all })).toBeUndefined();
    }
  });

  it('is content with the compiler of this machine', () => {
    expect(missingRequirement()).toBeUndefined();
  });

  it.each([
    [
      'an old Node.js',
      { nodeVersion: '20.18.3', runs: all },
      /Node\.js 20\.19 .* 20\.18\.3: .*nvm/,
    ],
    ['an older Node.js', { nodeVersion: '18.20.0', runs: all }, /18\.20\.0/],
    ['no compiler', { runs: allBut('cc') }, /C compiler and `cc` .*`.*install/],
    ['no such $CC', { env: { CC: 'clang-99' }, runs: allBut('clang-99') }, /`clang-99`.* CC\.$/],
    ['no make', { runs: allBut('make') }, /GNU make .*`.*install/],
  ])('names the command for %s, in one sentence', (_what, machine, sentence) => {
    const found = missingRequirement({ nodeVersion: '20.19.0', env: {}, ...machine });
    expect(found).toMatch(sentence);
    expect(found).not.toContain('\n');
  });

  it('takes the package name that the system has', () => {
    expect(installCommand({ 'apt-get': 'only' })).toMatch(/ only$/);
  });
});
