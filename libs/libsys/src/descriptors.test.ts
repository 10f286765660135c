import { closeSync, fstatSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { accountedDescriptors } from './descriptors.ts';

describe('accountedDescriptors', () => {
  const closed: number[] = [];
  const descriptors = accountedDescriptors({
    open: () => -1,
    close: (descriptor) => {
      closed.push(descriptor);
      closeSync(descriptor);
      return 0;
    },
  });

  it('opens and closes through node, and leaves to others what others opened', () => {
    const own = descriptors.open('/dev/null', 0);
    expect(fstatSync(own).isCharacterDevice()).toBe(true);
    expect(descriptors.close(own)).toBe(0);
    expect(() => fstatSync(own)).toThrow('EBADF');
    expect(closed).toEqual([]);
    const foreign = openSync('/dev/null', 'r');
    expect(descriptors.close(foreign)).toBe(0);
    expect(closed).toEqual([foreign]);
  });

  it('says by its number how an open or a close failed', () => {
    expect(descriptors.open('/dev/null/none', 0)).toBe(-constants.errno.ENOTDIR);
    expect(descriptors.open('/dev/\0', 0)).toBe(-constants.errno.EINVAL);
    const own = descriptors.open('/dev/null', 0);
    closeSync(own);
    expect(descriptors.close(own)).toBe(-constants.errno.EBADF);
  });

  it('rely on node to close those of a worker that is terminated', async () => {
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
       parentPort.postMessage(require('node:fs').openSync('/dev/null', 0));
       for (;;);`,
      { eval: true },
    );
    const descriptor = await new Promise<number>((resolve) => worker.once('message', resolve));
    expect(fstatSync(descriptor).isCharacterDevice()).toBe(true);
    await worker.terminate();
    expect(() => fstatSync(descriptor)).toThrow('EBADF');
  });
});
