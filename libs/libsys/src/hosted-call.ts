import { viewOf } from './ffi.ts';
import { hkCall } from './hk-abi.ts';

/** What of `hk.h` makes requests. */
export interface CallNative {
  hk_ioctl_at(file: number, request: number, address: number | bigint): number;
  hk_call_block(): number;
  hk_call(): void;
}

/**
 * Requests of this thread by the address of their structure. A call into C costs more with each
 * argument, and much more when frames have driven what converts them out of the caches, so there are
 * none: file, request and address lie where C looks for them. Where a program may not see memory
 * outside of its heap they are arguments after all.
 */
export class HostedCall {
  readonly #native: CallNative;
  readonly #call: () => void;
  /** `hk_call_t`: file, request, address; result. */
  readonly #block: Float64Array | undefined;

  constructor(native: CallNative, view: typeof viewOf = viewOf) {
    this.#native = native;
    this.#call = native.hk_call;
    try {
      this.#block = new Float64Array(view(native.hk_call_block(), hkCall.size));
    } catch {
      this.#block = undefined;
    }
  }

  /** What `hk_ioctl` returns: 0 or more, or a negative errno. */
  ioctl(file: number, request: number, address: number | bigint): number {
    const block = this.#block;
    const numbers =
      typeof file === 'number' && typeof request === 'number' && typeof address === 'number';
    // What is no number is an address after all, or the foreign function interface refuses it.
    if (block === undefined || !numbers) {
      return this.#native.hk_ioctl_at(file, request, address);
    }
    block[0] = file;
    block[1] = request;
    block[2] = address;
    const call = this.#call;
    call();
    // An integer again: as a double it would be an object wherever this is not put into its caller.
    return (block[3] as number) | 0;
  }
}
