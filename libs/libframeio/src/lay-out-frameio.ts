import { FRAMEIO_NVECS_MAX, frameioBytes } from './frameio-layout.ts';
import { type FrameioFormat, FrameioView } from './frameio-view.ts';

/** A buffer of the program that a request is laid out for. */
export interface FramePart {
  readonly address: number | bigint;
  /** At least one byte. */
  readonly length: number | bigint;
}

/**
 * Lays out a `frameio_t` at the start of `bytes` (borrowed) for frames that lie at the addresses
 * given, each of as many parts as the others. `frameioBytes` says how many bytes it takes. Nothing is
 * written unless all can be.
 *
 * @throws {TypeError} not bytes, or an address or a length that is no integer
 * @throws {RangeError} no frame, more than 256 parts, frames of different numbers of parts, a part at
 * 0, empty or beyond what the layout can say, or `bytes` is too short
 */
export function layOutFrameio(
  bytes: Uint8Array,
  frames: readonly (readonly FramePart[])[],
  format: FrameioFormat = {},
): FrameioView {
  const view = new FrameioView(bytes, format);
  const each = frames[0]?.length ?? 0;
  const vectors = frames.length * each;
  if (vectors < 1 || vectors > FRAMEIO_NVECS_MAX) {
    throw new RangeError(`frames must have 1 to ${FRAMEIO_NVECS_MAX} parts, not ${vectors}`);
  }
  const parts = frames.flatMap((frame, i) => {
    if (frame.length === each) return frame;
    throw new RangeError(`frame ${i} must have ${each} parts as the first, not ${frame.length}`);
  });
  const needed = frameioBytes(vectors, view.layout);
  if (bytes.length < needed) {
    throw new RangeError(`a frameio_t of ${vectors} vectors needs ${needed} bytes`);
  }
  const most = 2n ** BigInt(8 * view.layout.addressBytes) - 1n;
  const values = parts.map(({ address, length }, v) => ({
    address: integer(`the address of part ${v}`, address, most),
    length: integer(`the length of part ${v}`, length, most),
  }));
  view.setHeader(each, vectors);
  for (const [v, { address, length }] of values.entries()) view.setVector(v, address, length);
  return view;
}

function integer(what: string, value: number | bigint, most: bigint): bigint {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) {
    throw new TypeError(`${what} must be an integer, not ${value}`);
  }
  const long = BigInt(value);
  if (long >= 1n && long <= most) return long;
  throw new RangeError(`${what} must be from 1 to ${most}, not ${long}`);
}
