/**
 * Puts the hosted kernel where the published package carries it: native/<platform>-<arch>/. The
 * C part is built by `make -C kernel`; a package is packed on the platform it is for.
 */
import { chmodSync, copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const licence = new URL('../../kernel/LICENSE', import.meta.url);
const from = fileURLToPath(new URL('../../kernel/build/release/', import.meta.url));
const to = fileURLToPath(new URL(`./native/${process.platform}-${process.arch}/`, import.meta.url));

mkdirSync(to, { recursive: true });
copyFileSync(licence, new URL('./native/LICENSE', import.meta.url));
for (const file of ['libunethk.so', 'unethostd']) {
  // A running server keeps the file it was started from: replace it, never write into it.
  copyFileSync(`${from}${file}`, `${to}${file}.new`);
  chmodSync(`${to}${file}.new`, 0o755);
  renameSync(`${to}${file}.new`, `${to}${file}`);
}
