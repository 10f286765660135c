import { type Kernel, openKernel } from 'libsys';
import { UNET_IOC_LIST } from 'libsys/unet-abi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ctl } from './ctl.ts';
import type { LinkName } from './link-name.ts';
import type { LinkId } from './registry.ts';

let kernel: Kernel;
let ctl: Ctl;

beforeEach(async () => {
  kernel = await openKernel({ kernel: 'inproc' });
  ctl = new Ctl(kernel);
});

afterEach(() => {
  ctl.close();
  kernel.dispose();
});

const names = (prefix: string, count: number): LinkName[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}` as LinkName);

/** Makes links whose ids the driver has made. */
function create(links: readonly LinkName[]): void {
  for (const link of links) ctl.create(link, 0 as LinkId, 'temporary', {});
}

/** The kernel, with something that happens right after each request for a list. */
function afterLists(happens: (nth: number) => void): Kernel {
  let nth = 0;
  return new Proxy(kernel, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args);
        if (key === 'ioctl' && args[1] === UNET_IOC_LIST) happens(++nth);
        return result;
      };
    },
  });
}

describe('list', () => {
  it('is asked for again when links appear between two requests', () => {
    const before = names('a', 70);
    const meanwhile = names('b', 100);
    create(before);
    let requests = 0;
    const growing = new Ctl(
      afterLists((nth) => {
        requests = nth;
        if (nth === 1) create(meanwhile);
      }),
    );
    try {
      expect(growing.list().map(({ name }) => name)).toEqual([...before, ...meanwhile]);
      expect(requests).toBe(3);
    } finally {
      growing.close();
      for (const link of ctl.list()) ctl.destroy(link, { force: true });
    }
  });
});
