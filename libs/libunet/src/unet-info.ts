import {
  decodeUnetProp,
  formatMac,
  UNET_ID_NONE,
  UNET_LINKSTATES,
  type UnetIocInfo,
  type UnetIoMode,
  type UnetLifetime,
  type UnetLinkState,
  type UnetPolicy,
} from 'libsys/unet-abi';
import { type LinkName, parseLinkName } from './link-name.ts';

/** All there is to know of a link. Sizes in bytes. */
export interface UnetInfo {
  readonly name: LinkName;
  readonly linkid: number;
  readonly mac: string;
  readonly mtu: number;
  readonly zone: number;
  /** uid that may open the link without privilege. */
  readonly owner: number | null;
  readonly group: number | null;
  readonly lifetime: UnetLifetime;
  readonly policy: UnetPolicy;
  /** Milliseconds that the link stays up after its holder closed it. */
  readonly linger: number;
  readonly linkState: UnetLinkState;
  readonly ioMode: UnetIoMode;
  /** Process id of the holder. */
  readonly holder: number | null;
  readonly minor: number;
  readonly minFrame: number;
  readonly maxFrame: number;
  /** Most vectors of one batch. */
  readonly maxVectors: number;
  readonly rxbuf: number;
  readonly txbuf: number;
  readonly minbuf: number;
  readonly maxbuf: number;
  /** What is queued now, with what a queue charges for each frame. */
  readonly rxqBytes: number;
  readonly rxqFrames: number;
  readonly txqBytes: number;
  readonly txqFrames: number;
}

/** @see kernel/unet/sys/unet.h unet_ioc_info_t */
export function unetInfoOf(raw: UnetIocInfo): UnetInfo {
  const idOrNull = (id: number): number | null => (id === UNET_ID_NONE ? null : id);
  return Object.freeze({
    name: parseLinkName(raw.hdr.name),
    linkid: raw.hdr.linkid,
    mac: formatMac(raw.mac),
    mtu: raw.mtu,
    zone: raw.zoneid,
    owner: idOrNull(raw.owner),
    group: idOrNull(raw.group),
    lifetime: decodeUnetProp('lifetime', BigInt(raw.lifetime)),
    policy: decodeUnetProp('linkstate', BigInt(raw.policy)),
    linger: raw.linger,
    linkState: UNET_LINKSTATES[raw.linkstate] ?? 'down',
    ioMode: decodeUnetProp('iomode', BigInt(raw.iomode)),
    holder: raw.holder === 0 ? null : raw.holder,
    minor: raw.minor,
    minFrame: raw.minframe,
    maxFrame: raw.maxframe,
    maxVectors: raw.maxvecs,
    // Buffers have at most a few MiB: far from where a number loses precision.
    rxbuf: Number(raw.rxbuf),
    txbuf: Number(raw.txbuf),
    minbuf: Number(raw.minbuf),
    maxbuf: Number(raw.maxbuf),
    rxqBytes: Number(raw.rxqBytes),
    rxqFrames: Number(raw.rxqFrames),
    txqBytes: Number(raw.txqBytes),
    txqFrames: Number(raw.txqFrames),
  });
}
