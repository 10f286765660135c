import {
  UNET_ID_NONE,
  UNET_IOMODES,
  UNET_LIFETIMES,
  UNET_LINKSTATES,
  UNET_POLICIES,
  type UnetIocInfo,
  type UnetIoMode,
  type UnetLifetime,
  type UnetLinkState,
  type UnetPolicy,
} from 'libsys/unet-abi';
import type { DladmError } from './errors.ts';
import type { LinkName } from './link-name.ts';
import { type MacAddress, toMacAddress } from './mac-address.ts';
import type { SavedLink } from './saved-link.ts';
import type { StackEnd } from './stack-end.ts';

/** How long a link lives. */
export type Lifetime = UnetLifetime;

/** What the kernel knows of a link. Sizes are bytes. @see kernel/unet/sys/unet.h unet_ioc_info_t */
export interface LinkInfo {
  readonly name: LinkName;
  readonly linkId: number;
  /** Of the zone that it is in. */
  readonly zoneId: number;
  /** Of the zone that it belongs to: another one while it is lent. */
  readonly ownerZoneId: number;
  readonly mac: MacAddress;
  readonly mtu: number;
  /** Uid that may open the link without privilege. */
  readonly owner: number | null;
  readonly group: number | null;
  readonly lifetime: Lifetime;
  /** What decides {@link state}. */
  readonly linkstate: UnetPolicy;
  /** Milliseconds for which the link stays up after its holder closed it. */
  readonly linger: number;
  /** The link state that the stack sees. */
  readonly state: UnetLinkState;
  readonly iomode: UnetIoMode;
  /** Pid of the process that has the link open. */
  readonly holder: number | null;
  readonly minor: number;
  readonly minFrame: number;
  readonly maxFrame: number;
  readonly maxVectors: number;
  readonly rxbuf: number;
  readonly txbuf: number;
  readonly minBuf: number;
  readonly maxBuf: number;
  readonly rxQueue: { readonly bytes: number; readonly frames: number };
  readonly txQueue: { readonly bytes: number; readonly frames: number };
}

/** A link, as far as it exists: in the kernel, in the configuration, or both. */
export interface Link {
  readonly name: LinkName;
  /** Absent when the link is not up: only recorded. */
  readonly info?: LinkInfo;
  /** Absent when the link is not persistent, or its record cannot be read. */
  readonly saved?: SavedLink;
  /** Why its record cannot be read. */
  readonly fault?: DladmError;
  /** Name of the zone that it is in. */
  readonly zone: string;
  /** Its stack end, in a hosted kernel. */
  readonly stack?: StackEnd;
}

const id = (value: number): number | null => (value === UNET_ID_NONE ? null : value);

function named<T extends string>(names: readonly T[], value: number): T {
  const name = names[value];
  if (name === undefined) {
    throw new RangeError(`the driver answered ${value} where only ${names.join(', ')} are known`);
  }
  return name;
}

/** Turns the driver's answer into {@link LinkInfo}. */
export function toLinkInfo(info: UnetIocInfo): LinkInfo {
  return {
    name: info.hdr.name as LinkName,
    linkId: info.hdr.linkid,
    zoneId: info.zoneid,
    ownerZoneId: info.ownerzone,
    mac: toMacAddress(info.mac),
    mtu: info.mtu,
    owner: id(info.owner),
    group: id(info.group),
    lifetime: named(UNET_LIFETIMES, info.lifetime),
    linkstate: named(UNET_POLICIES, info.policy),
    linger: info.linger,
    state: named(UNET_LINKSTATES, info.linkstate),
    iomode: named(UNET_IOMODES, info.iomode),
    holder: info.holder === 0 ? null : info.holder,
    minor: info.minor,
    minFrame: info.minframe,
    maxFrame: info.maxframe,
    maxVectors: info.maxvecs,
    rxbuf: Number(info.rxbuf),
    txbuf: Number(info.txbuf),
    minBuf: Number(info.minbuf),
    maxBuf: Number(info.maxbuf),
    rxQueue: { bytes: Number(info.rxqBytes), frames: Number(info.rxqFrames) },
    txQueue: { bytes: Number(info.txqBytes), frames: Number(info.txqFrames) },
  };
}
