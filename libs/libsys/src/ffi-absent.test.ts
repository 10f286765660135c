import { isBuiltin } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Built, buildSources } from './built.fixture.ts';

/** Reports as JSON what became of the import and of a first use. */
const BODY = `
  let use;
  try {
    const c = loadLibrary(undefined, { abs: { result: 'int', params: ['int'] } });
    use = 'abs ' + c.abs(-5);
  } catch (error) {
    use = error.name + ': ' + error.message;
  }
  console.log(JSON.stringify({ backend: FFI_BACKEND, use }));`;
const PROGRAMS = {
  mjs: `import { FFI_BACKEND, loadLibrary } from './ffi.mjs';${BODY}`,
  cjs: `const { FFI_BACKEND, loadLibrary } = require('./ffi.cjs');${BODY}`,
} as const;

const hasOwn = isBuiltin('node:ffi');

describe.each(['mjs', 'cjs'] as const)(
  'a program (%s) in whose place koffi is missing',
  (format) => {
    let built: Built;
    beforeAll(async () => {
      built = await buildSources(['ffi']);
    });
    afterAll(() => built.dispose());

    const report = async (options: object): Promise<unknown> => {
      const { stdout, stderr } = await built.run(PROGRAMS[format], { format, ...options });
      return stderr === '' ? JSON.parse(stdout) : stderr;
    };
    const without = hasOwn ? ['--no-experimental-ffi'] : [];

    it('runs until it calls C', async () => {
      const none = { koffi: false, execArgv: without, env: { UNET_FFI: '' } };
      expect(await report(none)).toEqual({
        backend: 'none',
        use: expect.stringMatching(
          /^LibraryError: cannot load a foreign function interface: cannot load koffi: Cannot find module 'koffi'; cannot load node:ffi: Node\.js v\d+\.\d+\.\d+ has no node:ffi/,
        ),
      });
    });

    it('is told so when it asked for koffi', async () => {
      expect(await report({ koffi: false, env: { UNET_FFI: 'koffi' } })).toEqual({
        backend: 'none',
        use: expect.stringMatching(/^LibraryError: cannot load koffi: Cannot find module 'koffi'$/),
      });
    });

    it('has koffi where it is', async () => {
      expect(await report({ env: { UNET_FFI: '' } })).toEqual({
        backend: expect.stringMatching(/^koffi \d/),
        use: 'abs 5',
      });
    });

    it('has node:ffi then, where Node.js does', async ({ skip }) => {
      if (!hasOwn) skip(`Node.js ${process.version} has no node:ffi`);
      expect(await report({ koffi: false, env: { UNET_FFI: '' } })).toEqual({
        backend: `node:ffi ${process.versions.node}`,
        use: 'abs 5',
      });
    });

    it('is told so when it asked for a node:ffi that is not there', async () => {
      expect(await report({ execArgv: without, env: { UNET_FFI: 'node' } })).toEqual({
        backend: 'none',
        use: expect.stringMatching(
          /^LibraryError: cannot load node:ffi: Node\.js v.* has no node:ffi/,
        ),
      });
    });
  },
);
