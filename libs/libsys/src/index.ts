/**
 * {@include ../README.md}
 *
 * @module libsys
 */

export { AbortError } from './abort-error.ts';
export { chooseKernel, type KernelChoice, type OpenKernelOptions, openKernel } from './choose.ts';
export { ERRNO, errnoName, errnoNumber, errnoText } from './errno.ts';
export { type Fd, toFd } from './fd.ts';
export {
  addressOf,
  type CallbackPrototype,
  type CType,
  FFI_BACKEND,
  LibraryError,
  lastErrno,
  loadLibrary,
  type Prototype,
  withCallback,
} from './ffi.ts';
export {
  HK_CONSTANTS,
  HK_STRUCTS,
  type HkBusinfo,
  type HkKsnamed,
  type HkKstat,
  type HkSysinfo,
  type HkUsage,
} from './hk-abi.ts';
export {
  DATALINK_CLASS_MISC,
  type DataLink,
  DL_ETHER,
  FAULT_KINDS,
  type FaultKind,
  HostedControl,
  type HostedZone,
  type KstatData,
  type KstatList,
  type PlumbOptions,
  type StackEnd,
  type StackKind,
  type StackWant,
} from './hosted-control.ts';
export {
  type Doing,
  type Kernel,
  type OpenFlags,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
} from './kernel.ts';
export type { KernelMemory } from './kernel-memory.ts';
export {
  array,
  bytes,
  i16,
  i32,
  i64,
  type Member,
  type MemberLayout,
  type Members,
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
export { findNative, type NativeFile } from './native-files.ts';
export { enterNetns } from './netns.ts';
export { PollGuard } from './poll-guard.ts';
export type { Readiness, Ready, Wanted } from './readiness.ts';
export { type RuntimeDir, runtimeDirOf } from './runtime-dir.ts';
export { type ServerStatus, serverStatus, startServer, stopServer } from './server.ts';
export { shareClass } from './shared-class.ts';
export { isSysError, SysError, type SysErrorInit } from './sys-error.ts';
export type { PollEvents } from './uv-poll.ts';
