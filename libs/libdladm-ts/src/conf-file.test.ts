import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfFile } from './conf-file.ts';

let root: string;
let file: ConfFile;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'unet-conf-'));
  file = new ConfFile(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const add =
  (name: string) =>
  (conf: { set(name: string, attributes: ReadonlyMap<string, bigint>): void }): void =>
    conf.set(name, new Map([['class', 1024n]]));
const text = (): string => readFileSync(file.path, 'utf8');
const beside = (): string[] => readdirSync(dirname(file.path)).sort();

describe('ConfFile', () => {
  it('is empty when there is no file', () => {
    expect(file.read().links().size).toBe(0);
  });

  it('makes the file and its directories', async () => {
    (await file.prepare(add('a0'))).commit();
    expect(text()).toBe('a0\tclass=int,1024;\n');
    expect(statSync(file.path).mode & 0o777).toBe(0o644);
    expect(beside()).toEqual(['datalink.conf', 'datalink.conf.lock']);
  });

  it('keeps the mode of the file', async () => {
    (await file.prepare(add('a0'))).commit();
    chmodSync(file.path, 0o600);
    (await file.prepare(add('b0'))).commit();
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
  });

  it('puts back what was there, or that nothing was, when an applied change is cancelled', async () => {
    const first = await file.prepare(add('a0'));
    first.apply();
    expect(text()).toBe('a0\tclass=int,1024;\n');
    first.cancel();
    expect(beside()).toEqual(['datalink.conf.lock']);

    (await file.prepare(add('a0'))).commit();
    const { ino } = statSync(file.path);
    const second = await file.prepare(add('b0'));
    second.apply();
    expect(text()).toBe('a0\tclass=int,1024;\nb0\tclass=int,1024;\n');
    second.cancel();
    expect(text()).toBe('a0\tclass=int,1024;\n');
    expect(statSync(file.path).ino).toBe(ino);
    expect(beside()).toEqual(['datalink.conf', 'datalink.conf.lock']);
  });

  it('keeps an applied change that is committed, and others out until then', async () => {
    const change = await file.prepare(add('a0'));
    change.apply();
    const stop = new AbortController();
    const other = file.prepare(add('b0'), stop.signal);
    stop.abort();
    await expect(other).rejects.toMatchObject({ code: 'ABORT_ERR' });
    change.commit();
    change.cancel();
    expect(text()).toBe('a0\tclass=int,1024;\n');
    expect(beside()).toEqual(['datalink.conf', 'datalink.conf.lock']);
  });

  it('changes nothing before the commit, and nothing at all when cancelled', async () => {
    (await file.prepare(add('a0'))).commit();
    const before = text();
    const change = await file.prepare(add('b0'));
    expect(text()).toBe(before);
    change.cancel();
    expect(text()).toBe(before);
    expect(beside()).toEqual(['datalink.conf', 'datalink.conf.lock']);
    change.commit();
    expect(text()).toBe(before);
  });

  it('changes nothing when the change is refused, and lets the next one in', async () => {
    (await file.prepare(add('a0'))).commit();
    const refusal = new RangeError('no');
    const refuse = (): never => {
      throw refusal;
    };
    await expect(file.prepare(refuse)).rejects.toBe(refusal);
    (await file.prepare(add('b0'))).commit();
    expect(file.read().links().size).toBe(2);
  });

  it('takes over what a writer that died left behind', async () => {
    (await file.prepare(add('a0'))).commit();
    writeFileSync(`${file.path}.unet-new`, 'half a li');
    writeFileSync(`${file.path}.unet-old`, 'a0\tclass=int,1;');
    (await file.prepare(add('b0'))).commit();
    expect(text()).toBe('a0\tclass=int,1024;\nb0\tclass=int,1024;\n');
    expect(beside()).toEqual(['datalink.conf', 'datalink.conf.lock']);
  });

  it('makes writers wait for each other, so that none undoes what another did', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `a${i}`);
    await Promise.all(names.map(async (name) => (await file.prepare(add(name))).commit()));
    expect([...file.read().links().keys()].sort()).toEqual(names.sort());
  });

  it('gives up waiting when it is told to', async () => {
    const first = await file.prepare(add('a0'));
    const stop = new AbortController();
    const second = file.prepare(add('b0'), stop.signal);
    stop.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    first.commit();
    expect(text()).toBe('a0\tclass=int,1024;\n');
  });

  it('gets the lock of a process that was killed', async () => {
    mkdirSync(dirname(file.path), { recursive: true });
    const other = spawn('flock', [`${file.path}.lock`, 'sh', '-c', 'echo locked; sleep 1000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    await new Promise((resolve) => other.stdout.once('data', resolve));
    const waiting = file.prepare(add('a0'));
    let done = false;
    const finished = waiting.then(() => {
      done = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    process.kill(-(other.pid ?? 0), 'SIGKILL');
    await finished;
    (await waiting).commit();
    expect(text()).toBe('a0\tclass=int,1024;\n');
  });

  it.each([
    ['a directory', () => mkdirSync(file.path, { recursive: true }), 'EISDIR', /it is a directory/],
    [
      'a symbolic link',
      () => {
        mkdirSync(dirname(file.path), { recursive: true });
        symlinkSync('/etc/passwd', file.path);
      },
      'ELOOP',
      /it is a symbolic link/,
    ],
    [
      'below a file',
      () => {
        writeFileSync(join(root, 'etc'), '');
      },
      'ENOTDIR',
      /not a directory/,
    ],
  ])('refuses a file that is %s', async (_what, make, code, words) => {
    make();
    const error = { code, text: expect.stringMatching(words) };
    expect(() => file.read()).toThrow(expect.objectContaining(error));
    await expect(file.prepare(add('a0'))).rejects.toMatchObject(
      code === 'ENOTDIR' ? { code } : error,
    );
  });

  it('does not follow a link where the new file is to be', async () => {
    (await file.prepare(add('a0'))).commit();
    const elsewhere = join(root, 'elsewhere');
    writeFileSync(elsewhere, 'not ours');
    symlinkSync(elsewhere, `${file.path}.unet-new`);
    symlinkSync(elsewhere, `${file.path}.unet-old`);
    (await file.prepare(add('b0'))).commit();
    expect(text()).toBe('a0\tclass=int,1024;\nb0\tclass=int,1024;\n');
    expect(readFileSync(elsewhere, 'utf8')).toBe('not ours');
    expect(beside()).toEqual(['datalink.conf', 'datalink.conf.lock']);
  });
});
