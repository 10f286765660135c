import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, inject, it } from 'vitest';

const execute = promisify(execFile);
const application = inject('application');
const runtimeDir = join(application, 'runtime');
mkdirSync(runtimeDir);

/** Runs a tool as npx does and returns what it printed. */
async function tool(name: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await execute(join(application, 'node_modules/.bin', name), args, {
    cwd: application,
    env: { PATH: process.env['PATH'], HOME: application, UNET_RUNTIME_DIR: runtimeDir },
  });
  expect(stderr).toBe('');
  return stdout;
}

describe('the tools', () => {
  // The server that the first one starts is the one that came with libsys.
  afterAll(() => tool('unetadm', 'host', 'stop'));

  it('make a link, show it, count it and destroy it', async () => {
    await tool('unetadm', 'create', '-t', '-p', 'stack=bus:lan', 'vpn0');
    expect(await tool('unetadm', 'list', '-p', '-o', 'link')).toBe('vpn0\n');
    expect(await tool('unetadm', 'host', 'status')).toContain(runtimeDir);
    expect(await tool('unetstat', 'vpn0', '1', '1')).toContain('vpn0');
    await tool('unetadm', 'destroy', 'vpn0');
    expect(await tool('unetadm', 'list', '-p', '-o', 'link')).toBe('');
  });
});
