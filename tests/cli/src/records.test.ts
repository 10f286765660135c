import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOBODY, noOtherUsers, Workbench } from './workbench.ts';

/** Records as they should not be, seen through unetadm; libdladm-ts has a test of each kind. */

const bench = new Workbench();
const file = join(bench.dir, 'root/etc/dladm/datalink.conf');
beforeEach(() => mkdirSync(dirname(file), { recursive: true }));
afterEach(async () => {
  rmSync(join(bench.dir, 'root'), { recursive: true, force: true });
  const { out } = await bench.adm('list -p -o link');
  for (const link of out.split('\n').filter(Boolean)) await bench.adm(`destroy -f ${link}`);
});
afterAll(() => bench.close());

const MARKED = 'class=int,1024;media=int,4;unettype=int,1;stack=string,none;';

describe('a broken file of records', () => {
  const BROKEN = `# kept\nsim0\tclass=int,32;media=int,4;\nbad0\t${MARKED}mtu=str\nvpn0\t${MARKED}\nvpn0\t${MARKED}linger=int,5;\nvpn1\t${MARKED}\r\n`;

  it('does not keep the links that can be made from being made', async () => {
    writeFileSync(file, BROKEN);
    const up = await bench.adm('up');
    expect(up).toMatchObject({ exit: 1, out: '' });
    expect(up.err.split('\n')).toEqual([
      `unetadm: cannot bring up bad0: ${file}:3: "mtu=str" is not attribute=type,value`,
      `unetadm: cannot bring up vpn1: ${file}:6: the line has a control character`,
      '',
    ]);
    expect((await bench.adm('list -p -o link,lifetime')).out).toBe('vpn0:persistent\n');
    expect(readFileSync(file, 'latin1')).toBe(BROKEN);
  });

  it('is told by list, which fails and shows the others', async () => {
    writeFileSync(file, BROKEN);
    const { exit, out, err } = await bench.adm('list -P -p -o link');
    expect({ exit, out }).toEqual({ exit: 1, out: 'vpn0\n' });
    expect(err.match(/^unetadm: cannot list (bad0|vpn1): .*$/gm)).toHaveLength(2);
    expect((await bench.adm('list -p -o link')).exit).toBe(0);
  });

  it('keeps its lines, and gives way where it is told to', async () => {
    writeFileSync(file, BROKEN);
    const create = await bench.adm('create bad0 sim0 new0');
    expect(create).toMatchObject({ exit: 1, out: '' });
    expect(create.err).toContain(`cannot create bad0: ${file}:3: `);
    expect(create.err).toContain(`cannot create sim0: ${file}:2: `);
    expect(await bench.adm('destroy vpn1 vpn0 bad0 new0')).toMatchObject({ exit: 0, err: '' });
    expect(readFileSync(file, 'latin1')).toBe('# kept\nsim0\tclass=int,32;media=int,4;\n');
  });

  it.each([
    ['is a directory', 'it is a directory', () => mkdirSync(file)],
    ['is a link', 'it is a symbolic link', () => symlinkSync('/etc/passwd', file)],
  ])('that %s is told, by name', async (_what, words, make) => {
    make();
    for (const command of ['create vpn0', 'up', 'list -P', 'destroy vpn0']) {
      const { exit, out, err } = await bench.adm(command);
      expect([exit, out]).toEqual([1, '']);
      expect(err).toMatch(new RegExp(`^unetadm: cannot .*${file}: ${words}\n$`));
    }
  });

  it('that somebody else may not read is told, by name', async ({ skip }) => {
    const reason = noOtherUsers();
    if (reason !== undefined) skip(reason);
    writeFileSync(file, `vpn0\t${MARKED}\n`, { mode: 0o600 });
    const env = { UNET_KERNEL: 'inproc' };
    bench.openDirectory();
    const { exit, err } = await bench.adm('list -P', { uid: NOBODY, env });
    expect(exit).toBe(1);
    expect(err).toContain(`${file}: permission denied`);
  });
});

describe('several unetadm at once', () => {
  it('that create one link: one does, and the others are told', async () => {
    const ran = await Promise.all(
      Array.from({ length: 5 }, () => bench.adm('create -p stack=none vpn0')),
    );
    expect(ran.map(({ exit }) => exit).sort()).toEqual([0, 1, 1, 1, 1]);
    for (const { exit, err } of ran) {
      if (exit === 1) expect(err).toMatch(/^unetadm: cannot create vpn0: link already exists/);
    }
    expect(readFileSync(file, 'utf8').match(/^vpn0\t/gm)).toHaveLength(1);
  });

  it('that create links of their own all do, whichever kernel they are for', async () => {
    const ran = await Promise.all(
      Array.from({ length: 5 }, (_, i) =>
        bench.adm(`create -p stack=none vpn${i}`, {
          env: i % 2 === 1 ? { UNET_KERNEL: 'inproc' } : {},
        }),
      ),
    );
    expect(ran.map(({ exit, err }) => [exit, err])).toEqual(ran.map(() => [0, '']));
    const names = readFileSync(file, 'utf8').match(/^\w+/gm);
    expect(names?.sort()).toEqual(['vpn0', 'vpn1', 'vpn2', 'vpn3', 'vpn4']);
  });
});
