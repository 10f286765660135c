import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The ring's driver, where a clone of the repository builds it. */
export function ringFile(): string {
  const file = fileURLToPath(new URL('../../../kernel/build/release/libring.so', import.meta.url));
  if (!existsSync(file)) throw new Error(`there is no ${file}; run: make -C kernel ring`);
  return file;
}
