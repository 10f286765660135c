import { requireInteger, requireOptions } from './arguments.ts';
import type { MemorySource } from './frame-memory.ts';
import { FRAMEIO_NVECS_MAX } from './frameio-layout.ts';

/** What a batch is made for. */
export interface FrameBatchOptions {
  /** How many frames fit. Frames times vectors of a frame may be 256 at most. */
  readonly frames: number;
  /** The longest frame, in bytes. */
  readonly frameSize: number;
  /**
   * Has each frame cross in several vectors: the bytes of every vector but the last, which gets the
   * rest of `frameSize`. `[14]` is an Ethernet header and everything else. None by default. In
   * `buffer` the parts of a frame lie one behind the other all the same.
   */
  readonly split?: readonly number[];
  /** Bytes kept free in front of every frame, for a header of your own. None by default. */
  readonly headRoom?: number;
  /**
   * Gives the batch the one piece of memory it lives in. By default it is this process's own;
   * memory that a driver reaches more cheaply can come from elsewhere. Asked once.
   */
  readonly memory?: MemorySource;
}

const OPTIONS: ReadonlySet<string> = new Set([
  'frames',
  'frameSize',
  'split',
  'headRoom',
  'memory',
]);
const FRAME_SIZE_MAX = 16 * 1024 * 1024;
const HEAD_ROOM_MAX = 64 * 1024;
/** The options of a batch, with every default. */
export interface FrameBatchShape {
  readonly frames: number;
  readonly frameSize: number;
  readonly split: readonly number[];
  readonly headRoom: number;
  readonly memory: MemorySource | undefined;
}

/**
 * What the options of a batch say.
 *
 * @throws {TypeError} an unknown option or one of the wrong type
 * @throws {RangeError} a number out of range
 */
export function frameBatchShape(options: FrameBatchOptions): FrameBatchShape {
  requireOptions('FrameBatch', options, OPTIONS);
  const { frames, frameSize, split = [], headRoom = 0, memory } = options;
  if (!Array.isArray(split)) throw new TypeError('split must be an array of numbers');
  const nvpf = split.length + 1;
  if (nvpf > FRAMEIO_NVECS_MAX) {
    throw new RangeError(`split must have at most ${FRAMEIO_NVECS_MAX - 1} numbers`);
  }
  requireInteger('frames', frames, 1, Math.floor(FRAMEIO_NVECS_MAX / nvpf));
  for (const [i, part] of split.entries()) requireInteger(`split[${i}]`, part, 1, FRAME_SIZE_MAX);
  const before = split.reduce((sum, part) => sum + part, 0);
  requireInteger('frameSize', frameSize, before + 1, FRAME_SIZE_MAX);
  requireInteger('headRoom', headRoom, 0, HEAD_ROOM_MAX);
  return { frames, frameSize, split: Object.freeze([...split]), headRoom, memory };
}
