import { describe, expect, it } from 'vitest';
import { chooseKernel, type OpenKernelOptions } from './choose.ts';
import { findNative } from './native-files.ts';
import { runtimeDirOf } from './runtime-dir.ts';

describe('runtimeDirOf', () => {
  it.each([
    [{ UNET_RUNTIME_DIR: '/x' }, 0, '/x'],
    [{ UNET_RUNTIME_DIR: '/x', XDG_RUNTIME_DIR: '/run/user/7' }, 7, '/x'],
    [{ XDG_RUNTIME_DIR: '/run/user/7' }, 7, '/run/user/7/unet'],
    [{ XDG_RUNTIME_DIR: '/run/user/7' }, 0, '/run/unet'],
    [{}, 0, '/run/unet'],
    [{}, 7, '/tmp/unet-7'],
    [{ UNET_RUNTIME_DIR: '', XDG_RUNTIME_DIR: '' }, 7, '/tmp/unet-7'],
  ])('%j for uid %i is %s', (env, uid, path) => {
    expect(runtimeDirOf(env, uid)).toEqual({
      path,
      socket: `${path}/unethostd.sock`,
      log: `${path}/unethostd.log`,
    });
  });
});

describe('chooseKernel', () => {
  const choose = (
    options: OpenKernelOptions,
    env: NodeJS.ProcessEnv = {},
    platform = 'linux',
  ): object => chooseKernel(options, env, platform, 7);

  it("takes the running kernel on illumos, and the user's server elsewhere", () => {
    expect(choose({}, {}, 'sunos')).toEqual({ kind: 'illumos' });
    expect(choose({})).toMatchObject({ kind: 'server', socket: '/tmp/unet-7/unethostd.sock' });
  });

  it('lets the environment choose, and options over it', () => {
    expect(choose({}, { UNET_KERNEL: 'inproc' })).toEqual({ kind: 'inproc' });
    expect(choose({}, { UNET_KERNEL: 'unix:/s' }, 'sunos')).toMatchObject({ socket: '/s' });
    expect(choose({ kernel: 'illumos' }, { UNET_KERNEL: 'inproc' })).toEqual({ kind: 'illumos' });
    expect(choose({ runtimeDir: '/y' }, { UNET_RUNTIME_DIR: '/x' })).toMatchObject({
      socket: '/y/unethostd.sock',
    });
  });

  it('takes a zone of a hosted kernel from options or environment', () => {
    expect(choose({ kernel: 'inproc', zone: 'blue' })).toEqual({ kind: 'inproc', zone: 'blue' });
    expect(choose({}, { UNET_ZONE: 'blue' })).toMatchObject({ kind: 'server', zone: 'blue' });
    expect(choose({ zone: 'red' }, { UNET_ZONE: 'blue' })).toMatchObject({ zone: 'red' });
    expect(choose({ hostFd: 9, zone: 'red' })).toMatchObject({ kind: 'exported', zone: 'red' });
    expect(choose({}, { UNET_ZONE: '' })).toMatchObject({ zone: undefined });
    expect(() => choose({ zone: '' })).toThrow(new RangeError('zone must be the name of a zone'));
    for (const env of [{ UNET_ZONE: 'blue' }, { UNET_ZONE: 'blue', UNET_KERNEL: 'illumos' }]) {
      expect(() => choose({}, env, 'sunos')).toThrow(
        new RangeError('zone (UNET_ZONE) is of hosted kernels: here it is zlogin blue'),
      );
    }
  });

  it('refuses what it does not know', () => {
    for (const kernel of ['linux', 'unix:', 'unix', 'INPROC']) {
      expect(() => choose({ kernel })).toThrow(RangeError);
    }
    expect(() => choose({ kernal: 'inproc' } as OpenKernelOptions)).toThrow(TypeError);
    for (const [options, sentence] of [
      [null, 'the options of openKernel must be an object'],
      [5, 'the options of openKernel must be an object'],
      [{ kernel: 5 }, 'kernel must be a string'],
      [{ runtimeDir: 5 }, 'runtimeDir must be a string'],
      [{ zone: 5 }, 'zone must be a string'],
      [{ start: 'no' }, 'start must be true or false'],
      [{ console: 5 }, 'console must be quiet or stderr'],
    ] as const) {
      expect(() => choose(options as unknown as OpenKernelOptions)).toThrow(
        new TypeError(sentence),
      );
    }
  });
});

describe('findNative', () => {
  it('looks in UNET_HOSTED_DIR alone when that is set', () => {
    const looked: string[] = [];
    const nowhere = (path: string): boolean => {
      looked.push(path);
      return false;
    };
    expect(() => findNative('unethostd', { UNET_HOSTED_DIR: '/h' }, nowhere)).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
    expect(looked).toEqual(['/h/unethostd']);
    expect(findNative('unethostd', { UNET_HOSTED_DIR: '/h' }, () => true)).toBe('/h/unethostd');
  });

  it('prefers the package to the repository', () => {
    const here = `native/${process.platform}-${process.arch}/libunethk.so`;
    expect(findNative('libunethk.so', {}, () => true)).toContain(here);
    expect(findNative('libunethk.so', {}, (path) => !path.includes('native'))).toContain(
      'kernel/build/release/libunethk.so',
    );
  });
});
