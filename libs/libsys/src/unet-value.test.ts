import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeUnetProp,
  encodeUnetProp,
  formatMac,
  parseMac,
  UNET_ERRNOS,
  UNET_PROPS,
  type UnetPropName,
  unetPropNamed,
} from './unet-abi.ts';

describe('property values', () => {
  it.each<[UnetPropName, unknown, bigint]>([
    ['rxbuf', 65536, 65536n],
    ['mac', '2:8:20:0:0:1', 0x020820000001n],
    ['mac', 'fe:ff:ff:ff:ff:ff', 0xfeffffffffffn],
    ['linkstate', 'auto', 0n],
    ['linkstate', 'down', 2n],
    ['owner', null, 0xffffffffn],
    ['owner', 0, 0n],
    ['group', 100, 100n],
    ['lifetime', 'single-shot', 3n],
    ['iomode', 'frameio', 2n],
    ['zone', 0, 0n],
    ['_lso', 'on', 1n],
    ['_rx_ipv4_cksum', 'off', 0n],
    ['_tx_ulp_cksum', 'partial', 2n],
  ])('%s %s is %s', (name, value, raw) => {
    expect(decodeUnetProp(name, raw)).toBe(value);
    expect(encodeUnetProp(name, value as never)).toBe(raw);
  });

  it.each<[UnetPropName, unknown, ErrorConstructor]>([
    ['rxbuf', '65536', TypeError],
    ['rxbuf', -1, RangeError],
    ['rxbuf', 1.5, RangeError],
    ['mac', '2:8:20:0:0', RangeError],
    ['mac', '2:8:20:0:0:100', RangeError],
    ['mac', 5, TypeError],
    ['linkstate', 'sideways', RangeError],
    ['owner', 0xffffffff, RangeError],
  ])('refuses %s %s', (name, value, kind) => {
    expect(() => encodeUnetProp(name, value as never)).toThrow(kind);
  });

  it('refuses properties and states that it does not know', () => {
    expect(() => unetPropNamed('nonsense')).toThrow(RangeError);
    expect(() => decodeUnetProp('linkstate', 9n)).toThrow(RangeError);
  });

  it('reads every MAC address that it writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (mac) => {
        expect([...parseMac(formatMac(mac))]).toEqual([...mac]);
      }),
    );
  });
});

describe('tables', () => {
  it('number errors and properties without a gap', () => {
    expect(UNET_ERRNOS.map((error) => error.number)).toEqual(UNET_ERRNOS.map((_, i) => i));
    expect(UNET_PROPS.map((prop) => prop.id)).toEqual(UNET_PROPS.map((_, i) => i + 1));
  });
});
