import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadLibrary } from 'libsys';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { IllumosKstat } from './illumos.ts';
import type { Kstat } from './kstat.ts';

interface DoubleNative {
  double_set(kid: number, type: number): void;
  double_fail(times: number, error: number): void;
  double_refuse(error: number): void;
  double_opened(): number;
  double_reads(): number;
}

const { EAGAIN, EACCES, EIO } = constants.errno;
const NAMED = 1;
const RAW = 0;

const compiler = spawnSync('cc', ['--version']).error;
const reason = compiler && 'cc is not installed';

describe.skipIf(reason !== undefined)('the statistics of a real system, over a double', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unet-libkstat-'));
  const file = join(folder, 'libkstat.so');
  let double: DoubleNative;

  beforeAll(() => {
    const source = fileURLToPath(new URL('libkstat-double.fixture.c', import.meta.url));
    const flags = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC'];
    const { stderr } = spawnSync('cc', [...flags, '-o', file, source], { encoding: 'utf8' });
    expect(stderr).toBe('');
    double = loadLibrary<DoubleNative>(file, {
      double_set: { result: 'void', params: ['int', 'int'] },
      double_fail: { result: 'void', params: ['int', 'int'] },
      double_refuse: { result: 'void', params: ['int'] },
      double_opened: { result: 'int', params: [] },
      double_reads: { result: 'int', params: [] },
    });
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  beforeEach(() => {
    for (let kid = 0; kid < 8; kid++) double.double_set(kid, kid < 3 ? NAMED : 0);
    double.double_fail(0, 0);
    double.double_refuse(0);
  });

  function withKstats(use: (kstats: IllumosKstat) => void): void {
    const onClose = vi.fn();
    const kstats = new IllumosKstat(onClose, file);
    try {
      use(kstats);
    } finally {
      kstats.close();
      kstats.close();
    }
    expect(onClose).toHaveBeenCalledTimes(1);
    expect(double.double_opened()).toBe(0);
  }

  const kidsOf = (kstats: IllumosKstat): number[] =>
    kstats
      .list({ module: 'unet' })
      .map(({ kid }) => kid)
      .sort();

  it('are listed, named ones alone, as they are now', () => {
    double.double_set(5, RAW);
    double.double_set(6, 2);
    withKstats((kstats) => {
      expect(kidsOf(kstats)).toEqual([0, 1, 2]);
      expect(kstats.list({ name: 'vpn1', class: 'net' })).toMatchObject([
        { module: 'unet', instance: 11, name: 'vpn1', class: 'net', kid: 1, crtime: 101n },
      ]);
      expect(kstats.list({ class: 'misc' })).toEqual([]);
      double.double_set(1, 0);
      double.double_set(4, NAMED);
      expect(kidsOf(kstats)).toEqual([0, 2, 4]);
    });
  });

  it('have values of every type, with all their bits', () => {
    withKstats((kstats) => {
      const { crtime, snaptime, data } = kstats.read(kstats.list({ name: 'vpn2' })[0] as Kstat);
      expect(crtime).toBe(102n);
      expect(snaptime).toBe(1000n + BigInt(double.double_reads()));
      expect(Object.fromEntries(data)).toEqual({
        char: 'x'.repeat(16),
        int32: -1n,
        uint32: 2n ** 32n - 1n,
        int64: -1n,
        uint64: 2n ** 64n - 1n,
        string: 'read-write',
        none: '',
      });
    });
  });

  it('of what has gone are not there, also if it went between two looks', () => {
    withKstats((kstats) => {
      const all = kstats.list().sort((a, b) => a.kid - b.kid);
      double.double_set(1, 0);
      expect(kstats.readAll(all).map((one) => one?.crtime)).toEqual([100n, undefined, 102n]);
      expect(() => kstats.read(all[1] as Kstat)).toThrow(/ENXIO.*no such kstat any more/);
      double.double_fail(1, constants.errno.ENXIO);
      expect(kstats.readAll(all.slice(0, 1))).toEqual([undefined]);
    });
  });

  it('are read again while they change their size, but not for ever', () => {
    withKstats((kstats) => {
      const [one] = kstats.list() as [Kstat];
      double.double_fail(4, EAGAIN);
      expect(kstats.read(one).data.size).toBe(7);
      double.double_fail(5, EAGAIN);
      expect(() => kstats.read(one)).toThrow('EAGAIN');
      double.double_fail(1, EIO);
      expect(() => kstats.readAll([one])).toThrow('EIO');
    });
  });

  it('cannot be read when they are closed, or refused', () => {
    let kept: IllumosKstat | undefined;
    withKstats((kstats) => {
      kept = kstats;
    });
    expect(() => kept?.list()).toThrow('EBADF');
    double.double_refuse(EACCES);
    expect(() => new IllumosKstat(() => undefined, file)).toThrow('EACCES');
  });
});

if (reason !== undefined) it('the statistics of a real system', ({ skip }) => skip(reason));
