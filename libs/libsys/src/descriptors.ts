import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { lastErrno } from './ffi.ts';
import type { IllumosNative } from './illumos-native.ts';

/** How descriptors come and go. Failures are negative errnos. */
export interface Descriptors {
  open(path: string, oflags: number): number;
  close(descriptor: number): number;
}

/** Descriptors as libc gives them. */
export function libcDescriptors(libc: IllumosNative): Descriptors {
  const negative = (result: number): number => (result < 0 ? -lastErrno() : result);
  return {
    open: (path, oflags) => negative(libc.open(path, oflags)),
    close: (descriptor) => negative(libc.close(descriptor)),
  };
}

/**
 * Descriptors that node's own `fs` keeps account of: it closes those of a worker that is terminated,
 * of which nobody else hears. What somebody else opened is closed by `others`.
 */
export function accountedDescriptors(others: Descriptors): Descriptors {
  const opened = new Set<number>();
  return {
    open: (path, oflags) => {
      const descriptor = failing(() => openSync(path, oflags));
      if (descriptor >= 0) opened.add(descriptor);
      return descriptor;
    },
    close: (descriptor) => {
      if (!opened.delete(descriptor)) return others.close(descriptor);
      return failing(() => {
        closeSync(descriptor);
        return 0;
      });
    },
  };
}

/** What this thread uses. */
export function descriptorsOf(libc: IllumosNative): Descriptors {
  const plain = libcDescriptors(libc);
  return isMainThread ? plain : accountedDescriptors(plain);
}

function failing(call: () => number): number {
  try {
    return call();
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    return errno ?? -constants.errno.EINVAL;
  }
}
