import { UNET_ABI_VERSION, UNET_IOC_INFO, unetHdr, unetIocHdr, unetIocInfo } from 'libsys/unet-abi';
import { describe, expect } from 'vitest';
import { refusal } from './control.ts';
import { it } from './fixture.ts';

describe('ABI version', () => {
  it.for([0, 2, 0xffffffff])('%i is refused, and the driver says its own', (version, { world }) => {
    world.create('vpn0');
    const memory = unetIocInfo.make({ hdr: { ...unetHdr('vpn0'), version } });
    const raw = (): unknown => world.control.raw(UNET_IOC_INFO, memory);
    expect(refusal(raw)).toEqual({ code: 'EINVAL', cause: 'VERSION' });
    expect(unetIocHdr.decode(memory).version).toBe(UNET_ABI_VERSION);
  });

  it('of the hosted kernel is the one that its users were built for', ({ world }) => {
    expect(world.hosted.sysinfo()).toMatchObject({
      version: 3,
      served: world.way === 'server' ? 1 : 0,
    });
  });
});
