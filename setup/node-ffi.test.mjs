import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { findNodeWithFfi } from './node-ffi.mjs';

describe('the Node.js that has node:ffi', () => {
  it('is the one that runs, when it does', () => {
    const found = findNodeWithFfi({ own: true, wanted: '26.10.0', installed: '26.10.0' });
    expect(found).toEqual({ path: process.execPath, version: process.versions.node });
  });

  it('is the installed one, when that is the one of the lock file', () => {
    const found = findNodeWithFfi({ own: false, wanted: '26.10.0', installed: '26.10.0' });
    expect(found).toEqual({
      path: expect.stringMatching(/setup\/node-ffi\/node_modules\/node-.*\/bin\/node$/),
      version: '26.10.0',
    });
  });

  it('is missed in a sentence that says what to do', () => {
    for (const installed of [null, '26.9.0']) {
      const found = findNodeWithFfi({ own: false, wanted: '26.10.0', installed });
      expect(found.reason).toMatch(/has no node:ffi; `npm ci --prefix setup\/node-ffi`/);
    }
    const found = findNodeWithFfi({ own: false, wanted: null, installed: null });
    expect(found.reason).toMatch(/has no node:ffi, and there is no node-\w+-\w+ to install/);
  });

  it('has it', ({ skip }) => {
    const found = findNodeWithFfi();
    if (found.path === undefined) skip(found.reason);
    const code = "console.log(typeof process.getBuiltinModule('node:ffi')?.getCurrentEventLoop)";
    const { stdout } = spawnSync(found.path, ['--no-warnings', '-e', code], { encoding: 'utf8' });
    expect(stdout).toBe('function\n');
  });
});
