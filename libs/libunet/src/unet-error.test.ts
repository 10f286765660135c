import { SysError } from 'libsys';
import { describe, expect, it } from 'vitest';
import { isUnetError, UnetError } from './unet-error.ts';

describe('UnetError', () => {
  it("tells the driver's own cause", () => {
    const error = new UnetError({
      code: 'ERANGE',
      syscall: 'ioctl',
      op: 'set',
      link: 'vpn0',
      unetErrno: 9,
      property: 'mtu',
    });
    expect(error).toBeInstanceOf(SysError);
    expect(error).toMatchObject({ name: 'UnetError', unetCode: 'MTU', property: 'mtu' });
    expect(error.message).toBe('ERANGE: mtu: MTU is out of range, set vpn0');
  });

  it("falls back to the system's words when the driver said nothing", () => {
    const error = new UnetError({ code: 'ENXIO', syscall: 'ioctl', op: 'info', unetErrno: 0 });
    expect(error.unetCode).toBeUndefined();
    expect(error.message).toBe('ENXIO: no such device or address, info');
  });

  it('is told from others, and by its code', () => {
    const error = new UnetError({ code: 'EBUSY', syscall: 'open' });
    expect(isUnetError(error)).toBe(true);
    expect(isUnetError(error, 'EBUSY')).toBe(true);
    expect(isUnetError(error, 'ENXIO')).toBe(false);
    expect(isUnetError(new SysError({ code: 'EBUSY', syscall: 'open' }))).toBe(false);
  });
});
