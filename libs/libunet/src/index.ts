/**
 * {@include ../README.md}
 *
 * @module libunet
 */

export {
  FrameBatch,
  type FrameBatchOptions,
  GatherBatch,
  type GatherBatchOptions,
} from 'libframeio';
export { AbortError, type Fd, type Kernel, type Ready, SysError, type Wanted } from 'libsys';
export type {
  UnetDrop,
  UnetDropName,
  UnetErrnoName,
  UnetIoMode,
  UnetLifetime,
  UnetLinkState,
  UnetPolicy,
  UnetPropName,
  UnetPropValues,
  UnetWay,
} from 'libsys/unet-abi';
export type { CaptureProgress } from './capture.ts';
export type { CaptureBatch } from './capture-batch.ts';
export { CaptureFile, type CaptureFileOptions } from './capture-file.ts';
export { type CapturedLink, type CaptureOptions, captureLink } from './capture-link.ts';
export type { CaptureTarget } from './capture-sink.ts';
export type { CallFault, FaultPlan, FaultRule, FaultWhen, FrameFault } from './fault-plan.ts';
export type { FaultCounts } from './fault-side.ts';
export { type FaultOptions, type FaultyLink, faultyLink } from './faulty-link.ts';
export type {
  BatchOptions,
  EventOptions,
  FrameLink,
  ReadOptions,
  WaitOptions,
} from './frame-link.ts';
export {
  type CapturedFrame,
  type CaptureKind,
  LinkCapture,
  type LinkCaptureOptions,
} from './link-capture.ts';
export { type LinkName, parseLinkName } from './link-name.ts';
export {
  LinkWatch,
  type UnetCreateEvent,
  type UnetHolderEvent,
  type WatchedEvent,
} from './link-watch.ts';
export { LinkWrapper } from './link-wrapper.ts';
export { nodeDuplexOf, nodeReadableOf, nodeWritableOf } from './node-streams.ts';
export {
  type OpenCaptureOptions,
  type OpenWatchOptions,
  openCapture,
  openWatch,
} from './open-monitor.ts';
export { type OpenedLink, type OpenUnetOptions, openUnet } from './open-unet.ts';
export type { LinkStreamOptions } from './stream-options.ts';
export {
  LINK_CHANNEL,
  type LinkCall,
  type LinkTracer,
  type TracedLink,
  tracedLink,
} from './traced-link.ts';
export { isUnetError, UnetError, type UnetErrorInit } from './unet-error.ts';
export type {
  UnetEvent,
  UnetEventMap,
  UnetEventType,
  UnetGroupEvent,
  UnetLinkEvent,
  UnetListener,
  UnetMacEvent,
  UnetMarkEvent,
  UnetMtuEvent,
  UnetPromiscEvent,
  UnetPropertyEvent,
  UnetPropertyEventOf,
} from './unet-event.ts';
export type { UnetInfo } from './unet-info.ts';
export { UnetLink } from './unet-link.ts';
export type { UnetFcTime, UnetRxDrop, UnetStats, UnetTxDrop } from './unet-stats.ts';
export { type LinkStreams, readableOf, streamsOf, writableOf } from './web-streams.ts';
export type { WritableBatch } from './writable-batch.ts';
