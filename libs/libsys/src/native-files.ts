import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SysError } from './sys-error.ts';

/** What the hosted kernel is made of on disk. */
export type NativeFile = 'libunethk.so' | 'unethostd';

/** `src` or `dist` of this package. */
const here = dirname(fileURLToPath(import.meta.url));

/**
 * Finds a native file: in `UNET_HOSTED_DIR`, else in the package, else where a clone of the
 * repository builds it.
 *
 * @throws {SysError} ENOENT — it is nowhere; the message says where it was looked for
 */
export function findNative(
  file: NativeFile,
  env: NodeJS.ProcessEnv = process.env,
  exists: (path: string) => boolean = existsSync,
): string {
  const own = env['UNET_HOSTED_DIR'];
  const places =
    own !== undefined && own !== ''
      ? [own]
      : [
          join(here, '..', 'native', `${process.platform}-${process.arch}`),
          join(here, '..', '..', '..', 'kernel', 'build', 'release'),
        ];
  for (const place of places) {
    const path = join(place, file);
    if (exists(path)) return path;
  }
  throw new SysError({
    code: 'ENOENT',
    syscall: 'open',
    op: `find ${file}`,
    text:
      `there is no hosted kernel for ${process.platform}-${process.arch} (looked in ` +
      `${places.join(', ')}); run "make -C kernel" in the repository of unet, and elsewhere say ` +
      'with UNET_HOSTED_DIR where that is',
  });
}
