import type { FrameioRequest } from './frameio-request.ts';

/** How the places of a batch's frames lie. */
export interface PlacesLayout {
  /** Of the first place. */
  readonly address: number;
  /** From one place to the next. A place is head room and then `frameSize` bytes, or more. */
  readonly stride: number;
  readonly frames: number;
  readonly frameSize: number;
  readonly split: readonly number[];
  readonly headRoom: number;
}

/**
 * Where the frames of a batch are in its memory, and the vectors that say so. A frame keeps its place
 * when its number changes, and can start anywhere in it.
 */
export class FramePlaces {
  readonly #request: FrameioRequest;
  readonly #address: number;
  readonly #stride: number;
  readonly #frames: number;
  readonly #frameSize: number;
  readonly #split: readonly number[];
  readonly #headRoom: number;
  /** Whether a frame is one vector: then its address stays, as long as the frame does. */
  readonly #isWhole: boolean;
  /** Where each frame starts. The second half is scratch. */
  readonly #starts: Uint32Array;
  /** Whether a frame may start elsewhere than right behind its head room, or has no address yet. */
  #moved = true;

  /** @param request kept; its vectors are made ready for a read of all frames */
  constructor(request: FrameioRequest, layout: PlacesLayout) {
    this.#request = request;
    this.#address = layout.address;
    this.#stride = layout.stride;
    this.#frames = layout.frames;
    this.#frameSize = layout.frameSize;
    this.#split = layout.split;
    this.#headRoom = layout.headRoom;
    this.#isWhole = layout.split.length === 0;
    this.#starts = new Uint32Array(2 * layout.frames);
    for (let i = 0; i < layout.frames; i++) this.#starts[i] = i * layout.stride;
    this.open(layout.frames);
  }

  /** Where frame `i` starts. */
  start(i: number): number {
    return this.#starts[i] as number;
  }

  /** Bytes that are free in front of frame `i`. */
  before(i: number): number {
    return this.start(i) % this.#stride;
  }

  /** How long frame `i` can be where it starts. */
  longest(i: number): number {
    return this.#headRoom + this.#frameSize - this.before(i);
  }

  /** Has frame `i` start right behind its head room. Its vectors are to be cut then. */
  reset(i: number): void {
    if (this.#moved) this.#starts[i] = this.start(i) - this.before(i) + this.#headRoom;
  }

  /** Has frame `i` start so many bytes later. Its vectors are to be cut then. */
  shift(i: number, by: number): void {
    this.#moved = true;
    this.#starts[i] = this.start(i) + by;
  }

  /** Moves the first `by` of the frames from `from` to `to` behind the others. */
  rotate(from: number, by: number, to: number): void {
    const starts = this.#starts;
    const spare = this.#frames;
    this.#request.rotate(from, by, to);
    starts.copyWithin(spare, from, from + by);
    starts.copyWithin(from, from + by, to);
    starts.copyWithin(to - by, spare, spare + by);
  }

  /** Gives the first `frames` frames all their room, none of it used; no other may have moved. */
  open(frames: number): void {
    for (let i = 0; i < frames; i++) {
      this.reset(i);
      if (this.#isWhole && !this.#moved) this.#request.size(i, this.#frameSize, 0);
      else this.#cut(i, this.#frameSize, 'open');
    }
    this.#moved = false;
  }

  /** Cuts the vectors of frame `i` to `length` bytes, all of them used. */
  fill(i: number, length: number): void {
    if (this.#isWhole && !this.#moved) this.#request.size(i, length, length);
    else this.#cut(i, length, 'full');
  }

  /** No vector may stay empty if there are bytes enough, so early ones can give way. */
  #cut(i: number, length: number, how: 'open' | 'full'): void {
    const last = this.#split.length;
    let address = this.#address + this.start(i);
    let left = length;
    for (let v = 0; v <= last; v++) {
      const most = Math.max(0, left - (last - v));
      const size = v === last ? left : Math.min(this.#split[v] as number, most);
      this.#request.put(i * (last + 1) + v, address, size, how === 'open' ? 0 : size);
      address += size;
      left -= size;
    }
  }
}
