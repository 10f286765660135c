/**
 * {@include ../README.md}
 *
 * @module libframeio
 */

export { FrameBatch } from './frame-batch.ts';
export type { FrameBatchOptions } from './frame-batch-options.ts';
export type { FrameMemory, MemorySource } from './frame-memory.ts';
export { FrameioDriver, type UserMemory } from './frameio-driver.ts';
export {
  FRAMEIO_CONSTANTS,
  FRAMEIO_CURRENT_VERSION,
  FRAMEIO_NVECS_MAX,
  FRAMEIO_VERSION_ONE,
  type FrameioLayout,
  type FrameioStruct,
  frameioBytes,
  frameioStructs,
  ILP32,
  LP64,
} from './frameio-layout.ts';
export {
  type FrameioFault,
  type FrameioFormat,
  type FrameioVector,
  FrameioView,
  type FrameLimits,
} from './frameio-view.ts';
export { GatherBatch, type GatherBatchOptions } from './gather-batch.ts';
export { type FramePart, layOutFrameio } from './lay-out-frameio.ts';
