import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERRNO, errnoName, errnoNumber, errnoText } from './errno.ts';
import { SysError } from './sys-error.ts';

describe('errno', () => {
  it('has the numbers of this host', () => {
    let thrown: NodeJS.ErrnoException | undefined;
    try {
      readFileSync('/nonexistent/file');
    } catch (error) {
      thrown = error as NodeJS.ErrnoException;
    }
    expect(thrown?.code).toBe('ENOENT');
    expect(ERRNO['ENOENT']).toBe(-(thrown?.errno ?? 0));
  });

  it('names a number by the name that people know', () => {
    for (const name of ['EAGAIN', 'ENOTSUP', 'EDEADLK', 'ENXIO', 'EOVERFLOW', 'ERANGE', 'EINTR']) {
      expect(errnoName(errnoNumber(name))).toBe(name);
    }
    expect(errnoName(9999)).toBe('E9999');
    expect(errnoText(9999)).toBe('error 9999');
    expect(() => errnoNumber('ENONSENSE')).toThrow(RangeError);
  });
});

describe('SysError', () => {
  it('reads as an error of Node', () => {
    const error = new SysError({
      code: 'EEXIST',
      syscall: 'ioctl',
      op: 'create',
      link: 'vpn0',
      text: 'link already exists',
    });
    expect(error.message).toBe('EEXIST: link already exists, create vpn0');
    expect(error).toMatchObject({ name: 'SysError', syscall: 'ioctl', link: 'vpn0', op: 'create' });
    expect(error.errno).toBe(ERRNO['EEXIST']);
  });

  it('finds code and text of a number', () => {
    const error = new SysError({ errno: errnoNumber('ENOENT'), syscall: 'open' });
    expect(error.code).toBe('ENOENT');
    expect(error.message).toBe('ENOENT: no such file or directory, open');
  });
});
