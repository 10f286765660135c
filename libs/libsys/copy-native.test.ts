import { execFile } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const FILES = ['libunethk.so', 'unethostd'];

describe('copy-native', () => {
  let root: string;
  let native: string;
  let script: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'unet-native-'));
    native = join(root, 'libs/libsys/native', `${process.platform}-${process.arch}`);
    script = join(root, 'libs/libsys/copy-native.mjs');
    mkdirSync(join(root, 'libs/libsys'), { recursive: true });
    mkdirSync(join(root, 'kernel/build/release'), { recursive: true });
    copyFileSync(fileURLToPath(new URL('./copy-native.mjs', import.meta.url)), script);
    writeFileSync(join(root, 'kernel/LICENSE'), 'licence');
    build('first');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const build = (content: string): void => {
    for (const file of FILES) writeFileSync(join(root, 'kernel/build/release', file), content);
  };
  const run = (): Promise<unknown> => promisify(execFile)(process.execPath, [script]);

  it('carries what was built and its licence, and nothing else', async () => {
    await run();
    expect(readdirSync(native).sort()).toEqual(FILES);
    for (const file of FILES) expect(statSync(join(native, file)).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(native, '../LICENSE'), 'utf8')).toBe('licence');
    expect(readdirSync(join(native, '..')).length).toBe(2);
  });

  it('leaves the old file to whoever has it', async () => {
    await run();
    const held = FILES.map((file) => openSync(join(native, file), 'r'));
    build('second, and longer');
    await run();
    for (const [i, file] of FILES.entries()) {
      const descriptor = held[i] as number;
      expect(readFileSync(descriptor, 'utf8')).toBe('first');
      expect(statSync(join(native, file)).ino).not.toBe(fstatSync(descriptor).ino);
      expect(readFileSync(join(native, file), 'utf8')).toBe('second, and longer');
      closeSync(descriptor);
    }
  });

  it('may be run by several at once', async () => {
    build('x'.repeat(4 << 20));
    await Promise.all(Array.from({ length: 6 }, run));
    expect(readdirSync(native).sort()).toEqual(FILES);
    for (const file of FILES) expect(statSync(join(native, file)).size).toBe(4 << 20);
  });

  it('leaves nothing behind when it fails', async () => {
    await run();
    rmSync(join(root, 'kernel/build/release/unethostd'));
    await expect(run()).rejects.toThrow(/ENOENT/);
    expect(readdirSync(native).sort()).toEqual(FILES);
    expect(readFileSync(join(native, 'unethostd'), 'utf8')).toBe('first');
  });
});
