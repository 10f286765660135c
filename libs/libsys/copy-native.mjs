/**
 * Puts the hosted kernel where the published package carries it: native/<platform>-<arch>/. The
 * C part is built by `make -C kernel`; a package is packed on the platform it is for.
 */
import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const kernel = fileURLToPath(new URL('../../kernel/', import.meta.url));
const native = fileURLToPath(new URL('./native/', import.meta.url));
const platform = `${native}${process.platform}-${process.arch}/`;

/**
 * Puts a file in its place in one step. Who runs the file that is there keeps that one: writing into
 * it would change the code of a running server. The name that it has meanwhile is this process's
 * own: of two that copy at once, neither writes into what the other has put in place.
 */
function put(from, to, mode) {
  const meanwhile = `${to}.${process.pid}.new`;
  try {
    copyFileSync(from, meanwhile);
    chmodSync(meanwhile, mode);
    renameSync(meanwhile, to);
  } finally {
    rmSync(meanwhile, { force: true });
  }
}

mkdirSync(platform, { recursive: true });
put(`${kernel}LICENSE`, `${native}LICENSE`, 0o644);
for (const file of ['libunethk.so', 'unethostd']) {
  put(`${kernel}build/release/${file}`, `${platform}${file}`, 0o755);
}
