import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDladm } from './choose.ts';
import { Directory, letGo } from './directory.ts';
import type { Dladm } from './dladm.ts';
import { lockFile } from './file-lock.ts';
import { Stage } from './stage.fixture.ts';

let stage: Stage;
let other: Dladm;
beforeEach(async () => {
  stage = await Stage.open();
  other = await openDladm({ kernel: stage.kernel, root: stage.root });
});
afterEach(() => stage.close());

const files = (): bigint => stage.hosted.usage().files;

describe('what is under way when a Dladm is closed', () => {
  it('ends a list with EBADF, and leaves no file open', async () => {
    await stage.dladm.createMany(['vpn0', 'vpn1'].map((name) => ({ name, stack: 'none' })));
    const before = files();
    const links = other.list();
    await links.next();
    other.close();
    await expect(links.next()).rejects.toMatchObject({ name: 'DladmError', code: 'EBADF' });
    expect(files()).toBe(before);
  });

  it('makes nothing that waits for the lock, and leaves no file open', async () => {
    await stage.dladm.create('a0', { stack: 'none' });
    const before = { files: files(), there: stage.everything() };
    const directory = Directory.open(stage.root, ['etc', 'dladm'], 'fail');
    const lock = await lockFile(directory, 'datalink.conf.lock', { path: stage.file });
    const made = other.create('vpn0', { stack: 'none' });
    other.close();
    letGo(lock);
    directory.close();
    await expect(made).rejects.toMatchObject({ name: 'DladmError', code: 'EBADF' });
    expect({ files: files(), there: stage.everything() }).toEqual(before);
  });
});
