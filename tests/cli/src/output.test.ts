import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, shellWords, Workbench } from './workbench.ts';

const bench = new Workbench();
beforeAll(() => bench.adm('create -t -p stack=none vpn0'));
afterAll(() => bench.close());

const shell = (script: string) => bench.run('bash', ['-c', script]);
const unetadm = shellWords('unetadm');

describe('output', () => {
  it('is quiet about a reader that goes away', async () => {
    const { err } = await shell(`${unetadm} list | true`);
    expect(err).toBe('');
  });

  it('ends without a word when it is interrupted, each link made or not', async () => {
    const links = Array.from({ length: 400 }, (_, i) => `int${i}`);
    const child = bench.start('unetadm', ['create', '-t', '-p', 'stack=none', ...links]);
    let err = '';
    child.stderr?.on('data', (text: string) => {
      err += text;
    });
    let made = '';
    while (!made.includes('int0') && child.exitCode === null) {
      made = (await bench.adm('list -p -o link')).out;
    }
    child.kill('SIGINT');
    const [exit, signal] = await ended(child);
    // It may have been done before the signal came.
    expect([exit, signal]).toEqual(signal === null ? [0, null] : [null, 'SIGINT']);
    expect(err).toBe('');
    const after = (await bench.adm('list -p -o link')).out.split('\n').filter(Boolean);
    expect((await bench.run('unetadm', ['destroy', ...after.slice(1)])).err).toBe('');
  });

  it('says that it could not be written', async () => {
    const { exit, err } = await shell(`${unetadm} list > /dev/full`);
    expect(err).toBe('unetadm: cannot write: ENOSPC: no space left on device, write\n');
    expect(exit).toBe(1);
  });

  it('is the same in every locale', async () => {
    const outputs = await Promise.all(
      ['C', 'en_US.UTF-8', 'tr_TR.UTF-8'].map(
        async (locale) => (await bench.adm('list -o LINK,zone', { env: { LC_ALL: locale } })).out,
      ),
    );
    expect(new Set(outputs)).toEqual(new Set(['LINK        ZONE\nvpn0        global\n']));
  });
});
