import { bytes, i32, i64, type Struct, struct, text, u8, u32, u64 } from 'libsys';

/**
 * What libkstat keeps in this process' memory, 64-bit.
 *
 * @see sys/kstat.h and kstat.h of illumos
 */

/** @see KSTAT_STRLEN */
const STRLEN = 31;

/** Size of the union of values in a `kstat_named_t`. */
export const NAMED_VALUE_SIZE = 16;

interface KstatCtl {
  chainId: number;
  /** Address of the first `kstat_t`. */
  chain: bigint;
  kd: number;
}
export const kstatCtl: Struct<KstatCtl> = struct<KstatCtl>('kstat_ctl_t', 'kc_', {
  chainId: i32,
  chain: u64,
  kd: i32,
});

interface KstatHeader {
  crtime: bigint;
  /** Address of the next one. */
  next: bigint;
  kid: number;
  module: string;
  resv: number;
  instance: number;
  name: string;
  type: number;
  class: string;
  flags: number;
  /** Address of the data. */
  data: bigint;
  ndata: number;
  dataSize: bigint;
  snaptime: bigint;
}
export const kstatHeader: Struct<KstatHeader> = struct<KstatHeader>('kstat_t', 'ks_', {
  crtime: i64,
  next: u64,
  kid: i32,
  module: text(STRLEN),
  resv: u8,
  instance: i32,
  name: text(STRLEN),
  type: u8,
  class: text(STRLEN),
  flags: u8,
  data: u64,
  ndata: u32,
  dataSize: u64,
  snaptime: i64,
});

interface KstatNamed {
  name: string;
  type: number;
  value: Uint8Array;
}
export const kstatNamed: Struct<KstatNamed> = struct<KstatNamed>('kstat_named_t', '', {
  name: text(STRLEN),
  type: u8,
  value: bytes(NAMED_VALUE_SIZE),
});
