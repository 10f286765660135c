import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDladm } from './choose.ts';
import { ConfFile } from './conf-file.ts';
import type { DladmError } from './errors.ts';
import { Stage } from './stage.fixture.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

const MARKED = 'class=int,1024;media=int,4;unettype=int,1;stack=string,none;';
const write = (text: string): void => {
  mkdirSync(dirname(stage.file), { recursive: true });
  writeFileSync(stage.file, text, 'latin1');
};
const text = (): string => (existsSync(stage.file) ? readFileSync(stage.file, 'latin1') : '');
const refusal = async (doing: Promise<unknown>): Promise<DladmError> =>
  await doing.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: DladmError) => error,
  );

describe('a record that cannot be read', () => {
  it.each([
    ['truncated', `${MARKED}mac`],
    ['truncated in a value', `${MARKED}mtu=string,`],
    ['in the way of DOS', `${MARKED}\r`],
    ['of a wrong type', `${MARKED}mtu=float,1;`],
    ['of another type', `${MARKED}mtu=boolean,1;`],
    ['of a value that no link can have', `${MARKED}mtu=string,9;`],
    ['of a number out of range', `${MARKED}owner=int,-5;`],
    ['too long', `${MARKED}x=string,${'x'.repeat(1000)};`],
    ['of too many attributes', `${MARKED}${'y=int,1;'.repeat(130)}`],
    ['binary', `${MARKED}v=string,\u0007\u00ff;`],
    ['cut by a NUL', `${MARKED}\u0000`],
  ])('because it is %s is that of its link, and of no other', async (_what, fields) => {
    const line = `bad0\t${fields}`;
    const before = `# kept\nfirst0\t${MARKED}\n${line}\nlast0\t${MARKED}\n`;
    write(before);

    expect(await stage.list()).toEqual(['bad0', 'first0', 'last0']);
    const { fault, saved } = await stage.dladm.find('bad0');
    expect(saved).toBeUndefined();
    expect(fault).toMatchObject({ code: 'EINVAL', status: 'BADVAL', link: 'bad0' });
    expect(fault?.message).toContain(`${stage.file}:3: `);

    const taken = await refusal(stage.dladm.create('bad0', { stack: 'none' }));
    expect(taken).toMatchObject({ code: 'EEXIST', link: 'bad0' });
    const set = await refusal(stage.dladm.setProps('bad0', { linger: 1 }));
    expect(set).toMatchObject({ code: 'EINVAL', text: fault?.text });
    expect(text()).toBe(before);

    const up = await stage.dladm.up();
    expect(up.map(({ name, error }) => [name, error === undefined])).toEqual([
      ['bad0', false],
      ['first0', true],
      ['last0', true],
    ]);
    await stage.dladm.create('new0', { stack: 'none' });
    await stage.dladm.destroy('first0');
    expect(text().startsWith(`# kept\n${line}\nlast0\t${MARKED}\nnew0\t`)).toBe(true);
    await stage.dladm.destroy('bad0');
    expect(await stage.list()).toEqual(['last0', 'new0']);
    await stage.dladm.destroyMany(['last0', 'new0']);
    expect(text()).toBe('# kept\n');
  });

  it('of another program stays, and keeps its name', async () => {
    const before = `sim0\tclass=int,32;media=int,4;\nodd0 what is this\n7 name=string,old0;class=int,1;\nvpn0\t${MARKED}`;
    write(before);
    for (const [name, line] of [
      ['sim0', 1],
      ['odd0', 2],
      ['old0', 3],
    ]) {
      const error = await refusal(stage.dladm.create(`${name}`, { stack: 'none' }));
      expect(error).toMatchObject({ code: 'EEXIST', text: expect.stringContaining(`:${line}: `) });
      expect(await refusal(stage.dladm.destroy(`${name}`))).toMatchObject({ code: 'ENOENT' });
      expect(await refusal(stage.dladm.up([`${name}`]))).toMatchObject({ code: 'ENOENT' });
      expect(await refusal(stage.dladm.rename('vpn0', `${name}`))).toMatchObject({
        code: 'EEXIST',
      });
    }
    expect(text()).toBe(before);
    expect(await stage.list()).toEqual(['vpn0']);
  });

  it('is one of two for a name: the first that can be read counts, as for dlmgmtd', async () => {
    write(`vpn0\t${MARKED}linger=int,1;\nvpn0\t${MARKED}linger=int,2;\n`);
    expect((await stage.dladm.find('vpn0')).saved?.properties.linger).toBe(1);
    await stage.dladm.setProps('vpn0', { linger: 3 });
    expect((await stage.dladm.find('vpn0')).saved?.properties.linger).toBe(3);
    await stage.dladm.destroy('vpn0');
    expect(text()).toBe('');
  });
});

describe('the file of the records', () => {
  const elsewhere = (): string => join(stage.root, 'elsewhere');
  it.each<[string, string, string, () => void]>([
    [
      'is a directory',
      'EISDIR',
      'it is a directory',
      () => {
        mkdirSync(stage.file);
      },
    ],
    [
      'is a FIFO',
      'EINVAL',
      'it is not a regular file',
      () => {
        spawnSync('mkfifo', [stage.file]);
      },
    ],
    [
      'leads to another file',
      'ELOOP',
      'it is a symbolic link',
      () => {
        writeFileSync(elsewhere(), 'not ours');
        symlinkSync(elsewhere(), stage.file);
      },
    ],
    [
      'leads out of the root directory',
      'ELOOP',
      'it is a symbolic link',
      () => symlinkSync('/etc/passwd', stage.file),
    ],
    [
      'is in a directory that is a link',
      'ELOOP',
      'it is a symbolic link',
      () => {
        mkdirSync(elsewhere());
        renameSync(dirname(stage.file), join(elsewhere(), 'dladm'));
        symlinkSync(join(elsewhere(), 'dladm'), dirname(stage.file));
      },
    ],
    [
      'is below a file',
      'ENOTDIR',
      'not a directory',
      () => {
        rmSync(dirname(stage.file), { recursive: true });
        writeFileSync(dirname(stage.file), '');
      },
    ],
  ])(
    '%s: everything is refused that needs it, and nothing is touched',
    async (what, code, words, make) => {
      mkdirSync(dirname(stage.file), { recursive: true });
      make();
      for (const doing of [
        () => stage.dladm.create('vpn0', { stack: 'none' }),
        () => stage.list(),
        () => stage.dladm.up(),
        () => stage.dladm.destroy('vpn0'),
        () => stage.dladm.createMany([{ name: 'vpn0' }]),
      ]) {
        expect(await refusal(doing())).toMatchObject({
          name: 'DladmError',
          code,
          text: expect.stringMatching(new RegExp(`${stage.root}/etc.*: ${words}`)),
        });
      }
      expect(stage.hosted.dlList()).toEqual([]);
      if (what === 'leads to another file') {
        expect(readFileSync(elsewhere(), 'utf8')).toBe('not ours');
      }
      rmSync(join(stage.root, 'etc'), { recursive: true, force: true });
    },
  );

  it('stays with its owner, group and mode, whoever writes it', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('only root can give a file away');
    write('# theirs\n');
    chownSync(stage.file, 65_534, 12_345);
    chmodSync(stage.file, 0o640);
    await stage.dladm.create('vpn0', { stack: 'none' });
    const { uid, gid, mode } = statSync(stage.file);
    expect([uid, gid, mode & 0o7777]).toEqual([65_534, 12_345, 0o640]);
    expect(text()).toContain('# theirs\nvpn0\t');
  });

  it('is told to be read-only by its file system', async ({ skip }) => {
    const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0;
    write(`vpn0\t${MARKED}\n`);
    if (!mount('--bind', stage.root, stage.root)) skip('no file system may be mounted here');
    try {
      expect(mount('-o', 'remount,bind,ro', stage.root)).toBe(true);
      expect(await stage.list()).toEqual(['vpn0']);
      expect(await refusal(stage.dladm.create('vpn1', { stack: 'none' }))).toMatchObject({
        code: 'EROFS',
        text: expect.stringContaining(': read-only file system'),
      });
      expect(await refusal(stage.dladm.destroy('vpn0'))).toMatchObject({ code: 'EROFS' });
      expect(stage.hosted.dlList()).toEqual([]);
    } finally {
      spawnSync('umount', [stage.root]);
    }
    expect(text()).toBe(`vpn0\t${MARKED}\n`);
  });
});

describe('writers that take no lock', () => {
  it('as dlmgmtd does not: what it wrote before stays, and the file is whole', async () => {
    write(`vpn0\t${MARKED}\n`);
    const change = await new ConfFile(stage.root).prepare((conf) =>
      conf.set('ours0', new Map([['class', 1024n]])),
    );
    // As dlmgmtd writes: a new file of that name, and a rename.
    writeFileSync(`${stage.file}.new`, `vpn0\t${MARKED}\nsim0\tclass=int,32;\n`);
    renameSync(`${stage.file}.new`, stage.file);
    chmodSync(stage.file, 0o600);
    change.commit();
    expect(text()).toBe(`vpn0\t${MARKED}\nsim0\tclass=int,32;\nours0\tclass=int,1024;\n`);
    expect(statSync(stage.file).mode & 0o777).toBe(0o600);
  });

  it('and change it in place, to as many bytes and at the same moment', async () => {
    const file = new ConfFile(stage.root);
    write('a0\tv=int,1;\n');
    expect(file.read().get('a0')?.get('v')).toBe(1n);
    for (let i = 2; i < 10; i++) {
      write(`a0\tv=int,${i};\n`);
      expect(file.read().get('a0')?.get('v')).toBe(BigInt(i));
    }
  });

  it('have no part in a change that they make impossible', async () => {
    write('');
    const change = await new ConfFile(stage.root).prepare((conf) => {
      if (conf.record('vpn0') !== undefined) throw new RangeError('it is there');
      conf.set('vpn0', new Map([['class', 1024n]]));
    });
    write('vpn0\tclass=int,32;\n');
    expect(() => change.commit()).toThrow('it is there');
    expect(text()).toBe('vpn0\tclass=int,32;\n');
    const next = await new ConfFile(stage.root).prepare((conf) => conf.delete('vpn0'));
    next.commit();
    expect(text()).toBe('');
  });

  it('cannot tear it, however many write at once', async () => {
    write(`vpn0\t${MARKED}\n`);
    const script = `for i in $(seq 300); do printf '# %s\\nsim0\\tclass=int,32;\\n' $i >$0.new && mv $0.new $0; done`;
    const other = spawn('sh', ['-c', script, stage.file], { stdio: 'ignore' });
    let running = true;
    const ended = new Promise<void>((resolve) =>
      other.once('close', () => {
        running = false;
        resolve();
      }),
    );
    const file = new ConfFile(stage.root);
    for (let i = 0; running || i < 20; i++) {
      const change = await file.prepare((conf) =>
        conf.set(`a${i % 5}`, new Map([['v', BigInt(i)]])),
      );
      try {
        change.commit();
      } catch (error) {
        expect(error).toMatchObject({ code: 'EAGAIN' });
      }
      expect(text()).toMatch(/^(# \d+\nsim0\tclass=int,32;\n|vpn0\t.*\n)(a\d\tv=int,\d+;\n)*$/);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ended;
  });
});

describe('several programs', () => {
  it('that record one name at once: one does, the other is told', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, async () => {
        const other = await openDladm({ kernel: stage.kernel, root: stage.root });
        try {
          return await other.create('vpn0', { stack: 'none' });
        } finally {
          other.close();
        }
      }),
    );
    const made = results.filter(({ status }) => status === 'fulfilled');
    expect(made).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'EEXIST' });
    }
    expect(text().match(/^vpn0\t/gm)).toHaveLength(1);
    expect(await stage.list()).toEqual(['vpn0']);
  });
});
