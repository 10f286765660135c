import { addressOf, type Fd, isSysError, type Kernel } from 'libsys';
import {
  UNET_CTL_PATH,
  UNET_IOC_DESTROY,
  UNET_IOC_INFO,
  UNET_IOC_LIST,
  type UnetListEnt,
  unetHdr,
  unetIocDestroy,
  unetIocInfo,
  unetIocList,
  unetListEnt,
} from 'libsys/unet-abi';

/** More links than any test here has. */
const ROOM = 64;

/** What the driver itself says of links, without a library between. */
export class Ctl {
  readonly #kernel: Kernel;
  readonly #entries: Buffer = Buffer.allocUnsafeSlow(ROOM * unetListEnt.size);
  #fd: Fd | undefined;

  /** @param kernel borrowed */
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Every link that this zone sees. */
  list(): UnetListEnt[] {
    const memory = unetIocList.make({
      hdr: unetHdr(),
      nents: ROOM,
      ents: BigInt(addressOf(this.#entries)),
    });
    this.#kernel.ioctl(this.#open(), UNET_IOC_LIST, memory);
    return unetListEnt.decodeArray(this.#entries, unetIocList.decode(memory).actents);
  }

  /** Asks about a link by its id: the errno's name, and all that came back, if it is refused. */
  refusedInfo(linkid: number): { code: string; answer: Buffer } {
    const memory = unetIocInfo.make({ hdr: { ...unetHdr(), linkid } });
    return { code: this.#codeOf(UNET_IOC_INFO, memory), answer: memory };
  }

  /** Destroys a link by its id; the errno's name if it is refused, else `done`. */
  destroy(linkid: number): string {
    return this.#codeOf(UNET_IOC_DESTROY, unetIocDestroy.make({ hdr: { ...unetHdr(), linkid } }));
  }

  close(): void {
    if (this.#fd !== undefined) this.#kernel.close(this.#fd);
    this.#fd = undefined;
  }

  #open(): Fd {
    this.#fd ??= this.#kernel.open(UNET_CTL_PATH, { access: 'readwrite' });
    return this.#fd;
  }

  #codeOf(request: number, memory: Buffer): string {
    try {
      this.#kernel.ioctl(this.#open(), request, memory);
      return 'done';
    } catch (error) {
      if (isSysError(error)) return error.code;
      throw error;
    }
  }
}
