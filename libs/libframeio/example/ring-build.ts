import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const kernel: string = fileURLToPath(new URL('../../../kernel', import.meta.url));

/** The ring's driver. */
export const RING_FILE: string = `${kernel}/build/release/libring.so`;

/** Builds it, once before all tests; its sources are the kernel's. */
export function setup(): void {
  execFileSync('make', ['-s', '-C', kernel, 'ring'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
