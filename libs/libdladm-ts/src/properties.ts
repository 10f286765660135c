import {
  UNET_BUF_MAX,
  UNET_ID_NONE,
  UNET_LINGER_MAX,
  UNET_MTU_MAX,
  UNET_MTU_MIN,
  UNET_PERM_WRITE,
  UNET_POLICIES,
  UNET_PROPS,
  UNET_SWITCHES,
  UNET_ULP_CKSUMS,
  type UnetPropName,
  type UnetPropValues,
} from 'libsys/unet-abi';
import { DladmError } from './errors.ts';
import type { LinkName } from './link-name.ts';
import { parseMacAddress } from './mac-address.ts';

/** What can be set of a link, with the values that {@link UnetPropValues} describes. */
export type LinkProperties = {
  readonly [name in Exclude<SettableName, 'zone'>]?: UnetPropValues[name] | undefined;
};

/**
 * Names of the properties that can be set. `zone` is none of the driver's: a link is lent to a zone,
 * by name, and not with the other properties recorded.
 */
export type SettableName =
  | 'zone'
  | 'rxbuf'
  | 'txbuf'
  | 'mtu'
  | 'mac'
  | 'linkstate'
  | 'linger'
  | 'owner'
  | 'group'
  | '_rx_ipv4_cksum'
  | '_tx_ipv4_cksum'
  | '_tx_ulp_cksum'
  | '_lso';

/** Properties that a link is not created with, but given at once. */
export const OFFLOADS = ['_rx_ipv4_cksum', '_tx_ipv4_cksum', '_tx_ulp_cksum', '_lso'] as const;

/** Those of {@link OFFLOADS} that were given. */
export function offloadsOf(properties: LinkProperties): LinkProperties {
  const given = OFFLOADS.filter((name) => properties[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, properties[name]]));
}

const writable = UNET_PROPS.filter(
  ({ name, perm }) => (perm & UNET_PERM_WRITE) !== 0 || name === 'zone',
);

/** Names of all properties, in the order in which they are shown. */
export const PROPERTY_NAMES: readonly UnetPropName[] = UNET_PROPS.map(({ name }) => name);

/**
 * Tells which properties are named.
 *
 * @throws {DladmError} ENOTSUP: there is none of that name.
 */
export function propertiesNamed(names: readonly string[]): readonly UnetPropName[] {
  for (const name of names) {
    if (!(PROPERTY_NAMES as readonly string[]).includes(name)) {
      settable(name);
    }
  }
  return names as readonly UnetPropName[];
}

const refuse = (property: string, status: 'BADVAL' | 'BADRANGE' | 'INVALID_MTU', words: string) =>
  new DladmError({ status, op: 'property', property, reason: `${property} must be ${words}` });

/** The least size of a buffer is the driver's to say: it depends on the MTU. */
const range = (low: number, high: number): string =>
  low === 1 ? `positive and at most ${high}` : `${low} to ${high}`;

function whole(name: string, value: unknown, low: number, high: number): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number, not ${typeof value}`);
  }
  if (!Number.isInteger(value) || value < low || value > high) {
    throw refuse(name, name === 'mtu' ? 'INVALID_MTU' : 'BADRANGE', range(low, high));
  }
  return value;
}

function word<T extends string>(name: string, value: unknown, words: readonly T[]): T {
  const found = words.find((known) => known === value);
  if (found === undefined) {
    throw refuse(name, 'BADVAL', words.join(', ').replace(/, (\w+)$/, ' or $1'));
  }
  return found;
}

function id(name: string, value: unknown): number | null {
  return value === null ? null : whole(name, value, 0, UNET_ID_NONE - 1);
}

/**
 * Tells which property a name means.
 *
 * @throws {DladmError} ENOTSUP: there is none of that name. EACCES: it cannot be set.
 */
export function settable(name: string): SettableName {
  const known = UNET_PROPS.find((property) => property.name === name);
  if (known === undefined) {
    throw new DladmError({
      status: 'BADPROP',
      op: 'property',
      property: name,
      reason: `no such property: ${name}`,
    });
  }
  if (!writable.includes(known)) {
    throw readOnly(name);
  }
  return known.name as SettableName;
}

function readOnly(property: string): DladmError {
  const reason = `property is read-only: ${property}`;
  return new DladmError({ status: 'PROPRDONLY', op: 'property', property, reason });
}

/** @throws {TypeError} */
export function mustBeObject(what: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${what} must be an object`);
  }
}

/** {@link checkProperties} for an operation on a link, which an error then names. */
export function checkPropertiesOf(
  op: string,
  link: LinkName,
  given: Readonly<Record<string, unknown>>,
): LinkProperties {
  mustBeObject(`${op} ${link}: properties`, given);
  try {
    return checkProperties(given);
  } catch (error) {
    if (!(error instanceof DladmError)) throw error;
    const { status, code, property, text: reason } = error;
    throw new DladmError({ status, code, op, link, property, reason, cause: error });
  }
}

/**
 * Checks properties before the driver sees them, and returns those that were given. The smallest
 * buffer depends on the MTU and is the driver's to judge.
 *
 * @throws {DladmError} a name or a value that cannot be.
 * @throws {TypeError} a value of the wrong type.
 */
export function checkProperties(given: Readonly<Record<string, unknown>>): LinkProperties {
  const checked: { -readonly [name in keyof LinkProperties]?: unknown } = {};
  for (const [key, value] of Object.entries(given)) {
    const name = settable(key);
    if (value === undefined) {
      continue;
    }
    switch (name) {
      case 'zone':
        throw readOnly(name);
      case 'mtu':
        checked[name] = whole(name, value, UNET_MTU_MIN, UNET_MTU_MAX);
        break;
      case 'rxbuf':
      case 'txbuf':
        checked[name] = whole(name, value, 1, UNET_BUF_MAX);
        break;
      case 'linger':
        checked[name] = whole(name, value, 0, UNET_LINGER_MAX);
        break;
      case 'owner':
      case 'group':
        checked[name] = id(name, value);
        break;
      case 'mac':
        if (typeof value !== 'string') {
          throw new TypeError(`mac must be a string, not ${typeof value}`);
        }
        checked[name] = parseMacAddress(value);
        break;
      case 'linkstate':
        checked[name] = word(name, value, UNET_POLICIES);
        break;
      case '_rx_ipv4_cksum':
      case '_tx_ipv4_cksum':
      case '_lso':
        checked[name] = word(name, value, UNET_SWITCHES);
        break;
      case '_tx_ulp_cksum':
        checked[name] = word(name, value, UNET_ULP_CKSUMS);
        break;
    }
  }
  return checked as LinkProperties;
}
