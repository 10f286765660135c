import {
  array,
  bytes,
  f64,
  i32,
  i64,
  reserved,
  type Struct,
  type StructLayout,
  struct,
  text,
  u8,
  u32,
  u64,
} from './layout.ts';

/** What `kernel/hosted/hk.h` says, as data. `checks/abi` compares it with the C compiler's answer. */

export const HK_VERSION = 3;
export const HK_BOOT_QUIET = 0x1;
export const HK_BOOT_SHARE = 0x2;
export const HK_PRIV_DL_CONFIG = 0x1;
export const HK_PRIV_NET_RAWACCESS = 0x2;
export const HK_PRIV_ALL = 0xffffffff;
export const HK_NAMELEN = 32;

export const HK_IOC_DLCREATE = 0x686b0001;
export const HK_IOC_DLDESTROY = 0x686b0002;
export const HK_IOC_DLINFO = 0x686b0003;
export const HK_IOC_DLNEXT = 0x686b0004;
export const HK_IOC_DLRENAME = 0x686b0005;
export const HK_IOC_DLSETZONE = 0x686b0006;
export const HK_IOC_DLMGMT = 0x686b0007;
export const HK_IOC_DLUP = 0x686b000f;
export const HK_IOC_PLUMB = 0x686b0010;
export const HK_IOC_UNPLUMB = 0x686b0011;
export const HK_IOC_STACKINFO = 0x686b0012;
export const HK_IOC_PROPGET = 0x686b0013;
export const HK_IOC_PROPSET = 0x686b0014;
export const HK_PROPLEN = 64;
export const HK_IOC_CAPAB = 0x686b0015;
export const HK_IOC_STACKWANT = 0x686b0018;
export const HK_IOC_KSLIST = 0x686b0020;
export const HK_IOC_KSREAD = 0x686b0021;
export const HK_IOC_KSREADS = 0x686b0022;
export const HK_KSREADS_MAX = 64;
export const HK_IOC_USAGE = 0x686b0030;
export const HK_IOC_FAULT = 0x686b0031;
export const HK_IOC_SYSINFO = 0x686b0040;
export const HK_IOC_SHUTDOWN = 0x686b0041;
export const HK_IOC_UNLOAD = 0x686b0042;
export const HK_IOC_LOAD = 0x686b0043;
export const HK_IOC_ZONECREATE = 0x686b0050;
export const HK_IOC_ZONEHALT = 0x686b0051;
export const HK_IOC_ZONENEXT = 0x686b0052;
export const HK_IOC_ZONEBOOT = 0x686b0053;
export const HK_IOC_ZONEDESTROY = 0x686b0054;
export const HK_NETNSLEN = 256;
export const HK_IOC_BUSINFO = 0x686b0060;
export const HK_IOC_BUSSEND = 0x686b0061;
export const HK_PKT_IPV4_CKSUM = 0x01;
export const HK_PKT_PARTIAL_CKSUM = 0x02;
export const HK_PKT_FULL_CKSUM = 0x04;
export const HK_PKT_FULL_CKSUM_OK = 0x08;
export const HK_PKT_LSO = 0x10;
export const HK_BUS_BLOCKS = 4;
export const HK_BUS_EMPTY = 0xffffffff;

export const HK_DL_ACTIVE = 0x1;
export const HK_DL_PERSIST = 0x2;
export const HK_DL_TRANSIENT = 0x200;

export const HK_STACK_NONE = 0;
export const HK_STACK_TAP = 1;
export const HK_STACK_BUS = 2;
export const HK_STACK_AUTO = 3;
export const HK_STACK_PIN = 0x1;
export const HK_STACK_SPLIT = 0x2;
export const HK_STACK_ECHO = 0x4;

/** @see hk_stackwant_t */
export const HK_WANT_JOIN = 1;
export const HK_WANT_LEAVE = 2;
export const HK_WANT_ALL = 3;
export const HK_WANT_OWN = 4;

export const HK_FAULT_ALLOC = 1;
export const HK_FAULT_COPY = 2;
export const HK_FAULT_INTR = 3;
export const HK_FAULT_UPCALL = 4;
export const HK_FAULT_MAC = 5;

export const HK_ZONE_CONFIGURED = 1;
export const HK_ZONE_RUNNING = 2;
export const HK_ZONE_SHARED_IP = 0x1;

export const HK_DLMGMT_ASK = 0;
export const HK_DLMGMT_STOP = 1;
export const HK_DLMGMT_START = 2;

/** An ioctl for `hk_call()`; its structure is at the address `arg`. */
export interface HkCall {
  file: number;
  cmd: number;
  arg: number;
  result: number;
}
export const hkCall: Struct<HkCall> = struct<HkCall>('hk_call_t', 'hca_', {
  file: f64,
  cmd: f64,
  arg: f64,
  result: f64,
});

export interface HkCred {
  uid: number;
  gid: number;
  zoneid: number;
  privs: number;
}
export const hkCred: Struct<HkCred> = struct<HkCred>('hk_cred_t', 'hc_', {
  uid: u32,
  gid: u32,
  zoneid: i32,
  privs: u32,
});

export interface HkDl {
  linkid: number;
  /** `DATALINK_CLASS_*` */
  class: number;
  /** `DL_ETHER` is 4. */
  media: number;
  flags: number;
  zoneid: number;
  name: string;
}
export const hkDl: Struct<HkDl> = struct<HkDl>('hk_dl_t', 'hdl_', {
  linkid: u32,
  class: u32,
  media: u32,
  flags: u32,
  zoneid: i32,
  pad: reserved(u32),
  name: text(HK_NAMELEN),
});

export interface HkStack {
  linkid: number;
  kind: number;
  flags: number;
  bus: string;
}
export const hkStack: Struct<HkStack> = struct<HkStack>('hk_stack_t', 'hst_', {
  linkid: u32,
  kind: u32,
  flags: u32,
  pad: reserved(u32),
  bus: text(HK_NAMELEN),
});

export interface HkLinkprop {
  linkid: number;
  size: number;
  perm: number;
  name: string;
  value: string;
  default: string;
}
export const hkLinkprop: Struct<HkLinkprop> = struct<HkLinkprop>('hk_linkprop_t', 'hlp_', {
  linkid: u32,
  size: u32,
  perm: u32,
  pad: reserved(u32),
  name: text(HK_NAMELEN),
  value: text(HK_PROPLEN),
  default: text(HK_PROPLEN),
});

export interface HkCapab {
  linkid: number;
  /** `HCKSUM_*` */
  hcksum: number;
  hcksumSize: number;
  /** `LSO_TX_*` */
  lso: number;
  lsoMax: number;
  lsoSize: number;
  changes: bigint;
}
export const hkCapab: Struct<HkCapab> = struct<HkCapab>('hk_capab_t', 'hca_', {
  linkid: u32,
  hcksum: u32,
  hcksumSize: u32,
  lso: u32,
  lsoMax: u32,
  lsoSize: u32,
  changes: u64,
});

export interface HkStackwant {
  linkid: number;
  /** `HK_WANT_*` */
  what: number;
  addr: Uint8Array;
}
export const hkStackwant: Struct<HkStackwant> = struct<HkStackwant>('hk_stackwant_t', 'hsw_', {
  linkid: u32,
  what: u32,
  addr: bytes(6),
  pad: reserved(u8, 2),
});

export interface HkKstat {
  kid: number;
  instance: number;
  module: string;
  name: string;
  class: string;
  /** `KSTAT_TYPE_*` */
  type: number;
  ndata: number;
  /** ns */
  crtime: bigint;
}
export const hkKstat: Struct<HkKstat> = struct<HkKstat>('hk_kstat_t', 'hks_', {
  kid: u32,
  instance: i32,
  module: text(HK_NAMELEN),
  name: text(HK_NAMELEN),
  class: text(HK_NAMELEN),
  type: u32,
  ndata: u32,
  crtime: i64,
});

export interface HkKslist {
  nents: number;
  actents: number;
  ents: bigint;
  chainid: number;
}
export const hkKslist: Struct<HkKslist> = struct<HkKslist>('hk_kslist_t', 'hkl_', {
  nents: u32,
  actents: u32,
  ents: u64,
  chainid: u32,
  pad: reserved(u32),
});

export interface HkKsnamed {
  name: string;
  /** `KSTAT_DATA_*` */
  type: number;
  value: bigint;
  string: string;
}
export const hkKsnamed: Struct<HkKsnamed> = struct<HkKsnamed>('hk_ksnamed_t', 'hkn_', {
  name: text(HK_NAMELEN),
  type: u32,
  pad: reserved(u32),
  value: u64,
  string: text(128),
});

export interface HkKsread {
  kid: number;
  nents: number;
  actents: number;
  /** Of `HK_IOC_KSREADS`. */
  errno: number;
  ents: bigint;
  /** ns */
  crtime: bigint;
  /** ns */
  snaptime: bigint;
}
export const hkKsread: Struct<HkKsread> = struct<HkKsread>('hk_ksread_t', 'hkr_', {
  kid: u32,
  nents: u32,
  actents: u32,
  errno: u32,
  ents: u64,
  crtime: i64,
  snaptime: i64,
});

export interface HkKsreads {
  nreads: number;
  /** Address of `hk_ksread_t[]`. */
  reads: bigint;
}
export const hkKsreads: Struct<HkKsreads> = struct<HkKsreads>('hk_ksreads_t', 'hkm_', {
  nreads: u32,
  pad: reserved(u32),
  reads: u64,
});

export interface HkUsage {
  kmem: bigint;
  mblks: bigint;
  files: bigint;
  links: bigint;
  kstats: bigint;
  threads: bigint;
  locks: bigint;
}
export const hkUsage: Struct<HkUsage> = struct<HkUsage>('hk_usage_t', 'hu_', {
  kmem: u64,
  mblks: u64,
  files: u64,
  links: u64,
  kstats: u64,
  threads: u64,
  locks: u64,
  reserved: reserved(u64, 9),
});

export interface HkFault {
  kind: number;
  /** 0: the usual one */
  errno: number;
  nth: bigint;
  seen: bigint;
}
export const hkFault: Struct<HkFault> = struct<HkFault>('hk_fault_t', 'hf_', {
  kind: u32,
  errno: u32,
  nth: u64,
  seen: u64,
});

export interface HkSysinfo {
  version: number;
  pid: number;
  uid: number;
  served: number;
  links: number;
  files: number;
  /** ns */
  uptime: bigint;
}
export const hkSysinfo: Struct<HkSysinfo> = struct<HkSysinfo>('hk_sysinfo_t', 'hsi_', {
  version: u32,
  pid: u32,
  uid: u32,
  served: u32,
  links: u32,
  files: u32,
  uptime: i64,
  reserved: reserved(u64, 4),
});

export interface HkDlmgmt {
  /** `HK_DLMGMT_*` */
  what: number;
  running: number;
}
export const hkDlmgmt: Struct<HkDlmgmt> = struct<HkDlmgmt>('hk_dlmgmt_t', 'hdm_', {
  what: u32,
  running: u32,
});

export interface HkZone {
  /** -1: it does not run. */
  zoneid: number;
  flags: number;
  /** `HK_ZONE_CONFIGURED`, `HK_ZONE_RUNNING` */
  state: number;
  name: string;
  /** Empty: none. */
  netns: string;
}
export const hkZone: Struct<HkZone> = struct<HkZone>('hk_zone_t', 'hz_', {
  zoneid: i32,
  flags: u32,
  state: u32,
  pad: reserved(u32),
  name: text(64),
  netns: text(HK_NETNSLEN),
});

export interface HkBusinfo {
  rxFrames: bigint;
  txFrames: bigint;
  drops: bigint;
  ports: number;
  /** `HK_PKT_*` */
  rxFlags: number;
}
export const hkBusinfo: Struct<HkBusinfo> = struct<HkBusinfo>('hk_businfo_t', 'hbi_', {
  rxFrames: u64,
  txFrames: u64,
  drops: u64,
  ports: u32,
  rxFlags: u32,
});

export interface HkBussend {
  buf: bigint;
  len: number;
  /** `HK_PKT_*` */
  flags: number;
  start: number;
  stuff: number;
  end: number;
  mss: number;
  blocks: readonly number[];
}
export const hkBussend: Struct<HkBussend> = struct<HkBussend>('hk_bussend_t', 'hbs_', {
  buf: u64,
  len: u32,
  flags: u32,
  start: u32,
  stuff: u32,
  end: u32,
  mss: u32,
  blocks: array(u32, HK_BUS_BLOCKS),
});

/** Every structure and constant of hk.h that is declared here, for `checks/abi`. */
export const HK_STRUCTS: readonly StructLayout[] = [
  hkCall,
  hkCred,
  hkDl,
  hkStack,
  hkStackwant,
  hkKstat,
  hkKslist,
  hkKsnamed,
  hkKsread,
  hkKsreads,
  hkUsage,
  hkFault,
  hkSysinfo,
  hkDlmgmt,
  hkZone,
  hkBusinfo,
  hkBussend,
  hkLinkprop,
  hkCapab,
];
export const HK_CONSTANTS: Readonly<Record<string, number>> = {
  HK_VERSION,
  HK_BOOT_QUIET,
  HK_BOOT_SHARE,
  HK_PRIV_DL_CONFIG,
  HK_PRIV_NET_RAWACCESS,
  HK_PRIV_ALL,
  HK_NAMELEN,
  HK_IOC_DLCREATE,
  HK_IOC_DLDESTROY,
  HK_IOC_DLINFO,
  HK_IOC_DLNEXT,
  HK_IOC_DLRENAME,
  HK_IOC_DLSETZONE,
  HK_IOC_DLMGMT,
  HK_DLMGMT_ASK,
  HK_DLMGMT_STOP,
  HK_DLMGMT_START,
  HK_IOC_DLUP,
  HK_IOC_PLUMB,
  HK_IOC_UNPLUMB,
  HK_IOC_STACKINFO,
  HK_IOC_STACKWANT,
  HK_WANT_JOIN,
  HK_WANT_LEAVE,
  HK_WANT_ALL,
  HK_WANT_OWN,
  HK_IOC_KSLIST,
  HK_IOC_KSREAD,
  HK_IOC_KSREADS,
  HK_KSREADS_MAX,
  HK_IOC_USAGE,
  HK_IOC_FAULT,
  HK_IOC_SYSINFO,
  HK_IOC_SHUTDOWN,
  HK_IOC_UNLOAD,
  HK_IOC_LOAD,
  HK_IOC_ZONECREATE,
  HK_IOC_ZONEHALT,
  HK_IOC_ZONENEXT,
  HK_IOC_ZONEBOOT,
  HK_IOC_ZONEDESTROY,
  HK_NETNSLEN,
  HK_ZONE_CONFIGURED,
  HK_ZONE_RUNNING,
  HK_IOC_BUSINFO,
  HK_IOC_BUSSEND,
  HK_IOC_PROPGET,
  HK_IOC_PROPSET,
  HK_PROPLEN,
  HK_IOC_CAPAB,
  HK_PKT_IPV4_CKSUM,
  HK_PKT_PARTIAL_CKSUM,
  HK_PKT_FULL_CKSUM,
  HK_PKT_FULL_CKSUM_OK,
  HK_PKT_LSO,
  HK_BUS_BLOCKS,
  HK_BUS_EMPTY,
  HK_DL_ACTIVE,
  HK_DL_PERSIST,
  HK_DL_TRANSIENT,
  HK_STACK_NONE,
  HK_STACK_TAP,
  HK_STACK_BUS,
  HK_STACK_AUTO,
  HK_STACK_PIN,
  HK_STACK_SPLIT,
  HK_STACK_ECHO,
  HK_FAULT_ALLOC,
  HK_FAULT_COPY,
  HK_FAULT_INTR,
  HK_FAULT_UPCALL,
  HK_FAULT_MAC,
  HK_ZONE_SHARED_IP,
};
