import { endianness } from 'node:os';
import { shareClass } from 'libsys';
import { requireInteger } from './arguments.ts';
import {
  FRAMEIO_CURRENT_VERSION,
  FRAMEIO_NVECS_MAX,
  type FrameioLayout,
  LP64,
} from './frameio-layout.ts';

const UINT32_MAX = 2 ** 32 - 1;

/** How the bytes of a `frameio_t` are to be taken. */
export interface FrameioFormat {
  /** `LP64` by default, `ILP32` for 32-bit programs. */
  readonly layout?: FrameioLayout;
  /** The byte order; this machine's by default. */
  readonly endian?: 'LE' | 'BE';
}

/** Why a driver would refuse a request. */
export interface FrameioFault {
  /** The errno's name. */
  readonly code: 'EFAULT' | 'EINVAL' | 'ERANGE';
  /** Which vector, counted over all frames; absent: the header. */
  readonly vector?: number;
  /** Which frame; absent: the header. */
  readonly frame?: number;
  /** What is wrong, for people. */
  readonly text: string;
}

/** The frames a device sends, in bytes. */
export interface FrameLimits {
  readonly shortest: number;
  readonly longest: number;
}

/** One vector: a buffer of the program that made the request. */
export interface FrameioVector {
  readonly address: bigint;
  /** Bytes there are at `address`. */
  readonly capacity: bigint;
  /** Bytes of them that were used; what a driver answers. */
  readonly actual: bigint;
}

/** Sums of lengths are a `size_t` of the kernel, whatever the program is. */
const SIZE_MAX = 0xffff_ffff_ffff_ffffn;

/**
 * A `frameio_t` in any bytes, of any program: this one or another, 64 or 32 bits, either byte order.
 * For tools that look at requests or answer them; it reads and writes what lies there at each call,
 * keeps nothing, and takes no member for good: `fault()` says what a driver would.
 *
 * Addresses are numbers of the program that made the request. Nothing here follows them.
 */
export class FrameioView {
  static {
    shareClass(FrameioView, 'libframeio.FrameioView');
  }

  /** The bytes it is a view of, borrowed. They may go on behind the request. */
  readonly bytes: Uint8Array;
  readonly layout: FrameioLayout;
  readonly endian: 'LE' | 'BE';
  readonly #view: DataView;
  readonly #little: boolean;

  /** @throws {TypeError} not bytes, or an unknown option */
  constructor(bytes: Uint8Array, format: FrameioFormat = {}) {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('a frameio_t must be a Uint8Array');
    for (const key of Object.keys(format)) {
      if (key !== 'layout' && key !== 'endian') throw new TypeError(`FrameioView has no ${key}`);
    }
    const { layout = LP64, endian = endianness() } = format;
    if (endian !== 'LE' && endian !== 'BE') throw new TypeError("endian must be 'LE' or 'BE'");
    this.bytes = bytes;
    this.layout = layout;
    this.endian = endian;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = endian === 'LE';
  }

  /** `fio_version`. @throws {RangeError} the bytes end before it; so with each member */
  get version(): number {
    return this.#view.getUint32(this.layout.version, this.#little);
  }

  /** `fio_nvpf`: vectors that make up a frame. */
  get vectorsPerFrame(): number {
    return this.#view.getUint32(this.layout.vectorsPerFrame, this.#little);
  }

  /** `fio_nvecs`: vectors of the request or, after a call that succeeded, of the frames done. */
  get vectorCount(): number {
    return this.#view.getUint32(this.layout.vectors, this.#little);
  }

  /** How many whole frames `vectorCount` is; 0 where that says nothing. */
  get frameCount(): number {
    const each = this.vectorsPerFrame;
    return each === 0 ? 0 : Math.floor(this.vectorCount / each);
  }

  /** Vector `v` of all. @throws {RangeError} the bytes end before its end */
  vector(v: number): FrameioVector {
    const { address, capacity, actual } = this.layout;
    const at = this.#vectorAt(v);
    return {
      address: this.#long(at + address),
      capacity: this.#long(at + capacity),
      actual: this.#long(at + actual),
    };
  }

  /** The vectors of frame `i`. @throws {RangeError} there is no frame `i` */
  frame(i: number): FrameioVector[] {
    if (!Number.isInteger(i) || i < 0 || i >= this.frameCount) {
      throw new RangeError(`frame ${i} is not there, the frameio_t has ${this.frameCount}`);
    }
    const each = this.vectorsPerFrame;
    return Array.from({ length: each }, (_, v) => this.vector(i * each + v));
  }

  /** The frames, each as its vectors. */
  *frames(): IterableIterator<FrameioVector[]> {
    for (let i = 0; i < this.frameCount; i++) yield this.frame(i);
  }

  /** Bytes that were used of frame `i`, all vectors together. @throws {RangeError} as {@link frame} */
  actualLength(i: number): bigint {
    return this.frame(i).reduce((sum, { actual }) => sum + actual, 0n);
  }

  /**
   * What a driver would refuse the request for before it looks at any frame, with the same errno and
   * in the same order; `undefined`: it takes it.
   *
   * @see kernel/frameio/frameio.c frameio_copyin
   */
  fault(): FrameioFault | undefined {
    const { headerBytes, vectorBytes } = this.layout;
    if (this.bytes.length < headerBytes) {
      return { code: 'EFAULT', text: `the header has ${headerBytes} bytes` };
    }
    const text = this.#headerFault();
    if (text !== undefined) return { code: 'EINVAL', text };
    const there = Math.floor((this.bytes.length - headerBytes) / vectorBytes);
    if (there < this.vectorCount) {
      return this.#vectorFault('EFAULT', there, 'is not all there');
    }
    for (let v = 0; v < this.vectorCount; v++) {
      const { address, capacity } = this.vector(v);
      if (address === 0n) return this.#vectorFault('EINVAL', v, 'has no buffer (fv_buf is 0)');
      if (capacity === 0n) return this.#vectorFault('EINVAL', v, 'is empty (fv_buflen is 0)');
    }
    return undefined;
  }

  /**
   * As {@link fault}, and for a write also the first frame that is not of the device's lengths. If
   * that is frame 0 a driver answers ERANGE; else it takes at most the frames before it.
   *
   * @see kernel/frameio/frameio.c frameio_frame_len
   */
  writeFault(limits: FrameLimits): FrameioFault | undefined {
    const fault = this.fault();
    if (fault !== undefined) return fault;
    const frames = this.frameCount;
    for (let i = 0; i < frames; i++) {
      const length = this.frame(i).reduce((sum, { capacity }) => sum + capacity, 0n);
      if (length < limits.shortest || length > limits.longest || length > SIZE_MAX) {
        const text = `frame ${i} has ${length} bytes, not ${limits.shortest} to ${limits.longest}`;
        return { code: 'ERANGE', frame: i, text };
      }
    }
    return undefined;
  }

  /**
   * Sets the vectors that the request has, or that were done: `fio_nvecs`.
   *
   * @throws {RangeError} it does not hold the number, and nothing is set; so with each setter
   */
  setVectorCount(vectors: number): void {
    requireInteger('fio_nvecs', vectors, 0, UINT32_MAX);
    this.#view.setUint32(this.layout.vectors, vectors, this.#little);
  }

  /** Sets how much of vector `v` was used: `fv_actlen`. */
  setActual(v: number, bytes: bigint): void {
    this.#mustHold('fv_actlen', bytes);
    this.#setLong(this.#vectorAt(v) + this.layout.actual, bytes);
  }

  /** Sets the header for so many vectors of all. */
  setHeader(vectorsPerFrame: number, vectors: number): void {
    requireInteger('fio_nvpf', vectorsPerFrame, 0, UINT32_MAX);
    requireInteger('fio_nvecs', vectors, 0, UINT32_MAX);
    this.#view.setUint32(this.layout.version, FRAMEIO_CURRENT_VERSION, this.#little);
    this.#view.setUint32(this.layout.vectorsPerFrame, vectorsPerFrame, this.#little);
    this.setVectorCount(vectors);
  }

  /** Sets vector `v`, with nothing of it used. */
  setVector(v: number, address: bigint, capacity: bigint): void {
    const at = this.#vectorAt(v);
    this.#mustHold('fv_buf', address);
    this.#mustHold('fv_buflen', capacity);
    this.#setLong(at + this.layout.address, address);
    this.#setLong(at + this.layout.capacity, capacity);
    this.#setLong(at + this.layout.actual, 0n);
  }

  #headerFault(): string | undefined {
    const { version, vectorsPerFrame: each, vectorCount: all } = this;
    if (version !== FRAMEIO_CURRENT_VERSION) return `fio_version is ${version}, not 1`;
    if (all === 0) return 'there are no vectors (fio_nvecs is 0)';
    if (all > FRAMEIO_NVECS_MAX) return `fio_nvecs is ${all}, the most is ${FRAMEIO_NVECS_MAX}`;
    if (each === 0) return 'a frame has no vectors (fio_nvpf is 0)';
    if (all % each !== 0) return `fio_nvecs, ${all}, is no multiple of fio_nvpf, ${each}`;
    return undefined;
  }

  #vectorFault(code: 'EFAULT' | 'EINVAL', vector: number, what: string): FrameioFault {
    const frame = Math.floor(vector / this.vectorsPerFrame);
    return { code, vector, frame, text: `vector ${vector}, of frame ${frame}, ${what}` };
  }

  #vectorAt(v: number): number {
    return this.layout.headerBytes + v * this.layout.vectorBytes;
  }

  #long(at: number): bigint {
    return this.layout.addressBytes === 8
      ? this.#view.getBigUint64(at, this.#little)
      : BigInt(this.#view.getUint32(at, this.#little));
  }

  #mustHold(member: string, value: bigint): void {
    const bits = this.layout.addressBytes * 8;
    if (BigInt.asUintN(bits, value) === value) return;
    throw new RangeError(`${member} has ${bits} bits, which do not hold ${value}`);
  }

  #setLong(at: number, value: bigint): void {
    if (this.layout.addressBytes === 8) this.#view.setBigUint64(at, value, this.#little);
    else this.#view.setUint32(at, Number(value), this.#little);
  }
}
