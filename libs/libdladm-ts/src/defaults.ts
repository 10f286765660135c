import {
  UNET_BUF_DEFAULT,
  UNET_BUF_MAX,
  UNET_FRAME_EXTRA,
  UNET_FRAME_MIN,
  UNET_FRAME_OVERHEAD,
  UNET_MTU_DEFAULT,
  type UnetPropName,
  type UnetPropValues,
} from 'libsys/unet-abi';
import type { PropertyValue } from './ctl.ts';
import { DladmError } from './errors.ts';
import type { LinkName } from './link-name.ts';
import { checkNames } from './options.ts';
import { type LinkProperties, settable } from './properties.ts';
import { GLOBAL_ZONE, type Zone } from './zone.ts';

/** What a link has that was made without saying otherwise. @see unet_create_check in the driver */
export const PROPERTY_DEFAULTS: Readonly<
  Required<{ [name in Exclude<keyof LinkProperties, 'mac'>]: UnetPropValues[name] }>
> = Object.freeze({
  rxbuf: UNET_BUF_DEFAULT,
  txbuf: UNET_BUF_DEFAULT,
  mtu: UNET_MTU_DEFAULT,
  linkstate: 'auto',
  linger: 0,
  owner: null,
  group: null,
  _rx_ipv4_cksum: 'off',
  _tx_ipv4_cksum: 'off',
  _tx_ulp_cksum: 'none',
  _lso: 'off',
});

const RESET_ALL = Object.keys(PROPERTY_DEFAULTS);

/**
 * The defaults of the properties that are named: of the driver's all if none are.
 *
 * @throws {DladmError} ENOTSUP: no such property, or one without a default. EACCES: it is read-only.
 */
export function defaultsOf(
  link: LinkName,
  names: readonly string[] = RESET_ALL,
): { values: LinkProperties; zone?: Required<Zone> } {
  const known = checkNames('resetProps', names).map((name) => settable(name));
  if (known.includes('mac')) {
    const reason = 'mac: the address has no default (set another one)';
    throw new DladmError({ status: 'NOTSUP', op: 'reset', link, property: 'mac', reason });
  }
  const values = Object.entries(PROPERTY_DEFAULTS).filter(([name]) =>
    (known as string[]).includes(name),
  );
  return {
    values: Object.fromEntries(values),
    ...(known.includes('zone') && { zone: GLOBAL_ZONE }),
  };
}

/** What is not a matter of the record: the same in every link that was just brought up. */
const FIXED = {
  maxsize: UNET_BUF_MAX,
  mintu: UNET_FRAME_MIN,
  lifetime: 'persistent',
  iomode: 'none',
  zone: GLOBAL_ZONE.name,
} as const;

/** What the properties will be once the link is up; `null` is what is chosen then, or nobody. */
export function recordedValues(
  names: readonly UnetPropName[],
  recorded: LinkProperties,
): PropertyValue[] {
  const known: Readonly<Record<string, UnetPropValues[UnetPropName] | undefined>> = {
    ...FIXED,
    ...PROPERTY_DEFAULTS,
    ...recorded,
    maxtu: (recorded.mtu ?? UNET_MTU_DEFAULT) + UNET_FRAME_EXTRA,
  };
  const writable = (name: string): boolean => name === 'mac' || name in PROPERTY_DEFAULTS;
  return names.map((name) => ({
    name,
    perm: writable(name) ? 'rw' : 'r-',
    value: known[name] ?? null,
  }));
}

/** The smallest buffer that a frame fits into. @see unet_queue_floor in the driver */
const floorOf = ({ mtu }: LinkProperties): number =>
  (mtu ?? UNET_MTU_DEFAULT) + UNET_FRAME_EXTRA + UNET_FRAME_OVERHEAD;

/**
 * Adds properties to those recorded. As in the driver, a buffer that was large enough grows with
 * the MTU, and one that is given now must be large enough.
 *
 * @throws {DladmError} ERANGE
 */
export function addProperties(
  op: string,
  link: LinkName,
  recorded: LinkProperties,
  added: LinkProperties,
): LinkProperties {
  const sum = { ...recorded, ...added };
  const floor = floorOf(sum);
  for (const property of ['rxbuf', 'txbuf'] as const) {
    const size = sum[property];
    if (size !== undefined && size < floor) {
      if (added[property] !== undefined) {
        const reason = `${property}: buffer size is too small for one frame`;
        throw new DladmError({ status: 'BADRANGE', op, link, property, reason });
      }
      sum[property] = floor;
    }
  }
  return sum;
}

/** Takes properties away from those recorded. @throws {DladmError} ERANGE */
export function withoutProperties(
  link: LinkName,
  recorded: LinkProperties,
  removed: LinkProperties,
): LinkProperties {
  const rest = Object.entries(recorded).filter(([name]) => !(name in removed));
  return addProperties('reset', link, Object.fromEntries(rest), {});
}
