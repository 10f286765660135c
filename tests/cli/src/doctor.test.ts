import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ended,
  NOBODY,
  noOtherUsers,
  noTap,
  printed,
  type RunOptions,
  Workbench,
} from './workbench.ts';

/** What `unetadm doctor --json` says of one thing. */
interface Finding {
  readonly status: 'ok' | 'warning' | 'fault';
  readonly about: string;
  readonly text: string;
  readonly next: string | null;
}

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(() => bench.close());

/** Has the doctor look, after `first` was typed in the same shell. */
async function examine(options: RunOptions = {}, links = '', first = 'true'): Promise<Finding[]> {
  const { out, err, exit } = await bench.shell(`${first}; unetadm doctor --json ${links}`, options);
  expect(err).toBe('');
  const found = JSON.parse(out) as Finding[];
  expect(exit).toBe(found.some(({ status }) => status === 'fault') ? 1 : 0);
  return found;
}

const troubles = (found: readonly Finding[]): Finding[] =>
  found.filter(({ status }) => status !== 'ok');

/** Expects one thing to be wrong, and the command printed to mend it. */
async function expectMendable(
  expected: Partial<Finding> & { text: unknown },
  options: RunOptions = {},
): Promise<void> {
  const found = await examine(options);
  const [trouble, ...others] = found.filter(({ about }) => about === expected.about);
  expect(others).toEqual([]);
  expect(trouble).toEqual({ status: 'fault', next: expect.any(String), ...expected });
  const after = await examine(options, '', trouble?.next ?? '');
  expect(after.filter(({ text }) => text === trouble?.text)).toEqual([]);
  expect(after.filter(({ status }) => status === 'fault')).toEqual([]);
}

const records = (): string => join(bench.dir, 'root/etc/dladm/datalink.conf');
const RECORD = 'class=int,1024;media=int,4;unettype=int,1;stack=string,bus';

function record(...lines: readonly string[]): void {
  mkdirSync(join(bench.dir, 'root/etc/dladm'), { recursive: true });
  writeFileSync(records(), lines.map((line) => `${line}\n`).join(''));
}

async function make(words: string): Promise<void> {
  expect(await bench.adm(`create -t ${words}`)).toMatchObject({ exit: 0, err: '' });
}

async function find(about: string, links = about): Promise<Finding[]> {
  return (await examine({}, links)).filter((finding) => finding.about === about);
}

describe('unetadm doctor', () => {
  it('finds nothing wrong where nothing is, and starts no server', async () => {
    const { exit, out, err } = await bench.adm('doctor');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toMatch(
      /^ok {6}node: version [0-9.]+\nok {6}ffi: C is called by (koffi|node:ffi) [0-9.]+\nok {6}kernel: hosted, served at /,
    );
    expect(out).toContain(
      '\nok      server: it does not run; the commands that need it start it\n',
    );
    expect((await bench.adm('host status')).exit).toBe(1);
  });

  it('finds nothing wrong with a link that a program uses', async () => {
    await make('-p stack=bus vpn0');
    const { pid } = await bench.hold('vpn0');
    const found = await examine();
    expect(found.filter(({ status }) => status === 'fault')).toEqual([]);
    expect(found).toContainEqual({
      status: 'ok',
      about: 'vpn0',
      text: `up, held by process ${pid}, nothing dropped`,
      next: null,
    });
    expect(found).toContainEqual(expect.objectContaining({ about: 'zone', text: 'global' }));
  });

  it('prints what to type under what is wrong', async () => {
    record(`vpn0\t${RECORD}`);
    await bench.adm('host start');
    expect(await bench.adm('doctor')).toMatchObject({
      exit: 1,
      out: expect.stringContaining(
        '\nfault   vpn0: it is recorded, but not up\n        next: unetadm up vpn0\n',
      ),
    });
  });
});

describe('what is wrong with the program', () => {
  it('a version of Node.js that is too old', async () => {
    const NODE_OPTIONS = `--import=${new URL('./programs/other-node.mjs', import.meta.url)}`;
    expect(troubles(await examine({ env: { NODE_OPTIONS } }))).toEqual([
      {
        status: 'fault',
        about: 'node',
        text: 'version 18.20.4 is older than 20.19, the oldest that unet runs on',
        next: 'npm install --global node@22',
      },
    ]);
  });

  it('a way to call C that is not there', async () => {
    await expectMendable(
      {
        about: 'ffi',
        text: 'UNET_FFI must be koffi or node, not libffi',
        next: 'unset UNET_FFI',
      },
      { env: { UNET_FFI: 'libffi' } },
    );
  });
});

describe('what is wrong with the kernel', () => {
  it.each([
    ['illumos', 'UNET_KERNEL is illumos, and this system is another one'],
    ['solaris', 'kernel (UNET_KERNEL) must be illumos, inproc or unix:PATH, not solaris'],
  ])('UNET_KERNEL=%s', async (UNET_KERNEL, text) => {
    await expectMendable(
      { about: 'kernel', text, next: 'unset UNET_KERNEL' },
      { env: { UNET_KERNEL } },
    );
  });

  it('a kernel that lives as long as a command', async () => {
    await expectMendable(
      {
        status: 'warning',
        about: 'kernel',
        text: 'it lives as long as each command (UNET_KERNEL=inproc)',
      },
      { env: { UNET_KERNEL: 'inproc' } },
    );
  });

  it('a server that nobody starts', async () => {
    const UNET_KERNEL = `unix:${bench.dir}/no.sock`;
    await expectMendable(
      {
        about: 'server',
        text: `none answers at ${bench.dir}/no.sock, and none is started there`,
        next: 'unset UNET_KERNEL',
      },
      { env: { UNET_KERNEL } },
    );
  });

  it('a server that was killed', async () => {
    await bench.adm('create -p stack=bus vpn0');
    const [{ pid = 0 } = {}] = JSON.parse((await bench.adm('host status --json')).out) as {
      pid?: number;
    }[];
    process.kill(pid, 'SIGKILL');
    while ((await bench.adm('host status')).exit === 0) {
      // The system closes a killed process' socket when it gets to it.
    }
    await expectMendable({
      about: 'server',
      text: `${bench.socket} is stale: its server was killed, and its links are gone`,
      next: 'unetadm up',
    });
    expect((await bench.adm('list -p -o link')).out).toBe('vpn0\n');
  });

  it('a server that does not run, though links are recorded', async () => {
    record(`vpn0\t${RECORD}`);
    await expectMendable({
      status: 'warning',
      about: 'server',
      text: 'it does not run, and links are recorded',
      next: 'unetadm up',
    });
    expect((await bench.adm('list -p -o link')).out).toBe('vpn0\n');
  });

  it('a server of another version', async () => {
    const other = bench.start(process.execPath, [
      fileURLToPath(new URL('./programs/other-server.mjs', import.meta.url)),
      bench.socket,
    ]);
    await printed(other, 'serves');
    const text = `${bench.socket} is served by something else, or by a server of another version`;
    expect(troubles(await examine())).toContainEqual({
      status: 'fault',
      about: 'server',
      text,
      next: `kill ${other.pid}`,
    });
    await bench.shell(`kill ${other.pid}`);
    await ended(other);
    // What is left is the socket, and the next command takes that over.
    await expectMendable({ about: 'server', text: expect.stringContaining('is stale') });
  });

  it("another user's server", async ({ skip }) => {
    const reason = noOtherUsers();
    if (reason !== undefined) {
      skip(reason);
    }
    await bench.adm('host start');
    bench.openDirectory();
    const env = { UNET_KERNEL: `unix:${bench.socket}`, HOME: '/tmp' };
    const found = await examine({ uid: NOBODY, env });
    expect(troubles(found)).toContainEqual({
      status: 'fault',
      about: 'server',
      text: `${bench.socket}: the hosted server is another user's`,
      next: 'unset UNET_KERNEL',
    });
    const own = 'export UNET_RUNTIME_DIR=/tmp/.unet';
    const [next] = troubles(await examine({ uid: NOBODY, env }, '', 'unset UNET_KERNEL'));
    expect(next).toMatchObject({ status: 'fault', about: 'server', next: own });
    const after = await examine({ uid: NOBODY, env }, '', `unset UNET_KERNEL; ${own}`);
    expect(after.filter(({ status }) => status === 'fault')).toEqual([]);
  });

  it('a zone that does not run', async () => {
    await bench.adm('host start');
    await expectMendable(
      { about: 'server', text: expect.stringContaining('nowhere'), next: 'unset UNET_ZONE' },
      { env: { UNET_ZONE: 'nowhere' } },
    );
  });
});

describe('what is wrong with the directory', () => {
  it('is of another user', async ({ skip }) => {
    const reason = noOtherUsers();
    if (reason !== undefined) {
      skip(reason);
    }
    bench.giveTo(NOBODY);
    const HOME = join(bench.dir, 'home');
    await expectMendable(
      {
        about: 'directory',
        text: `${bench.dir} belongs to another user (uid ${NOBODY})`,
        next: `export UNET_RUNTIME_DIR=${HOME}/.unet`,
      },
      { env: { HOME } },
    );
    bench.giveTo(0);
  });

  it('is writable for other users', async () => {
    chmodSync(bench.dir, 0o777);
    await expectMendable({ about: 'directory', text: `${bench.dir} is writable for other users` });
    expect(await bench.adm('host start')).toMatchObject({ exit: 0, err: '' });
  });

  it('is a file', async () => {
    const UNET_RUNTIME_DIR = join(bench.dir, 'file');
    writeFileSync(UNET_RUNTIME_DIR, '');
    await expectMendable(
      { about: 'directory', text: `${UNET_RUNTIME_DIR} is not a directory` },
      { env: { UNET_RUNTIME_DIR } },
    );
    expect(existsSync(`${UNET_RUNTIME_DIR}.old`)).toBe(true);
  });
});

describe('what is wrong with the records', () => {
  it('a line that is broken', async () => {
    record(`vpn0\t${RECORD};`, 'vpn1\tclass=int,1024;media', `vpn2\t${RECORD}`);
    await expectMendable({
      about: 'records',
      text: `line 2 of ${records()}: "media" is not attribute=type,value`,
      next: `sed -i.bak 2d ${records()}`,
    });
    expect(readFileSync(records(), 'utf8')).toBe(`vpn0\t${RECORD};\nvpn2\t${RECORD}\n`);
  });

  it('a value that no link can have', async () => {
    record(`vpn0\t${RECORD};mtu=string,huge`);
    await expectMendable({
      about: 'records',
      text: `line 1 of ${records()}: vpn0: mtu must be a number, not huge`,
    });
  });

  it('are a directory', async () => {
    mkdirSync(records(), { recursive: true });
    await expectMendable({ about: 'records', text: expect.stringContaining('datalink.conf') });
  });

  it('cannot be read', async ({ skip }) => {
    const reason = noOtherUsers();
    if (reason !== undefined) {
      skip(reason);
    }
    record(`vpn0\t${RECORD}`);
    chmodSync(join(bench.dir, 'root'), 0o700);
    bench.openDirectory();
    const found = await examine({ uid: NOBODY });
    const [trouble] = found.filter(({ about }) => about === 'records');
    expect(trouble).toMatchObject({
      status: 'fault',
      next: `sudo chmod -R a+rX ${join(bench.dir, 'root')}`,
    });
    expect(await bench.shell(trouble?.next ?? '')).toMatchObject({ exit: 0, err: '' });
    const after = await examine({ uid: NOBODY });
    expect(after.filter(({ about }) => about === 'records')).toMatchObject([{ status: 'ok' }]);
  });
});

describe('what is wrong with privileges', () => {
  it('no TAP interface', async ({ skip }) => {
    const reason = noOtherUsers() ?? noTap();
    if (reason !== undefined) {
      skip(reason);
    }
    bench.giveTo(NOBODY);
    const [trouble] = troubles(await examine({ uid: NOBODY }));
    expect(trouble).toEqual({
      status: 'warning',
      about: 'privileges',
      text: expect.stringMatching(/ TAP interfaces: |is not for this user: /),
      next: 'sudo unetadm doctor',
    });
    bench.giveTo(0);
    const after = await bench.shell(trouble?.next ?? '');
    expect(after.out).toContain('\nok      privileges: links can be TAP interfaces of this host\n');
  });
});

describe('what is wrong with a link', () => {
  it('is not there', async () => {
    await bench.adm('host start');
    const [trouble] = await find('vpn0');
    expect(trouble).toEqual({
      status: 'fault',
      about: 'vpn0',
      text: 'no such link',
      next: 'unetadm create vpn0',
    });
    await bench.shell('unetadm create -p stack=bus vpn0');
    expect(await find('vpn0')).toMatchObject([{ status: 'warning' }]);
  });

  it('cannot be called so', async () => {
    await bench.adm('host start');
    expect(await find('vpn')).toMatchObject([{ status: 'fault', next: null }]);
  });

  it('is recorded, but not up', async () => {
    record(`vpn0\t${RECORD}`);
    await bench.adm('host start');
    await expectMendable({
      about: 'vpn0',
      text: 'it is recorded, but not up',
      next: 'unetadm up vpn0',
    });
  });

  it('is kept down', async () => {
    await make('-p stack=bus,linkstate=down vpn0');
    const holder = await bench.hold('vpn0');
    expect(await find('vpn0')).toEqual([
      {
        status: 'warning',
        about: 'vpn0',
        text: 'it is kept down by its property linkstate',
        next: 'unetadm set vpn0 linkstate=auto',
      },
    ]);
    await bench.shell('unetadm set vpn0 linkstate=auto');
    expect(await find('vpn0')).toMatchObject([{ status: 'ok' }]);
    await bench.end(holder);
  });

  it('is held by nobody', async () => {
    await make('-p stack=bus vpn0');
    expect(await find('vpn0')).toEqual([
      {
        status: 'warning',
        about: 'vpn0',
        text: 'no process holds it: it is down, and what the stack sends is dropped; start the program that uses it',
        next: null,
      },
    ]);
    await bench.hold('vpn0');
    expect(await find('vpn0')).toMatchObject([{ status: 'ok' }]);
  });

  it('has a holder that was stopped', async () => {
    await make('-p stack=bus vpn0');
    const { pid = 0 } = await bench.hold('vpn0');
    process.kill(pid, 'SIGSTOP');
    await expectMendable({
      about: 'vpn0',
      text: `process ${pid}, which holds it, is stopped`,
      next: `kill -CONT ${pid}`,
    });
    expect(await find('vpn0')).toMatchObject([{ status: 'ok' }]);
  });

  it('drops what comes while nobody holds it', async () => {
    await make('-p stack=bus:lan0,linkstate=up a0');
    await make('-m 2:8:20:9:9:9 -p stack=bus:lan0 b0');
    await printed(bench.start('holder', ['b0', '1000']), 'held');
    let found: Finding[] = [];
    while (!found.some(({ text }) => text.includes('rx_drop_noholder'))) {
      found = await find('a0');
    }
    expect(found[1]).toEqual({
      status: 'warning',
      about: 'a0',
      text: expect.stringMatching(
        /^\d+ frames were dropped \(rx_drop_noholder\): they came from the stack while no process held the link$/,
      ),
      next: null,
    });
  });

  it('has a full queue, and a stack that waits', async () => {
    await make('-p stack=bus:lan0,rxbuf=4k a0');
    await make('-m 2:8:20:9:9:9 -p stack=bus:lan0 b0');
    await bench.hold('a0');
    const sender = bench.start('holder', ['b0', '1000']);
    await printed(sender, 'held');
    let found: Finding[] = [];
    while (!found.some(({ text }) => text.includes('read queue is full'))) {
      found = await find('a0');
    }
    expect(found[0]).toEqual({
      status: 'warning',
      about: 'a0',
      text: expect.stringMatching(
        /^its read queue is full: \d frames wait, and the stack waits too$/,
      ),
      next: 'unetadm set a0 rxbuf=1048576',
    });
    await bench.end(sender);
    await bench.shell(found[0]?.next ?? '');
    expect((await find('a0')).filter(({ text }) => text.includes('is full'))).toEqual([]);
  });

  it('has an interface that is down', async ({ skip }) => {
    const reason = noTap();
    if (reason !== undefined) {
      skip(reason);
    }
    const link = `tdoc${process.pid % 10_000}_0`;
    await make(`-p stack=tap ${link}`);
    await bench.hold(link);
    const [trouble] = (await find(link)).filter(({ text }) => text === 'its interface is down');
    expect(trouble?.next).toBe(`ip link set ${link} up`);
    await bench.shell(trouble?.next ?? '');
    expect((await find(link)).filter(({ text }) => text === 'its interface is down')).toEqual([]);
  });
});

describe('records that are removed meanwhile', () => {
  it('are no trouble', async () => {
    record(`vpn0\t${RECORD}`);
    rmSync(records());
    expect(troubles(await examine())).toEqual([]);
  });
});
