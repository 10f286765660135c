import { type Kernel, openKernel } from 'libsys';
import { HostedKstat } from './hosted.ts';
import type { KstatReader } from './kstat.ts';

/** Whose statistics to read. */
export interface OpenKstatOptions {
  /** Borrowed; without it the one that `openKernel` chooses is opened, and closed with the reader. */
  readonly kernel?: Kernel | undefined;
}

/**
 * Opens the statistics of a kernel.
 *
 * @throws {SysError} no kernel, as `openKernel` says; or its statistics cannot be read.
 */
export async function openKstat({ kernel }: OpenKstatOptions = {}): Promise<KstatReader> {
  const used = kernel ?? (await openKernel());
  const onClose = (): void => {
    if (kernel === undefined) {
      used.dispose();
    }
  };
  try {
    if (used.hosted !== undefined) {
      return new HostedKstat(used.hosted, onClose);
    }
    const { IllumosKstat } = await import('./illumos.ts');
    return new IllumosKstat(onClose);
  } catch (error) {
    onClose();
    throw error;
  }
}
