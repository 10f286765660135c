import {
  array,
  bytes,
  i32,
  nested,
  reserved,
  type Struct,
  type StructLayout,
  struct,
  text,
  u8,
  u16,
  u32,
  u64,
} from './layout.ts';

/**
 * What `kernel/unet/sys/unet.h` says, as data: the one place in TypeScript that knows it.
 * `checks/abi` compares it with the C compiler's answer. Names are those of C, members without
 * their prefix and in camel case: `uii_rxq_bytes` is `rxqBytes`.
 */

export const UNET_ABI_VERSION = 1;
export const UNET_CTL_PATH = '/dev/unet/ctl';
export const UNET_DEV_DIR = '/dev/unet';
export const UNET_MONITOR_PATH = '/dev/unet/monitor';
export const UNET_NAMELEN = 32;
export const UNET_MACLEN = 6;
export const UNET_LINKID_NONE = 0;
export const UNET_ID_NONE = 0xffffffff;
export const UNET_MTU_MIN = 68;
export const UNET_MTU_MAX = 9000;
export const UNET_MTU_DEFAULT = 1500;
export const UNET_FRAME_MIN = 14;
export const UNET_FRAME_PAD = 60;
export const UNET_FRAME_EXTRA = 18;
export const UNET_FRAME_OVERHEAD = 256;
export const UNET_BUF_DEFAULT = 65536;
export const UNET_BUF_MAX = 4194304;
export const UNET_LINGER_MAX = 3600000;

export const UNET_LIFE_TEMPORARY = 0;
export const UNET_LIFE_PERSISTENT = 1;
export const UNET_LIFE_TRANSIENT = 2;
export const UNET_LIFE_SINGLE_SHOT = 3;
export const UNET_POLICY_AUTO = 0;
export const UNET_POLICY_UP = 1;
export const UNET_POLICY_DOWN = 2;
export const UNET_LINK_DOWN = 0;
export const UNET_LINK_UP = 1;
export const UNET_IOMODE_NONE = 0;
export const UNET_IOMODE_RDWR = 1;
export const UNET_IOMODE_FRAMEIO = 2;
export const UNET_ULP_CKSUM_NONE = 0;
export const UNET_ULP_CKSUM_FULLV4 = 1;
export const UNET_ULP_CKSUM_PARTIAL = 2;

/** The names people see for these numbers; the index is the number. */
export const UNET_LIFETIMES = ['temporary', 'persistent', 'transient', 'single-shot'] as const;
export type UnetLifetime = (typeof UNET_LIFETIMES)[number];
export const UNET_POLICIES = ['auto', 'up', 'down'] as const;
export type UnetPolicy = (typeof UNET_POLICIES)[number];
export const UNET_LINKSTATES = ['down', 'up'] as const;
export type UnetLinkState = (typeof UNET_LINKSTATES)[number];
export const UNET_IOMODES = ['none', 'read-write', 'frameio'] as const;
export type UnetIoMode = (typeof UNET_IOMODES)[number];
export const UNET_SWITCHES = ['off', 'on'] as const;
export type UnetSwitch = (typeof UNET_SWITCHES)[number];
export const UNET_ULP_CKSUMS = ['none', 'fullv4', 'partial'] as const;
export type UnetUlpCksum = (typeof UNET_ULP_CKSUMS)[number];

export const UNET_IOC_CREATE = 0x756e7401;
export const UNET_IOC_DESTROY = 0x756e7402;
export const UNET_IOC_LIST = 0x756e7403;
export const UNET_IOC_INFO = 0x756e7404;
export const UNET_IOC_GETPROP = 0x756e7405;
export const UNET_IOC_SETPROP = 0x756e7406;
export const UNET_IOC_EVENT = 0x756e7407;
export const UNET_IOC_CAPTURE = 0x756e7408;
export const UNET_IOC_WATCH = 0x756e7409;
export const UNET_IOC_WATCHED = 0x756e740a;
export const UNET_IOC_FRAMEIO_READ = 0x756e7430;
export const UNET_IOC_FRAMEIO_WRITE = 0x756e7431;

export const UNET_DESTROY_UNHELD = 0x1;
export const UNET_PERM_READ = 0x1;
export const UNET_PERM_WRITE = 0x2;
export const UNET_PERM_RW = 0x3;
export const UNET_PROPS_MAX = 32;
export const UNET_EVENT_RESYNC = 0x1;
export const UNET_EVF_STATE = 0x1;
export const UNET_EVENTS_MAX = 32;
export const UNET_CAPTURE_READ = 0x1;
export const UNET_CAPTURE_WRITE = 0x2;
export const UNET_CAPTURE_DROP = 0x4;
export const UNET_CAPTURE_ALL = 0x7;
export const UNET_SNAPLEN_MIN = 14;
export const UNET_SNAPLEN_MAX = 65536;
export const UNET_CAPTURE_DEFAULT = 1048576;
export const UNET_CAPTURE_MAX = 16777216;
export const UNET_CAPTURES_MAX = 8;
export const UNET_RECORD_ALIGN = 8;
export const UNET_WATCH_ALL = 0x1;

/** The precise cause of a failed control request. The index is the `unet_errno_t`. */
export interface UnetErrno {
  readonly number: number;
  readonly name: UnetErrnoName;
  readonly text: string;
}

const ERRNO_MAP = [
  ['OK', 'no error'],
  ['VERSION', 'driver and program speak different ABI versions'],
  ['RESERVED', 'reserved member or unknown flag is not zero'],
  ['NAME', 'invalid link name'],
  ['EXISTS', 'link already exists'],
  ['NOLINK', 'no such link'],
  ['LINKID', 'link name and link id do not belong together'],
  ['MACLEN', 'MAC address is not 6 bytes long'],
  ['MACADDR', 'MAC address is not a unicast address'],
  ['MTU', 'MTU is out of range'],
  ['LIFETIME', 'invalid lifetime'],
  ['POLICY', 'invalid link policy'],
  ['LINGER', 'linger time is out of range'],
  ['BUFTOOSMALL', 'buffer size is too small for one frame'],
  ['BUFTOOBIG', 'buffer size is too large'],
  ['NOPROP', 'no such property'],
  ['PROPRDONLY', 'property is read-only'],
  ['PROPCOUNT', 'too many properties, or none'],
  ['PRIV', 'permission denied'],
  ['ZONE', 'not possible in this zone'],
  ['HELD', 'link is held by a process'],
  ['BUSY', 'link is in use by the network stack'],
  ['DLMGMT', 'link management daemon refused'],
  ['MAC', 'MAC framework refused'],
  ['DYING', 'link is being destroyed'],
  ['MINORS', 'no device number is left'],
  ['NOMEM', 'not enough memory'],
  ['RDONLY', 'descriptor is not open for writing'],
  ['PROPVAL', 'invalid property value'],
  ['INTR', 'interrupted'],
  ['WRONLY', 'descriptor is not open for reading'],
  ['NOEVENT', 'no event has happened'],
  ['SNAPLEN', 'snap length is out of range'],
  ['CAPTURES', 'too many captures of this link'],
  ['BOUND', 'descriptor has been set up already'],
  ['UNBOUND', 'descriptor has not been set up'],
] as const;

export type UnetErrnoName = (typeof ERRNO_MAP)[number][0];

/** @see UNET_ERRNO_MAP */
export const UNET_ERRNOS: readonly UnetErrno[] = ERRNO_MAP.map(([name, words], number) => ({
  number,
  name,
  text: words,
}));

/** What kind of value a property has, which decides how it is read, shown and parsed. */
export type UnetPropKind =
  | 'bytes'
  | 'milliseconds'
  | 'mac'
  | 'policy'
  | 'uid'
  | 'gid'
  | 'lifetime'
  | 'iomode'
  | 'zone'
  | 'switch'
  | 'ulpcksum';

export interface UnetPropInfo {
  readonly id: number;
  /** The name in C: `UNET_PROP_<symbol>`. */
  readonly symbol: string;
  readonly name: UnetPropName;
  readonly perm: number;
  readonly kind: UnetPropKind;
}

const PROP_MAP = [
  [1, 'RXBUF', 'rxbuf', 'rw', 'bytes'],
  [2, 'TXBUF', 'txbuf', 'rw', 'bytes'],
  [3, 'MAXSIZE', 'maxsize', 'r', 'bytes'],
  [4, 'MINTU', 'mintu', 'r', 'bytes'],
  [5, 'MAXTU', 'maxtu', 'r', 'bytes'],
  [6, 'MTU', 'mtu', 'rw', 'bytes'],
  [7, 'MAC', 'mac', 'rw', 'mac'],
  [8, 'LINKSTATE', 'linkstate', 'rw', 'policy'],
  [9, 'LINGER', 'linger', 'rw', 'milliseconds'],
  [10, 'OWNER', 'owner', 'rw', 'uid'],
  [11, 'GROUP', 'group', 'rw', 'gid'],
  [12, 'LIFETIME', 'lifetime', 'r', 'lifetime'],
  [13, 'IOMODE', 'iomode', 'r', 'iomode'],
  [14, 'ZONE', 'zone', 'r', 'zone'],
  [15, 'RX_IPV4_CKSUM', '_rx_ipv4_cksum', 'rw', 'switch'],
  [16, 'TX_IPV4_CKSUM', '_tx_ipv4_cksum', 'rw', 'switch'],
  [17, 'TX_ULP_CKSUM', '_tx_ulp_cksum', 'rw', 'ulpcksum'],
  [18, 'LSO', '_lso', 'rw', 'switch'],
] as const;

export type UnetPropName = (typeof PROP_MAP)[number][2];

/** @see UNET_PROP_MAP */
export const UNET_PROPS: readonly UnetPropInfo[] = PROP_MAP.map(
  ([id, symbol, name, access, kind]) => ({
    id,
    symbol,
    name,
    perm: access === 'rw' ? UNET_PERM_RW : UNET_PERM_READ,
    kind,
  }),
);

const EVENT_MAP = [
  [1, 'ADMIN', 'admin'],
  [2, 'MTU', 'mtu'],
  [3, 'MAC', 'mac'],
  [4, 'PROMISC', 'promisc'],
  [5, 'JOIN', 'join'],
  [6, 'LEAVE', 'leave'],
  [7, 'PROP', 'property'],
  [8, 'DESTROY', 'destroy'],
  [9, 'OVERFLOW', 'overflow'],
  [10, 'SYNCED', 'synced'],
  [11, 'CREATE', 'create'],
  [12, 'HOLDER', 'holder'],
] as const;

export type UnetEventName = (typeof EVENT_MAP)[number][2];

export interface UnetEventInfo {
  readonly type: number;
  /** The name in C: `UNET_EV_<symbol>`. */
  readonly symbol: string;
  readonly name: UnetEventName;
}

/** @see UNET_EVENT_MAP */
export const UNET_EVENTS: readonly UnetEventInfo[] = EVENT_MAP.map(([type, symbol, name]) => ({
  type,
  symbol,
  name,
}));

/** The way a frame goes, as its holder sees it. */
export type UnetWay = 'read' | 'write';

const DROP_MAP = [
  [1, 'NOHOLDER', 'read', 'noholder', 'no process has the link open for reading'],
  [2, 'RUNT', 'read', 'runt', 'shorter than an Ethernet header'],
  [3, 'TOOBIG', 'read', 'toobig', 'longer than the MTU allows'],
  [4, 'NOMEM', 'read', 'nomem', 'no memory'],
  [5, 'OFFLOAD', 'read', 'offload', 'what was left to the link was not done'],
  [6, 'FLUSH', 'read', 'flush', 'still queued when the holder closed'],
  [7, 'RX_DYING', 'read', 'dying', 'the link was being destroyed'],
  [8, 'FILTER', 'write', 'filter', 'for an address that nobody here has'],
  [9, 'NOSTACK', 'write', 'nostack', 'no network stack uses the link'],
  [10, 'TX_DYING', 'write', 'dying', 'the link was being destroyed'],
] as const;

/** Why a frame was lost: the word that the statistic has after `rx_drop_` or `tx_drop_`. */
export type UnetDropName = (typeof DROP_MAP)[number][3];

export interface UnetDrop {
  readonly number: number;
  /** The name in C: `UNET_DROP_<symbol>`. */
  readonly symbol: string;
  readonly way: UnetWay;
  readonly name: UnetDropName;
  readonly text: string;
}

/** @see UNET_DROP_MAP */
export const UNET_DROPS: readonly UnetDrop[] = DROP_MAP.map(([number, symbol, way, name, why]) => ({
  number,
  symbol,
  way,
  name,
  text: why,
}));

export interface UnetIocHdr {
  version: number;
  errno: number;
  linkid: number;
  flags: number;
  name: string;
}
export const unetIocHdr: Struct<UnetIocHdr> = struct<UnetIocHdr>('unet_ioc_hdr_t', 'uih_', {
  version: u32,
  errno: u32,
  linkid: u32,
  flags: u32,
  name: text(UNET_NAMELEN),
});

export interface UnetIocCreate {
  hdr: UnetIocHdr;
  mac: Uint8Array;
  maclen: number;
  mtu: number;
  owner: number;
  group: number;
  lifetime: number;
  policy: number;
  linger: number;
  rxbuf: bigint;
  txbuf: bigint;
}
export const unetIocCreate: Struct<UnetIocCreate> = struct<UnetIocCreate>(
  'unet_ioc_create_t',
  'uic_',
  {
    hdr: nested(unetIocHdr),
    mac: bytes(UNET_MACLEN),
    maclen: u8,
    pad: reserved(u8),
    mtu: u32,
    owner: u32,
    group: u32,
    lifetime: u32,
    policy: u32,
    linger: u32,
    rxbuf: u64,
    txbuf: u64,
    reserved: reserved(u64, 4),
  },
);

export interface UnetIocDestroy {
  hdr: UnetIocHdr;
  /** Process id of the holder that refuses; 0: none does. */
  holder: number;
}
export const unetIocDestroy: Struct<UnetIocDestroy> = struct<UnetIocDestroy>(
  'unet_ioc_destroy_t',
  'uid_',
  { hdr: nested(unetIocHdr), holder: u32, pad: reserved(u32), reserved: reserved(u64, 2) },
);

export interface UnetListEnt {
  linkid: number;
  zoneid: number;
  minor: number;
  name: string;
}
export const unetListEnt: Struct<UnetListEnt> = struct<UnetListEnt>('unet_list_ent_t', 'ule_', {
  linkid: u32,
  zoneid: i32,
  minor: u32,
  pad: reserved(u32),
  name: text(UNET_NAMELEN),
});

export interface UnetIocList {
  hdr: UnetIocHdr;
  nents: number;
  actents: number;
  /** Address of `unet_list_ent_t[]`. */
  ents: bigint;
}
export const unetIocList: Struct<UnetIocList> = struct<UnetIocList>('unet_ioc_list_t', 'uil_', {
  hdr: nested(unetIocHdr),
  nents: u32,
  actents: u32,
  ents: u64,
  reserved: reserved(u64, 2),
});

export interface UnetIocInfo {
  hdr: UnetIocHdr;
  mac: Uint8Array;
  mtu: number;
  zoneid: number;
  owner: number;
  group: number;
  lifetime: number;
  policy: number;
  linger: number;
  linkstate: number;
  iomode: number;
  holder: number;
  minor: number;
  minframe: number;
  maxframe: number;
  maxvecs: number;
  rxbuf: bigint;
  txbuf: bigint;
  minbuf: bigint;
  maxbuf: bigint;
  rxqBytes: bigint;
  rxqFrames: bigint;
  txqBytes: bigint;
  txqFrames: bigint;
  /** `zoneid`, unless the link is lent to that zone. */
  ownerzone: number;
}
export const unetIocInfo: Struct<UnetIocInfo> = struct<UnetIocInfo>('unet_ioc_info_t', 'uii_', {
  hdr: nested(unetIocHdr),
  mac: bytes(UNET_MACLEN),
  pad: reserved(u8, 2),
  mtu: u32,
  zoneid: i32,
  owner: u32,
  group: u32,
  lifetime: u32,
  policy: u32,
  linger: u32,
  linkstate: u32,
  iomode: u32,
  holder: u32,
  minor: u32,
  minframe: u32,
  maxframe: u32,
  maxvecs: u32,
  rxbuf: u64,
  txbuf: u64,
  minbuf: u64,
  maxbuf: u64,
  rxqBytes: u64,
  rxqFrames: u64,
  txqBytes: u64,
  txqFrames: u64,
  ownerzone: i32,
  pad2: reserved(u32),
  reserved: reserved(u64, 7),
});

export interface UnetProp {
  id: number;
  perm: number;
  value: bigint;
}
export const unetProp: Struct<UnetProp> = struct<UnetProp>('unet_prop_t', 'up_', {
  id: u32,
  perm: u32,
  value: u64,
});

export interface UnetIocProps {
  hdr: UnetIocHdr;
  count: number;
  /** Index of the property refused. */
  bad: number;
  props: readonly UnetProp[];
}
export const unetIocProps: Struct<UnetIocProps> = struct<UnetIocProps>('unet_ioc_props_t', 'uip_', {
  hdr: nested(unetIocHdr),
  count: u32,
  bad: u32,
  reserved: reserved(u64, 2),
  props: array(nested(unetProp), UNET_PROPS_MAX),
});

export interface UnetEvent {
  /** Number of the last change that this stands for, from 1, since the open. */
  seq: bigint;
  /** ns */
  time: bigint;
  value: bigint;
  /** `UNET_EV_*` */
  type: number;
  /** Changes that this stands for. */
  count: number;
  /** `UNET_PROP_*`, or 0 */
  prop: number;
  /** `UNET_EVF_*` */
  flags: number;
}
export const unetEvent: Struct<UnetEvent> = struct<UnetEvent>('unet_event_t', 'ue_', {
  seq: u64,
  time: u64,
  value: u64,
  type: u32,
  count: u32,
  prop: u32,
  flags: u32,
});

export interface UnetIocEvent {
  hdr: UnetIocHdr;
  count: number;
  /** Events not taken yet. */
  pending: number;
  events: readonly UnetEvent[];
}
export const unetIocEvent: Struct<UnetIocEvent> = struct<UnetIocEvent>('unet_ioc_event_t', 'uie_', {
  hdr: nested(unetIocHdr),
  count: u32,
  pending: u32,
  reserved: reserved(u64, 2),
  events: array(nested(unetEvent), UNET_EVENTS_MAX),
});

export interface UnetIocCapture {
  hdr: UnetIocHdr;
  /** Bytes of each frame; 0: all. */
  snaplen: number;
  /** Bytes of the buffer; 0: `UNET_CAPTURE_DEFAULT`. */
  bytes: number;
  /** The longest record there can be. */
  maxrecord: number;
}
export const unetIocCapture: Struct<UnetIocCapture> = struct<UnetIocCapture>(
  'unet_ioc_capture_t',
  'uica_',
  {
    hdr: nested(unetIocHdr),
    snaplen: u32,
    bytes: u32,
    maxrecord: u32,
    pad: reserved(u32),
    reserved: reserved(u64, 2),
  },
);

export interface UnetRecord {
  /** Bytes to the next record. */
  size: number;
  /** Bytes of the frame that follow. */
  caplen: number;
  /** Bytes that the frame had. */
  len: number;
  /** `UNET_CAPTURE_READ` or `UNET_CAPTURE_WRITE`; 0: no frame, but `lost` */
  way: number;
  /** `UNET_DROP_*`, 0: not lost */
  drop: number;
  /** ns since the epoch */
  time: bigint;
  /** Not copied since the record before. */
  lost: bigint;
}
export const unetRecord: Struct<UnetRecord> = struct<UnetRecord>('unet_record_t', 'ur_', {
  size: u32,
  caplen: u32,
  len: u32,
  way: u16,
  drop: u16,
  time: u64,
  lost: u64,
});

export interface UnetIocWatch {
  hdr: UnetIocHdr;
}
export const unetIocWatch: Struct<UnetIocWatch> = struct<UnetIocWatch>('unet_ioc_watch_t', 'uiw_', {
  hdr: nested(unetIocHdr),
  reserved: reserved(u64, 2),
});

export interface UnetWatched {
  event: UnetEvent;
  /** Id of the link; 0 of an overflow. */
  linkid: number;
  zoneid: number;
  name: string;
}
export const unetWatched: Struct<UnetWatched> = struct<UnetWatched>('unet_watched_t', 'uw_', {
  event: nested(unetEvent),
  linkid: u32,
  zoneid: i32,
  name: text(UNET_NAMELEN),
});

export interface UnetIocWatched {
  hdr: UnetIocHdr;
  count: number;
  /** Events not taken yet. */
  pending: number;
  events: readonly UnetWatched[];
}
export const unetIocWatched: Struct<UnetIocWatched> = struct<UnetIocWatched>(
  'unet_ioc_watched_t',
  'uiwd_',
  {
    hdr: nested(unetIocHdr),
    count: u32,
    pending: u32,
    reserved: reserved(u64, 2),
    events: array(nested(unetWatched), UNET_EVENTS_MAX),
  },
);

/** The head of a request about a link, by name or, with an empty name, the descriptor's own. */
export function unetHdr(name = '', flags = 0): UnetIocHdr {
  return { version: UNET_ABI_VERSION, errno: 0, linkid: UNET_LINKID_NONE, flags, name };
}

/** Every structure of unet.h, for `checks/abi`. */
export const UNET_STRUCTS: readonly StructLayout[] = [
  unetIocHdr,
  unetIocCreate,
  unetIocDestroy,
  unetListEnt,
  unetIocList,
  unetIocInfo,
  unetProp,
  unetIocProps,
  unetEvent,
  unetIocEvent,
  unetIocCapture,
  unetRecord,
  unetIocWatch,
  unetWatched,
  unetIocWatched,
];

/** Every number of unet.h that is declared here, for `checks/abi`. */
export const UNET_CONSTANTS: Readonly<Record<string, number>> = {
  UNET_ABI_VERSION,
  UNET_NAMELEN,
  UNET_MACLEN,
  UNET_LINKID_NONE,
  UNET_ID_NONE,
  UNET_MTU_MIN,
  UNET_MTU_MAX,
  UNET_MTU_DEFAULT,
  UNET_FRAME_MIN,
  UNET_FRAME_PAD,
  UNET_FRAME_EXTRA,
  UNET_FRAME_OVERHEAD,
  UNET_BUF_DEFAULT,
  UNET_BUF_MAX,
  UNET_LINGER_MAX,
  UNET_LIFE_TEMPORARY,
  UNET_LIFE_PERSISTENT,
  UNET_LIFE_TRANSIENT,
  UNET_LIFE_SINGLE_SHOT,
  UNET_POLICY_AUTO,
  UNET_POLICY_UP,
  UNET_POLICY_DOWN,
  UNET_LINK_DOWN,
  UNET_LINK_UP,
  UNET_IOMODE_NONE,
  UNET_IOMODE_RDWR,
  UNET_IOMODE_FRAMEIO,
  UNET_ULP_CKSUM_NONE,
  UNET_ULP_CKSUM_FULLV4,
  UNET_ULP_CKSUM_PARTIAL,
  UNET_IOC_CREATE,
  UNET_IOC_DESTROY,
  UNET_IOC_LIST,
  UNET_IOC_INFO,
  UNET_IOC_GETPROP,
  UNET_IOC_SETPROP,
  UNET_IOC_FRAMEIO_READ,
  UNET_IOC_FRAMEIO_WRITE,
  UNET_DESTROY_UNHELD,
  UNET_PERM_READ,
  UNET_PERM_WRITE,
  UNET_PERM_RW,
  UNET_PROPS_MAX,
  UNET_IOC_EVENT,
  UNET_EVENT_RESYNC,
  UNET_EVF_STATE,
  UNET_EVENTS_MAX,
  UNET_IOC_CAPTURE,
  UNET_IOC_WATCH,
  UNET_IOC_WATCHED,
  UNET_CAPTURE_READ,
  UNET_CAPTURE_WRITE,
  UNET_CAPTURE_DROP,
  UNET_CAPTURE_ALL,
  UNET_SNAPLEN_MIN,
  UNET_SNAPLEN_MAX,
  UNET_CAPTURE_DEFAULT,
  UNET_CAPTURE_MAX,
  UNET_CAPTURES_MAX,
  UNET_RECORD_ALIGN,
  UNET_WATCH_ALL,
  UNET_DROP_END: UNET_DROPS.length + 1,
  UNET_EV_END: UNET_EVENTS.length + 1,
  UNET_PROP_END: UNET_PROPS.length + 1,
  UNET_E_MAX: UNET_ERRNOS.length,
  ...Object.fromEntries(UNET_PROPS.map((prop) => [`UNET_PROP_${prop.symbol}`, prop.id])),
  ...Object.fromEntries(UNET_EVENTS.map((event) => [`UNET_EV_${event.symbol}`, event.type])),
  ...Object.fromEntries(UNET_DROPS.map((drop) => [`UNET_DROP_${drop.symbol}`, drop.number])),
  ...Object.fromEntries(UNET_ERRNOS.map((error) => [`UNET_E_${error.name}`, error.number])),
};

/** Every text of unet.h that is declared here, for `checks/abi`. */
export const UNET_STRINGS: Readonly<Record<string, string>> = {
  UNET_CTL_PATH,
  UNET_DEV_DIR,
  UNET_MONITOR_PATH,
  ...Object.fromEntries(
    UNET_DROPS.map(({ symbol, way, name, text: why }) => [
      `UNET_DROP_${symbol}`,
      `${way.toUpperCase()} ${name}: ${why}`,
    ]),
  ),
};
