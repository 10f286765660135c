import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, Workbench } from './workbench.ts';

const bench = new Workbench();
let before: Outcome;
beforeAll(async () => {
  expect(await bench.adm('create -p stack=bus vpn0')).toMatchObject({ exit: 0, err: '' });
  before = await bench.adm('list --json');
});
afterAll(() => bench.close());

const X32 = `${'x'.repeat(31)}1`;

describe('what the tools refuse', () => {
  it.each([
    ['create vpn', 'create vpn: invalid link name: it must end in a number'],
    ['create vpn01', 'create vpn01: invalid link name: its number must not start with 0'],
    ['create 0vpn0', 'create 0vpn0: invalid link name: it must start with a letter'],
    [
      'create vpn-0',
      'create vpn-0: invalid link name: only letters, digits, "_" and "." are possible',
    ],
    [`create ${X32}`, `create ${X32}: link name is longer than 31 characters`],
    [
      'create ../../etc/passwd0',
      'create ../../etc/passwd0: invalid link name: it must start with a letter',
    ],
    ['create -m 1:0:5e:0:0:1 a0', 'create a0: MAC address is a multicast address'],
    ['create -m 2:8:20:0:0 a0', 'create a0: MAC address has 5 bytes instead of 6'],
    ['create -m 0:0:0:0:0:0 a0', 'create a0: MAC address is zero'],
    [
      'create -m random a0',
      'create a0: invalid MAC address: six numbers like 2:8:20:a:b:c expected',
    ],
    ['create -p mtu=67 a0', 'create a0: mtu must be 68 to 9000'],
    ['create -p mtu=9001 a0', 'create a0: mtu must be 68 to 9000'],
    ['create -p mtu=1.5 a0', 'create a0: mtu: not a number: 1.5'],
    ['create -p rxbuf=1 a0', 'create a0: buffer size is too small for one frame'],
    ['create -p rxbuf=5m a0', 'create a0: rxbuf must be positive and at most 4194304'],
    ['create -p rxbuf=12k3 a0', 'create a0: rxbuf: not a size: 12k3'],
    ['create -p txbuf=-1 a0', 'create a0: txbuf: not a size: -1'],
    ['create -p txbuf=99999999999999999G a0', 'create a0: txbuf: too large: 99999999999999999G'],
    ['create -p linger=3600001 a0', 'create a0: linger must be 0 to 3600000'],
    ['create -p linkstate=on a0', 'create a0: linkstate must be auto, up or down'],
    ['create -p owner=no.such.user a0', 'create a0: owner: no such user: no.such.user'],
    ['create -p speed=10 a0', 'create a0: no such property: speed'],
    [
      'create -p zone=global a0',
      'create a0: change cannot be persistent (-t is for what is temporary)',
    ],
    ['create -p stack=ring a0', 'create a0: stack must be auto, tap, bus, bus:<name> or none'],
    ['create -p stack=bus: a0', 'create a0: stack must be auto, tap, bus, bus:<name> or none'],
    ['create vpn0', 'create vpn0: link already exists'],
    ['create -t vpn0', 'create vpn0: link already exists'],
    ['destroy no0', 'destroy no0: no such link'],
    ['destroy no', 'destroy no: invalid link name: it must end in a number'],
    ['list no0', 'list no0: no such link'],
    ['get no0', 'get no0: no such link'],
    ['get vpn0 speed', 'get vpn0: no such property: speed'],
    ['set no0 mtu=1500', 'set no0: no such link'],
    ['set vpn0 speed=10', 'set vpn0: no such property: speed'],
    ['set vpn0 maxsize=10', 'set vpn0: property is read-only: maxsize'],
    ['set vpn0 stack=tap', 'set vpn0: property is read-only: stack (it is given at create)'],
    ['set vpn0 mtu=10', 'set vpn0: mtu must be 68 to 9000'],
    ['set vpn0 mac=1:0:0:0:0:0', 'set vpn0: MAC address is a multicast address'],
    ['set vpn0 rxbuf=1000', 'set vpn0: rxbuf: buffer size is too small for one frame'],
    ['create -z nowhere a0', 'create a0: no such zone: nowhere'],
    ['set -t vpn0 zone=nowhere', 'set vpn0: no such zone: nowhere'],
    ['set vpn0 zone=global', 'set vpn0: change cannot be persistent (-t is for what is temporary)'],
    ['reset no0', 'reset no0: no such link'],
    ['reset vpn0 mac', 'reset vpn0: mac: the address has no default (set another one)'],
    ['reset vpn0 mtu,maxsize', 'reset vpn0: property is read-only: maxsize'],
    ['rename no0 a0', 'rename no0: no such link'],
    ['rename vpn0 vpn', 'rename vpn0: invalid link name: it must end in a number'],
    ['rename vpn0 vpn0', 'rename vpn0: link already exists: vpn0'],
    ['list -z nowhere', 'list links: no such zone: nowhere'],
    ['destroy -z nowhere vpn0', 'destroy vpn0: no such zone: nowhere'],
    ['up no0', 'bring up no0: no such persistent link'],
  ])('%s', async (words, message) => {
    expect(await bench.adm(words)).toMatchObject({
      exit: 1,
      out: '',
      err: `unetadm: cannot ${message}\n`,
    });
  });

  it('none of which changed anything', async () => {
    expect(before.out).toContain('"link": "vpn0"');
    expect(await bench.adm('list --json')).toEqual(before);
  });

  it('a second holder, which learns who is the first', async () => {
    const holder = await bench.hold('vpn0');
    const second = await bench.run('holder', ['vpn0']);
    expect(second.exit).toBe(1);
    expect(second.err).toContain('EBUSY');
    expect(second.err).toContain(`${holder.pid}`);
    await bench.end(holder);
  });

  describe('of records that', () => {
    let file: string;
    beforeEach(() => {
      file = join(bench.dir, 'root/etc/dladm/datalink.conf');
      mkdirSync(dirname(file), { recursive: true });
    });
    afterEach(() => rmSync(file, { force: true }));
    const record = (rest: string): void =>
      writeFileSync(file, `rec0\tclass=int,1024;media=int,4;unettype=int,1;${rest}\n`);

    it('are of a link that is not up, telling what to do', async () => {
      record('stack=string,none;');
      expect(await bench.adm('list rec0')).toMatchObject({
        exit: 1,
        out: '',
        err: 'unetadm: cannot list rec0: link is not up (try: unetadm up rec0)\n',
      });
      expect(await bench.adm('create rec0')).toMatchObject({
        exit: 1,
        err: 'unetadm: cannot create rec0: link already exists, but is not up (try: unetadm up rec0)\n',
      });
    });

    it('no link can have, and leaves them as they are', async () => {
      record('mtu=string,huge;');
      expect(await bench.adm('up')).toMatchObject({
        exit: 1,
        err: `unetadm: cannot bring up rec0: ${file}:1: mtu must be a number, not huge\n`,
      });
      expect(readFileSync(file, 'utf8')).toContain('mtu=string,huge;');
    });

    it('are of a system that is not running, where that has to run', async () => {
      expect(await bench.adm(`up -R ${bench.dir}`)).toMatchObject({
        exit: 1,
        err: 'unetadm: cannot bring up links: not possible below another root directory: its system is not running\n',
      });
    });
  });
});

describe('what the tools refuse besides', () => {
  it('records that a symbolic link leads to', async () => {
    const root = join(bench.dir, 'linked');
    mkdirSync(join(root, 'etc'), { recursive: true });
    symlinkSync('/tmp', join(root, 'etc/dladm'));
    expect(await bench.adm(`create -R ${root} -p stack=none a0`)).toMatchObject({
      exit: 1,
      out: '',
      err: `unetadm: cannot create a0: ${root}/etc/dladm: it is a symbolic link\n`,
    });
  });

  it('a zone that does not run', async () => {
    expect(await bench.adm('host zone create green')).toMatchObject({ exit: 0, err: '' });
    expect(await bench.adm('create -z green -p stack=none a0')).toMatchObject({
      exit: 1,
      out: '',
      err: 'unetadm: cannot create a0: zone is not running: green\n',
    });
  });
});

describe('unetstat', () => {
  it('refuses links that are not there', async () => {
    expect(await bench.run('unetstat', ['no0', 'vpn0', '1', '1'])).toMatchObject({
      exit: 1,
      out: '',
      err: 'unetstat: no such link: no0\n',
    });
  });
});
