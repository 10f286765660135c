import { endianness } from 'node:os';

/**
 * Where things are in a `frameio_t`, counted in 32-bit words, for one data model. Members of 64 bits
 * are named by the word that holds their low half: lengths fit it.
 *
 * @see kernel/frameio/sys/frameio.h
 */
export interface FrameioLayout {
  /** Bytes of an address or a length. */
  readonly addressBytes: 4 | 8;
  /** Words before the first vector. */
  readonly headerWords: number;
  /** Words of a vector. */
  readonly vectorWords: number;
  /** Words of the header. */
  readonly version: number;
  readonly vectorsPerFrame: number;
  readonly vectors: number;
  /** Words of a vector. */
  readonly address: number;
  readonly capacity: number;
  readonly actual: number;
  /** From the low half of a 64-bit member to its high half; 0 where there is none. */
  readonly toHigh: -1 | 0 | 1;
}

const LOW = endianness() === 'LE' ? 0 : 1;

/** 64-bit programs, which is what Node is everywhere it runs with us. */
export const LP64: FrameioLayout = Object.freeze({
  addressBytes: 8,
  headerWords: 4,
  vectorWords: 6,
  version: 0,
  vectorsPerFrame: 1,
  vectors: 2,
  address: LOW,
  capacity: 2 + LOW,
  actual: 4 + LOW,
  toHigh: LOW === 0 ? 1 : -1,
});

export const FRAMEIO_VERSION_ONE = 1;
export const FRAMEIO_CURRENT_VERSION = 1;
/** The most vectors (not frames) a call may carry. */
export const FRAMEIO_NVECS_MAX = 256;

/** Every number of frameio.h that is declared here, for `checks/abi`. */
export const FRAMEIO_CONSTANTS: Readonly<Record<string, number>> = {
  FRAMEIO_VERSION_ONE,
  FRAMEIO_CURRENT_VERSION,
  FRAMEIO_NVECS_MAX,
};

/** A structure of frameio.h in bytes. */
export interface FrameioStruct {
  readonly name: string;
  readonly size: number;
  readonly align: number;
  readonly members: readonly {
    readonly name: string;
    readonly offset: number;
    readonly size: number;
  }[];
}

/** The structures of frameio.h by a layout, for `checks/abi`. */
export function frameioStructs(layout: FrameioLayout = LP64): readonly FrameioStruct[] {
  const member = (name: string, word: number, size: number) => ({
    name,
    offset: Math.floor((word * 4) / size) * size,
    size,
  });
  return [
    {
      name: 'framevec_t',
      size: layout.vectorWords * 4,
      align: layout.addressBytes,
      members: [
        member('fv_buf', layout.address, layout.addressBytes),
        member('fv_buflen', layout.capacity, layout.addressBytes),
        member('fv_actlen', layout.actual, layout.addressBytes),
      ],
    },
    {
      name: 'frameio_t',
      size: layout.headerWords * 4,
      align: layout.addressBytes,
      members: [
        member('fio_version', layout.version, 4),
        member('fio_nvpf', layout.vectorsPerFrame, 4),
        member('fio_nvecs', layout.vectors, 4),
      ],
    },
  ];
}
