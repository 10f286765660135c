import { describe, expect, it } from 'vitest';
import { checkDriver } from './driver.ts';

const about = (attached: boolean, drivers: string) =>
  checkDriver({ attached: () => attached, drivers: () => drivers }).all;

describe('checkDriver', () => {
  it('is content with a driver that is attached', () => {
    expect(about(true, '')).toMatchObject([{ status: 'ok' }]);
  });

  it('says how to attach one that is installed', () => {
    expect(about(false, 'vnic 40\nunet 41\n')).toEqual([
      {
        status: 'fault',
        about: 'kernel',
        text: 'the unet driver is installed, but not attached',
        next: 'pfexec devfsadm -i unet',
      },
    ]);
  });

  it('says where it is told how to install one', () => {
    expect(about(false, 'xunet 40\n')).toEqual([
      {
        status: 'fault',
        about: 'kernel',
        text: "the unet driver is not installed: docs/illumos.md of unet's repository says how",
      },
    ]);
  });
});
