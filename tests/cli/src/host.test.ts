import type { ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ended, NOBODY, noOtherUsers, noTap, printed, Workbench } from './workbench.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(() => bench.close());

interface Status {
  readonly state: string;
  readonly pid: number;
  readonly uid: number;
  readonly links: number;
}

async function status(): Promise<Status> {
  const { out } = await bench.adm('host status --json');
  const [only] = JSON.parse(out) as Status[];
  if (only === undefined) {
    throw new Error(out);
  }
  return only;
}

describe('unetadm host', () => {
  it('starts, looks at and stops the hosted kernel', async () => {
    expect(await bench.adm('host start')).toMatchObject({ exit: 0, out: '', err: '' });
    expect(await bench.adm('host status -p -o state,uid,links,socket')).toMatchObject({
      exit: 0,
      out: `running:${process.getuid?.()}:0:${bench.socket}\n`,
      err: '',
    });
    expect(await bench.adm('host stop')).toMatchObject({ exit: 0, out: '', err: '' });
    expect(existsSync(bench.socket)).toBe(false);
  });

  it('says that it does not run', async () => {
    expect(await bench.adm('host status')).toMatchObject({
      exit: 1,
      out:
        'STATE    PID     UID    LINKS FILES UPTIME      SOCKET\n' +
        `stopped  --      --     --    --    --          ${bench.socket}\n`,
      err: '',
    });
    expect(await bench.adm('host stop')).toMatchObject({
      exit: 1,
      err: `unetadm: cannot stop the host: it is not running at ${bench.socket}\n`,
    });
    expect(
      await bench.adm('list', { env: { UNET_KERNEL: `unix:${bench.dir}/no.sock` } }),
    ).toMatchObject({
      exit: 1,
      err: `unetadm: cannot reach the kernel at ${bench.dir}/no.sock: the hosted server is not running\n`,
    });
  });

  it('stops a server of another version, which is said to be one', async () => {
    const program = fileURLToPath(new URL('./programs/other-server.mjs', import.meta.url));
    const start = async (...name: string[]): Promise<ChildProcess> => {
      const other = bench.start(process.execPath, [program, bench.socket, ...name]);
      await printed(other, 'serves');
      return other;
    };
    const server = await start('unethostd');
    const gone = ended(server);
    expect(await bench.adm('list')).toMatchObject({
      exit: 1,
      err: expect.stringContaining(
        'the hosted server speaks another version; `unetadm host stop` ends it, and its links',
      ),
    });
    expect(await bench.adm('host stop')).toMatchObject({ exit: 0, out: '', err: '' });
    await gone;
    expect(await bench.adm('create -t -p stack=none vpn0')).toMatchObject({ exit: 0, err: '' });
    expect(await bench.adm('host stop')).toMatchObject({ exit: 0 });

    const stranger = await start();
    expect(await bench.adm('host stop')).toMatchObject({
      exit: 1,
      err: `unetadm: cannot stop the host: ${bench.socket} is served by something else\n`,
    });
    const left = ended(stranger);
    stranger.kill();
    await left;
  });

  it('says that it runs already', async () => {
    await bench.adm('host start');
    const { pid } = await status();
    expect(await bench.adm('host start')).toMatchObject({
      exit: 1,
      err: `unetadm: cannot start the host: it is already running: process ${pid}\n`,
    });
    expect((await status()).pid).toBe(pid);
  });

  it('is started by the tools when they need it, by several at once too', async () => {
    const all = await Promise.all(
      ['a0', 'b0', 'c0'].map((link) => bench.adm(`create -t -p stack=bus ${link}`)),
    );
    expect(all).toEqual(Array(3).fill({ exit: 0, signal: null, out: '', err: '' }));
    expect(await status()).toMatchObject({ state: 'running', links: 3 });
  });

  it('lets exactly one of several programs make a link of one name', async () => {
    await bench.adm('host start');
    const all = await Promise.all(
      Array.from({ length: 4 }, () => bench.adm('create -p stack=bus vpn0')),
    );
    expect(all.map(({ exit }) => exit).sort()).toEqual([0, 1, 1, 1]);
    expect(all.filter(({ exit }) => exit === 1).map(({ err }) => err)).toEqual(
      Array(3).fill('unetadm: cannot create vpn0: link already exists\n'),
    );
    expect((await bench.adm('list -P -p -o link')).out).toBe('vpn0\n');
  });

  it('takes over the socket of one that was killed', async () => {
    await bench.adm('host start');
    const { pid } = await status();
    process.kill(pid, 'SIGKILL');
    while ((await bench.adm('host status')).exit === 0) {
      // The system closes a killed process' socket when it gets to it.
    }
    expect(existsSync(bench.socket)).toBe(true);
    expect(await bench.adm('create -t -p stack=bus vpn0')).toMatchObject({ exit: 0, err: '' });
    expect(await status()).toMatchObject({ state: 'running', links: 1 });
  });

  it('is refused in a directory of another user', async ({ skip }) => {
    const reason = noOtherUsers();
    if (reason !== undefined) {
      skip(reason);
    }
    bench.giveTo(NOBODY);
    expect(await bench.adm('list')).toMatchObject({
      exit: 1,
      out: '',
      err: `unetadm: cannot reach the kernel at ${bench.socket}: ${bench.dir} belongs to another user (uid ${NOBODY})\n`,
    });
    bench.giveTo(0);
  });

  it('lets nobody in but its user', async ({ skip }) => {
    const reason = noOtherUsers();
    if (reason !== undefined) {
      skip(reason);
    }
    await bench.adm('host start');
    bench.openDirectory();
    const env = { UNET_KERNEL: `unix:${bench.socket}` };
    const outcome = await bench.adm('list', { env, uid: NOBODY });
    expect(outcome).toMatchObject({
      exit: 1,
      out: '',
      err: `unetadm: cannot reach the kernel at ${bench.socket}: the hosted server is another user's\n`,
    });
  });

  it('says what to do where TAP interfaces are not permitted', async ({ skip }) => {
    const reason = noOtherUsers();
    if (reason !== undefined && noTap() === undefined) {
      skip(reason);
    }
    const uid = reason === undefined ? NOBODY : undefined;
    const options = uid === undefined ? {} : { uid };
    if (uid !== undefined) {
      bench.giveTo(uid);
    }
    expect(await bench.adm('create -t -p stack=tap vpn0', options)).toMatchObject({
      exit: 1,
      out: '',
      err: 'unetadm: cannot create vpn0: this host does not permit a TAP interface (stack=bus needs no permission)\n',
    });
    expect(await bench.adm('list -p -o link', options)).toMatchObject({ exit: 0, out: '' });
    expect(await bench.adm('create -t vpn0', options)).toMatchObject({ exit: 0, err: '' });
    expect(await bench.adm('list -p -o stack', options)).toMatchObject({ out: 'bus:bus0\n' });
    expect(await bench.adm('host stop', options)).toMatchObject({ exit: 0, err: '' });
    if (uid !== undefined) {
      bench.giveTo(0);
    }
  });

  it('is not what the tools use where another kernel was chosen', async () => {
    const env = { UNET_KERNEL: 'inproc' };
    expect(await bench.adm('host start', { env })).toMatchObject({
      exit: 1,
      err: 'unetadm: cannot start the host: the kernel chosen is not a hosted server\n',
    });
    expect(await bench.adm('list -o link', { env })).toMatchObject({ exit: 0, out: 'LINK\n' });
    expect(await bench.adm('list', { env: { UNET_KERNEL: 'solaris' } })).toMatchObject({
      exit: 1,
      err: 'unetadm: cannot reach the kernel: kernel (UNET_KERNEL) must be illumos, inproc or unix:PATH, not solaris\n',
    });
  });

  it('is not found where the directory is a file', async () => {
    const file = join(bench.dir, 'file');
    writeFileSync(file, '');
    const outcome = await bench.adm('list', { env: { UNET_RUNTIME_DIR: file } });
    expect(outcome).toMatchObject({ exit: 1, out: '' });
    expect(outcome.err).toMatch(/^unetadm: cannot reach the kernel at .*\n$/);
    expect(outcome.err).not.toContain('    at ');
  });
});
