import {
  UNET_ID_NONE,
  UNET_IOMODES,
  UNET_LIFETIMES,
  UNET_POLICIES,
  UNET_PROPS,
  UNET_SWITCHES,
  UNET_ULP_CKSUMS,
  type UnetIoMode,
  type UnetLifetime,
  type UnetPolicy,
  type UnetPropInfo,
  type UnetPropName,
  type UnetSwitch,
  type UnetUlpCksum,
} from './unet-header.ts';

/**
 * Property values as programs use them: sizes in bytes and times in milliseconds as numbers, a MAC
 * address as text (`2:8:20:0:0:1`), states by name, "no owner" as `null`.
 */
export interface UnetPropValues {
  rxbuf: number;
  txbuf: number;
  maxsize: number;
  mintu: number;
  maxtu: number;
  mtu: number;
  mac: string;
  linkstate: UnetPolicy;
  linger: number;
  owner: number | null;
  group: number | null;
  lifetime: UnetLifetime;
  iomode: UnetIoMode;
  zone: number;
  _rx_ipv4_cksum: UnetSwitch;
  _tx_ipv4_cksum: UnetSwitch;
  _tx_ulp_cksum: UnetUlpCksum;
  _lso: UnetSwitch;
}

const BY_NAME: ReadonlyMap<string, UnetPropInfo> = new Map(
  UNET_PROPS.map((prop) => [prop.name, prop]),
);

/**
 * Finds a property by its name.
 *
 * @throws {RangeError} there is none of that name
 */
export function unetPropNamed(name: string): UnetPropInfo {
  const prop = BY_NAME.get(name);
  if (prop === undefined) {
    const known = UNET_PROPS.map((one) => one.name).join(', ');
    throw new RangeError(`no such property: ${name} (there are ${known})`);
  }
  return prop;
}

/** Reads the number that the driver keeps for a property. */
export function decodeUnetProp<N extends UnetPropName>(name: N, raw: bigint): UnetPropValues[N] {
  return decode(unetPropNamed(name), raw) as UnetPropValues[N];
}

/**
 * Makes the number that the driver keeps for a property. Only what cannot be expressed is refused
 * here; ranges are the driver's to judge.
 *
 * @throws {TypeError} the value is of the wrong type
 * @throws {RangeError} the value cannot be expressed
 */
export function encodeUnetProp<N extends UnetPropName>(name: N, value: UnetPropValues[N]): bigint {
  const prop = unetPropNamed(name);
  switch (prop.kind) {
    case 'mac':
      if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
      return macToNumber(parseMac(value));
    case 'policy':
      return nameToNumber(name, UNET_POLICIES, value);
    case 'lifetime':
      return nameToNumber(name, UNET_LIFETIMES, value);
    case 'iomode':
      return nameToNumber(name, UNET_IOMODES, value);
    case 'switch':
      return nameToNumber(name, UNET_SWITCHES, value);
    case 'ulpcksum':
      return nameToNumber(name, UNET_ULP_CKSUMS, value);
    case 'uid':
    case 'gid':
      return value === null ? BigInt(UNET_ID_NONE) : whole(name, value, UNET_ID_NONE - 1);
    default:
      return whole(name, value, Number.MAX_SAFE_INTEGER);
  }
}

/** Shows a MAC address as illumos does: `2:8:20:0:0:1`. */
export function formatMac(mac: Uint8Array): string {
  return Array.from(mac, (byte) => byte.toString(16)).join(':');
}

/**
 * Reads a MAC address: six hexadecimal numbers of one or two digits, between `:`.
 *
 * @throws {RangeError} anything else
 */
export function parseMac(text: string): Uint8Array {
  if (!/^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i.test(text)) {
    throw new RangeError(`not a MAC address: ${text}`);
  }
  return Uint8Array.from(text.split(':'), (part) => Number.parseInt(part, 16));
}

function decode(prop: UnetPropInfo, raw: bigint): UnetPropValues[UnetPropName] {
  switch (prop.kind) {
    case 'mac': {
      const mac = Buffer.alloc(8);
      mac.writeBigUInt64BE(raw);
      return formatMac(mac.subarray(2));
    }
    case 'policy':
      return numberToName(prop.name, UNET_POLICIES, raw);
    case 'lifetime':
      return numberToName(prop.name, UNET_LIFETIMES, raw);
    case 'iomode':
      return numberToName(prop.name, UNET_IOMODES, raw);
    case 'switch':
      return numberToName(prop.name, UNET_SWITCHES, raw);
    case 'ulpcksum':
      return numberToName(prop.name, UNET_ULP_CKSUMS, raw);
    case 'uid':
    case 'gid':
      return raw === BigInt(UNET_ID_NONE) ? null : safe(prop.name, raw);
    case 'zone':
      return Number(BigInt.asIntN(32, raw));
    default:
      return safe(prop.name, raw);
  }
}

function macToNumber(mac: Uint8Array): bigint {
  return mac.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

function numberToName<T extends string>(what: string, names: readonly T[], raw: bigint): T {
  const name = names[Number(raw)];
  if (name === undefined) throw new RangeError(`the driver gave ${what} an unknown value ${raw}`);
  return name;
}

function nameToNumber(what: string, names: readonly string[], value: unknown): bigint {
  if (typeof value !== 'string') throw new TypeError(`${what} must be a string`);
  const number = names.indexOf(value);
  if (number < 0) {
    throw new RangeError(`${what} must be one of ${names.join(', ')}, not ${value}`);
  }
  return BigInt(number);
}

function whole(what: string, value: unknown, highest: number): bigint {
  if (typeof value !== 'number') throw new TypeError(`${what} must be a number`);
  if (!Number.isInteger(value) || value < 0 || value > highest) {
    throw new RangeError(`${what} must be an integer from 0 to ${highest}, not ${value}`);
  }
  return BigInt(value);
}

function safe(what: string, raw: bigint): number {
  const number = Number(raw);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${what} is too large: ${raw}`);
  return number;
}
