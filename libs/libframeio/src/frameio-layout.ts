/**
 * Where things are in a `frameio_t`, in bytes, for one data model: a header, then the vectors.
 *
 * @see kernel/frameio/sys/frameio.h frameio_t, frameio32_t
 */
export interface FrameioLayout {
  readonly model: 'LP64' | 'ILP32';
  /** Bytes of an address or a length; those of the header's members are always 4. */
  readonly addressBytes: 4 | 8;
  readonly headerBytes: number;
  readonly vectorBytes: number;
  /** In the header. */
  readonly version: number;
  readonly vectorsPerFrame: number;
  readonly vectors: number;
  /** In a vector. */
  readonly address: number;
  readonly capacity: number;
  readonly actual: number;
}

function layoutOf(model: FrameioLayout['model'], addressBytes: 4 | 8): FrameioLayout {
  return Object.freeze({
    model,
    addressBytes,
    // Three members of 4 bytes; the vectors behind them are aligned as addresses are.
    headerBytes: Math.ceil(12 / addressBytes) * addressBytes,
    vectorBytes: 3 * addressBytes,
    version: 0,
    vectorsPerFrame: 4,
    vectors: 8,
    address: 0,
    capacity: addressBytes,
    actual: 2 * addressBytes,
  });
}

/** 64-bit programs, which is what Node is everywhere it runs with us. */
export const LP64: FrameioLayout = layoutOf('LP64', 8);
/** 32-bit programs. */
export const ILP32: FrameioLayout = layoutOf('ILP32', 4);

/** Bytes of a `frameio_t` with so many vectors (not frames). */
export function frameioBytes(vectors: number, layout: FrameioLayout = LP64): number {
  return layout.headerBytes + vectors * layout.vectorBytes;
}

/** The layout of vnd and of all that followed it. */
export const FRAMEIO_VERSION_ONE = 1;
/** The version that a `frameio_t` says it is of. */
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
  const member = (name: string, offset: number, size: number) => ({ name, offset, size });
  return [
    {
      name: 'framevec_t',
      size: layout.vectorBytes,
      align: layout.addressBytes,
      members: [
        member('fv_buf', layout.address, layout.addressBytes),
        member('fv_buflen', layout.capacity, layout.addressBytes),
        member('fv_actlen', layout.actual, layout.addressBytes),
      ],
    },
    {
      name: 'frameio_t',
      size: layout.headerBytes,
      align: layout.addressBytes,
      members: [
        member('fio_version', layout.version, 4),
        member('fio_nvpf', layout.vectorsPerFrame, 4),
        member('fio_nvecs', layout.vectors, 4),
      ],
    },
  ];
}
