import type { FrameBatch, FrameLink, Kernel } from 'libunet';

/** What a block may use without saying where it comes from, when its comment names it. */
export interface Given {
  /** The kernel that the links are in. */
  readonly kernel: Kernel;
  /** `vpn0`, open. */
  readonly link: FrameLink;
  /** A batch with three frames. */
  readonly batch: FrameBatch;
  /** Fires when the block has had its time. */
  readonly signal: AbortSignal;
  /** What the reader's program does with a frame. */
  readonly handle: (frame: Uint8Array) => void;
  /** A request to `vpn0` by the address of its structure; its failure is a negative number. */
  readonly request: (command: number, address: number) => number;
  readonly FRAMEIO_READ: number;
  readonly FRAMEIO_WRITE: number;
}

type Present = Omit<Given, 'link'> & { readonly link: FrameLink | undefined };

let present: Present | undefined;

/** For the block that runs now; the link is there if its comment names it. */
export function given(): Given {
  if (present === undefined) throw new Error('no block runs');
  return present as Given;
}

/** What the next block gets. */
export function give(values: Present | undefined): void {
  present = values;
}
