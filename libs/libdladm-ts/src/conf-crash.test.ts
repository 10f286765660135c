import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Programs } from './program.fixture.ts';

let programs: Programs;
beforeAll(async () => {
  programs = await Programs.build('killed-writer', 'full-disk');
}, 60_000);
afterAll(() => programs?.dispose());

const SLOW = { timeout: 120_000 };
const KILLS = 1000;

describe('a datalink.conf whose writer is killed', () => {
  it('at each of its system calls, is the old file or the new one', SLOW, ({ skip }) => {
    const { able, killed, stops, wrong } = programs.run('killed-writer', ['kill', `${KILLS}`]);
    if (able === false) skip('no process may be traced here');
    expect(wrong).toEqual([]);
    expect(killed).toBe(KILLS);
    // The entry and the exit of each: a writer makes some thirty.
    expect(Object.values(stops as Record<string, number>).every((n) => n > 50)).toBe(true);
  });

  it('or the power lost: the new one is on the disk before it has the name', SLOW, ({ skip }) => {
    if (process.arch !== 'x64') skip('which call is made is only known for x86-64');
    const { able, calls } = programs.run('killed-writer', ['calls']);
    if (able === false) skip('no process may be traced here');
    const order = (calls as string[]).filter((name) =>
      ['flock', 'fsync', 'linkat', 'renameat', 'write'].includes(name),
    );
    // The second fsync is that of the directory.
    expect(order).toEqual(['flock', 'write', 'fsync', 'linkat', 'renameat', 'fsync']);
  });

  it('is neither, and that is seen, if it is written in place', SLOW, ({ skip }) => {
    const { able, wrong } = programs.run('killed-writer', ['torn', '20']);
    if (able === false) skip('no process may be traced here');
    expect(wrong.join('\n')).toContain('the file is ""');
    expect(wrong.join('\n')).toContain("the next writer's file");
  });
});

describe('a datalink.conf whose writer cannot go on', () => {
  it('is the old file, whichever system call fails, or else the new one', SLOW, ({ skip }) => {
    if (process.arch !== 'x64') skip('failing a system call is only known for x86-64');
    const { able, calls, refused, wrong } = programs.run('killed-writer', ['fail']);
    if (able === false) skip('no process may be traced here');
    expect(wrong).toEqual([]);
    expect(calls).toEqual(
      expect.arrayContaining(['flock', 'fsync', 'linkat', 'openat', 'read', 'renameat', 'write']),
    );
    expect(refused).toBeGreaterThan(100);
  });

  // A namespace of users gives those who are not root the mounts that they need.
  const namespace = ['unshare', process.getuid?.() === 0 ? '-m' : '-Urm'];
  const [command = '', ...args] = namespace;
  const mounts = spawnSync(command, [...args, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

  it.for(['pages', 'inodes'])('is the old file on a disk without %s', SLOW, (what, { skip }) => {
    if (!mounts) skip('no file system may be mounted here');
    const { refused, written, wrong } = programs.run('full-disk', [what], namespace);
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(1);
    expect(written).toBeGreaterThan(refused as number);
  });

  it('is the old file when files may not be so large', SLOW, ({ skip }) => {
    if (spawnSync('prlimit', ['--version']).status !== 0) skip('prlimit is not installed');
    const { refused, written, wrong } = programs.run('full-disk', ['fsize']);
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(5);
    expect(written).toBeGreaterThanOrEqual(refused as number);
  });
});
