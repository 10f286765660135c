export { FrameBatch, type FrameBatchOptions } from './frame-batch.ts';
export type { FrameMemory, MemorySource } from './frame-memory.ts';
export {
  FRAMEIO_CONSTANTS,
  FRAMEIO_CURRENT_VERSION,
  FRAMEIO_NVECS_MAX,
  FRAMEIO_VERSION_ONE,
  type FrameioLayout,
  type FrameioStruct,
  frameioStructs,
  LP64,
} from './frameio-layout.ts';
