/** What a view that found nothing looks at: every read of it is outside. */
const NOTHING: Uint8Array = new Uint8Array(0);

/** What of a view only the view itself moves. */
interface Place {
  bytes: Uint8Array;
  start: number;
  payload: number;
  end: number;
}

function move(view: Place, bytes: Uint8Array, start: number): void {
  view.bytes = bytes;
  view.start = start;
}

function span(view: Place, payload: number, end: number): void {
  view.payload = payload;
  view.end = end;
}

/**
 * A header where it lies: made once, put on one frame after another with {@link at} or
 * {@link within}, and never a copy. Reading and setting numbers allocates nothing. The bytes stay
 * the caller's; a view is valid as long as they are the same frame.
 *
 * Each kind has a `make`, which writes an empty header and puts the view on it: a RangeError if there
 * is no room for one. To read or set a field while the view is on no header is a RangeError, too. So
 * is to set one to a number that it has not the bits for, or to an address of another length; other
 * kinds of values are a TypeError. Nothing has been written then.
 */
export abstract class HeaderView {
  /** The bytes that the view is on, borrowed. */
  readonly bytes: Uint8Array = NOTHING;
  /** Where the header is in {@link bytes}. */
  readonly start: number = 0;
  /** Where what the header carries begins. */
  readonly payload: number = 0;
  /** Where what the header carries ends. What is behind is not of the packet: Ethernet's padding. */
  readonly end: number = 0;
  /** Bytes from the header's start that belong to somebody: what {@link end} cannot pass. */
  protected room = 0;

  /**
   * Puts the view on the header that `length` bytes from `start` on begin with. `false`: there is
   * no whole and valid one, and the view is on nothing.
   *
   * @param bytes borrowed
   * @throws {TypeError} not bytes
   * @throws {RangeError} the range is not inside of them
   */
  at(bytes: Uint8Array, start = 0, length: number = bytes.length - start): boolean {
    mustBeInside(bytes, start, length);
    return this.#on(bytes, start, length);
  }

  /** Puts the view on the header that another one carries; otherwise as {@link at}. */
  within(outer: HeaderView): boolean {
    return this.#on(outer.bytes, outer.payload, outer.end - outer.payload);
  }

  /** Takes the view off what it is on, which it keeps from being garbage. */
  detach(): void {
    this.room = 0;
    move(this, NOTHING, 0);
    span(this, 0, 0);
  }

  /**
   * Looks whether a valid header is there, of whose bytes `length` may be read, and says so with
   * {@link extend}.
   */
  protected abstract accept(length: number): boolean;

  /** Says where the payload begins and ends, in bytes from the header's start. */
  protected extend(payload: number, end: number = this.room): true {
    span(this, this.start + payload, this.start + end);
    return true;
  }

  /** Zeroes `size` bytes of a header that is about to be made in `length` bytes. */
  protected clear(bytes: Uint8Array, start: number, length: number, size: number): void {
    mustBeInside(bytes, start, length);
    if (length < size) throw new RangeError(`the header needs ${size} bytes, not ${length}`);
    bytes.fill(0, start, start + size);
  }

  #on(bytes: Uint8Array, start: number, length: number): boolean {
    this.room = length;
    move(this, bytes, start);
    if (this.accept(length)) return true;
    this.detach();
    return false;
  }
}

function mustBeInside(bytes: Uint8Array, start: number, length: number): void {
  // Quicker than instanceof, which costs more than all else of putting a view on a header.
  if (bytes.BYTES_PER_ELEMENT !== 1) throw new TypeError('a frame must be a Uint8Array');
  const whole = Number.isInteger(start) && Number.isInteger(length);
  if (whole && start >= 0 && length >= 0 && start + length <= bytes.length) return;
  throw new RangeError(`${length} bytes from ${start} on are not inside of ${bytes.length}`);
}
