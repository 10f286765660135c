import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import {
  addressOf,
  chooseBackend,
  FFI_BACKEND,
  type FfiBackend,
  ffiBackend,
  LibraryError,
  lastErrno,
  loadLibrary,
  viewOf,
  withCallback,
} from './ffi.ts';

const backend = (name: FfiBackend['name']): FfiBackend => ({ ...ffiBackend(), name });
const absent = (why: string) => (): FfiBackend => {
  throw new Error(why);
};
const both = { koffi: () => backend('koffi'), node: () => backend('node:ffi') };

describe('the choice of a back end', () => {
  it('is koffi', () => {
    expect(chooseBackend({}, both).name).toBe('koffi');
    expect(chooseBackend({ UNET_FFI: '' }, both).name).toBe('koffi');
  });

  it('is what UNET_FFI says', () => {
    expect(chooseBackend({ UNET_FFI: 'koffi' }, both).name).toBe('koffi');
    expect(chooseBackend({ UNET_FFI: 'node' }, both).name).toBe('node:ffi');
    expect(() => chooseBackend({ UNET_FFI: 'napi' }, both)).toThrow(
      new RangeError('UNET_FFI must be koffi or node, not napi'),
    );
  });

  it('is node:ffi where koffi is not to be had', () => {
    const openers = { ...both, koffi: absent('no binary for sunos') };
    expect(chooseBackend({}, openers).name).toBe('node:ffi');
  });

  it('is not silently another one than UNET_FFI says', () => {
    const openers = { koffi: absent('no binary for sunos'), node: absent('too old') };
    const failure = (env: NodeJS.ProcessEnv): unknown => {
      try {
        return chooseBackend(env, openers);
      } catch (error) {
        return error;
      }
    };
    expect(failure({ UNET_FFI: 'koffi' })).toBeInstanceOf(LibraryError);
    expect(failure({ UNET_FFI: 'koffi' })).toMatchObject({
      file: 'koffi',
      message: 'cannot load koffi: no binary for sunos',
    });
    expect(failure({ UNET_FFI: 'node' })).toMatchObject({
      file: 'node:ffi',
      message: 'cannot load node:ffi: too old',
    });
    expect(failure({})).toMatchObject({
      name: 'LibraryError',
      message:
        'cannot load a foreign function interface: cannot load koffi: no binary for sunos; cannot load node:ffi: too old',
    });
  });

  it('says what this process uses', () => {
    const { name, version } = ffiBackend();
    expect(name).toBe(process.env['UNET_FFI'] === 'node' ? 'node:ffi' : 'koffi');
    expect(FFI_BACKEND).toBe(`${name} ${version}`);
  });
});

interface C {
  abs(value: number): number;
  toBytes(value: number): number;
  labs(value: number | bigint): number | bigint;
  unsigned(value: number | bigint): number | bigint;
  strtol(text: string | null, end: Uint8Array | null, base: number): number;
  atoi(text: string): number;
  setenv(name: string, value: string, overwrite: number): number;
  getenv(name: string): string | null;
  compare(a: Uint8Array, b: Uint8Array, length: number): number;
  compareAt(a: number | bigint, b: number, length: number): number;
  copy(to: Uint8Array, from: number, length: number, room: number): number;
  close(descriptor: number): number;
  chdir(path: string): number;
}

describe(`a function of C, by ${FFI_BACKEND}`, () => {
  const c = loadLibrary<C>(undefined, {
    abs: { result: 'int', params: ['int'] },
    toBytes: { symbol: 'htonl', result: 'uint32_t', params: ['uint32_t'] },
    labs: { result: 'int64_t', params: ['int64_t'] },
    unsigned: { symbol: 'labs', result: 'uint64_t', params: ['uint64_t'] },
    strtol: { result: 'int64_t', params: ['const char *', 'void *', 'int'] },
    atoi: { result: 'int', params: ['const char *'] },
    setenv: { result: 'int', params: ['const char *', 'const char *', 'int'] },
    getenv: { result: 'const char *', params: ['const char *'] },
    compare: { symbol: 'memcmp', result: 'int', params: ['void *', 'void *', 'uintptr_t'] },
    compareAt: { symbol: 'memcmp', result: 'int', params: ['uintptr_t', 'uintptr_t', 'uintptr_t'] },
    // Four parameters: memcpy looks at three of them.
    copy: {
      symbol: 'memcpy',
      result: 'uintptr_t',
      params: ['void *', 'uintptr_t', 'uintptr_t', 'int'],
    },
    close: { result: 'int', params: ['int'] },
    chdir: { result: 'int', params: ['const char *'] },
  });

  it('takes and gives numbers of 32 bits, cut to size as in C', () => {
    expect(c.abs(-5)).toBe(5);
    expect(c.abs(-0)).toBe(0);
    expect(c.abs(2 ** 32 - 7)).toBe(7);
    expect(c.abs(2 ** 40 + 7)).toBe(7);
    expect(c.abs(-1.5)).toBe(1);
    expect(c.toBytes(0xff)).toBe(0xff000000);
    expect(c.toBytes(0xffff_ffff)).toBe(0xffff_ffff);
    expect(c.toBytes(-1)).toBe(0xffff_ffff);
  });

  it('takes and gives 64 bits as a number, and where that is not exact as a bigint', () => {
    expect(c.labs(-5)).toBe(5);
    expect(c.labs(-5n)).toBe(5);
    expect(c.labs(Number.MIN_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
    expect(c.labs(-(2n ** 60n) - 1n)).toBe(2n ** 60n + 1n);
    expect(c.unsigned(2n ** 64n - 3n)).toBe(3);
    expect(c.unsigned(-3)).toBe(3);
  });

  it('refuses what is no number', () => {
    const wrong = (value: unknown): unknown => c.abs(value as number);
    for (const value of ['5', undefined, null, {}, true]) {
      expect(() => wrong(value)).toThrow(TypeError);
    }
    expect(() => c.labs('5' as unknown as bigint)).toThrow(TypeError);
    expect(() => (c.abs as () => number)()).toThrow(TypeError);
    expect(() => c.compare({} as Uint8Array, Buffer.alloc(1), 1)).toThrow(TypeError);
  });

  it('takes text, and gives it', () => {
    expect(c.setenv('UNET_FFI_TEST', 'grüße', 1)).toBe(0);
    expect(c.getenv('UNET_FFI_TEST')).toBe('grüße');
    expect(c.setenv('UNET_FFI_TEST', 'x'.repeat(5000), 1)).toBe(0);
    expect(c.getenv('UNET_FFI_TEST')).toBe('x'.repeat(5000));
    expect(c.getenv('UNET_FFI_TEST_NOT')).toBeNull();
    expect(c.atoi('42')).toBe(42);
  });

  it('borrows memory, wherever it is, or takes null', () => {
    const end = new BigUint64Array(1);
    expect(c.strtol('17 frames', new Uint8Array(end.buffer), 10)).toBe(17);
    expect(end[0]).not.toBe(0n);
    expect(c.strtol('17 frames', null, 8)).toBe(15);
    const [small, part] = [new Uint8Array([1, 2, 3]), Buffer.from([0, 1, 2, 3]).subarray(1)];
    expect(c.compare(small, part, 3)).toBe(0);
    expect(c.compare(small, Buffer.from([1, 2, 4]), 3)).toBeLessThan(0);
  });

  it('takes memory that was given away for nothing at all', () => {
    const gone = new Uint8Array(8);
    structuredClone(gone, { transfer: [gone.buffer] });
    expect(c.compare(gone, Buffer.alloc(1), gone.length)).toBe(0);
    expect(c.strtol('17 frames', gone, 10)).toBe(17);
  });

  it('has several prototypes, and as many parameters as it needs', () => {
    const [from, to] = [Buffer.allocUnsafeSlow(8).fill(7), Buffer.allocUnsafeSlow(8).fill(0)];
    expect(c.copy(to, addressOf(from), 8, 0)).toBe(addressOf(to));
    expect(c.compareAt(addressOf(from), addressOf(to), 8)).toBe(0);
    to[7] = 8;
    expect(c.compareAt(BigInt(addressOf(from)), addressOf(to), 8)).toBeLessThan(0);
  });

  it('leaves its errno, for as long as nothing else is called', () => {
    const { EBADF, ENOENT, ENOTDIR } = constants.errno;
    let wrong = 0;
    // Often enough to be compiled, which is another way to the function, and to collect garbage.
    for (let i = 0; i < 20_000; i++) {
      if (c.close(-1) !== -1 || lastErrno() !== EBADF) wrong++;
      if (c.chdir('/nothing/here') !== -1 || lastErrno() !== ENOENT) wrong++;
      if (c.chdir('/dev/null') !== -1 || lastErrno() !== ENOTDIR) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('lends its memory', () => {
    const memory = Buffer.allocUnsafeSlow(16).fill('frame');
    const view = Buffer.from(viewOf(addressOf(memory) + 1, 4));
    expect(view.toString()).toBe('rame');
    view[0] = 'l'.charCodeAt(0);
    expect(memory.toString('latin1', 0, 5)).toBe('flame');
  });

  it('is missed by name', () => {
    const nothing = (): unknown =>
      loadLibrary<{ no_such(): number }>(undefined, { no_such: { result: 'int', params: [] } });
    expect(nothing).toThrow(LibraryError);
    expect(nothing).toThrow(/cannot load the C library: .*no_such/);
    const nowhere = (): unknown => loadLibrary<object>('/nothing/here.so', {});
    expect(nowhere).toThrow(LibraryError);
    expect(() =>
      loadLibrary<{ abs(n: number): number }>('/nothing/here.so', {
        abs: { result: 'int', params: ['int'] },
      }),
    ).toThrow(/cannot load \/nothing\/here\.so: /);
    expect(() => ffiBackend().symbolOf('no_such')).toThrow(Error);
  });
});

describe(`a function that C calls, by ${FFI_BACKEND}`, () => {
  // qsort, because every C library has it.
  const c = loadLibrary<{
    qsort(base: Uint8Array, count: number, size: number, compare: number | bigint): void;
    strings(base: Uint8Array, count: number, size: number, compare: number | bigint): void;
  }>(undefined, {
    qsort: { result: 'void', params: ['void *', 'uintptr_t', 'uintptr_t', 'uintptr_t'] },
    strings: {
      symbol: 'qsort',
      result: 'void',
      params: ['void *', 'uintptr_t', 'uintptr_t', 'uintptr_t'],
    },
  });
  const addresses = { result: 'int', params: ['uintptr_t', 'uintptr_t'] } as const;
  const texts = { result: 'int', params: ['const char *', 'const char *'] } as const;

  it('is called at once, with addresses and back with numbers', () => {
    const memory = Buffer.allocUnsafeSlow(5);
    memory.set([3, 250, 1, 2, 4]);
    const first = addressOf(memory);
    const valueAt = (address: number): number => Buffer.from(viewOf(address, 1))[0] ?? 0;
    let calls = 0;
    const sorted = withCallback(
      addresses,
      (a: number, b: number) => {
        calls++;
        expect(a).toBeTypeOf('number');
        return valueAt(a) - valueAt(b);
      },
      0,
      (compare) => {
        c.qsort(memory, memory.length, 1, compare);
        return 'sorted';
      },
    );
    expect(sorted).toBe('sorted');
    expect(calls).toBeGreaterThan(3);
    expect(first).toBe(addressOf(memory));
    expect([...memory]).toEqual([1, 2, 3, 4, 250]);
  });

  it('is given copies of text', () => {
    const memory = Buffer.allocUnsafeSlow(24).fill(0);
    ['über', 'a', 'net0'].forEach((word, i) => {
      memory.write(word, i * 8);
    });
    const seen = new Set<string>();
    withCallback(
      texts,
      (a: string, b: string) => {
        seen.add(a).add(b);
        return a < b ? -1 : 1;
      },
      0,
      (compare) => c.strings(memory, 3, 8, compare),
    );
    expect([...seen].sort()).toEqual(['a', 'net0', 'über']);
    expect(memory.toString('utf8', 8, 12)).toBe('net0');
  });

  it('may throw: C hears of nothing, and is called no more', () => {
    const memory = Buffer.allocUnsafeSlow(64).fill(7);
    let calls = 0;
    const sort = (): void =>
      withCallback(
        addresses,
        () => {
          calls++;
          throw new RangeError('not today');
        },
        0,
        (compare) => c.qsort(memory, memory.length, 1, compare),
      );
    expect(sort).toThrow(new RangeError('not today'));
    expect(calls).toBe(1);
  });

  it('calls C itself, and is given back however often', () => {
    const inner = (): number => {
      const memory = Buffer.from([2, 1]);
      withCallback(
        addresses,
        () => 1,
        0,
        (compare) => c.qsort(memory, 2, 1, compare),
      );
      return 0;
    };
    // More than either back end has room for at a time.
    for (let i = 0; i < 10_000; i++) {
      withCallback(addresses, inner, 0, (compare) =>
        c.qsort(Buffer.from([1, 2]), i < 10 ? 2 : 1, 1, compare),
      );
    }
  });
});
