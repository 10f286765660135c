import { addressOf, type Fd, type Kernel, SysError } from 'libsys';
import {
  type Struct,
  UNET_CTL_PATH,
  UNET_ERRNOS,
  UNET_ID_NONE,
  UNET_IOC_CREATE,
  UNET_IOC_DESTROY,
  UNET_IOC_INFO,
  UNET_IOC_LIST,
  type UnetIocCreate,
  type UnetIocDestroy,
  type UnetIocHdr,
  type UnetIocInfo,
  type UnetListEnt,
  unetHdr,
  unetIocCreate,
  unetIocDestroy,
  unetIocHdr,
  unetIocInfo,
  unetIocList,
  unetListEnt,
} from 'libsys/unet-abi';

/** What a link is made of; the rest is as it would be without asking. */
export type NewLink = Partial<Omit<UnetIocCreate, 'hdr'>> & { readonly hdr?: Partial<UnetIocHdr> };

/** How a control request failed: the errno's name and the driver's own cause. */
export interface Refusal {
  readonly code: string;
  readonly cause: string | undefined;
}

/** /dev/unet/ctl without a library between: requests as structures, failures as they come. */
export class Control {
  readonly #kernel: Kernel;
  #fd: Fd | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get fd(): Fd {
    this.#fd ??= this.#kernel.open(UNET_CTL_PATH, { access: 'readwrite' });
    return this.#fd;
  }

  create(name: string, link: NewLink = {}): { linkid: number; made: UnetIocCreate } {
    const made = this.request(UNET_IOC_CREATE, unetIocCreate, newLink(name, link));
    return { linkid: made.hdr.linkid, made };
  }

  destroy(name: string, flags = 0): UnetIocDestroy {
    return this.request(UNET_IOC_DESTROY, unetIocDestroy, { hdr: unetHdr(name, flags) });
  }

  info(name: string): UnetIocInfo {
    return this.request(UNET_IOC_INFO, unetIocInfo, { hdr: unetHdr(name) });
  }

  list(): UnetListEnt[] {
    for (let room = 64; ; ) {
      const entries = Buffer.allocUnsafeSlow(room * unetListEnt.size);
      const { actents } = this.request(UNET_IOC_LIST, unetIocList, {
        hdr: unetHdr(),
        nents: room,
        ents: BigInt(addressOf(entries)),
      });
      if (actents <= room) return unetListEnt.decodeArray(entries, actents);
      room = actents;
    }
  }

  /** Makes a request. Its failure says, as `cause`, the driver's own name of the reason. */
  request<T extends { hdr: UnetIocHdr }>(
    command: number,
    codec: Struct<T>,
    value: Partial<T>,
    fd: Fd = this.fd,
  ): T {
    return codec.decode(this.raw(command, codec.make(value), fd));
  }

  /** As {@link request}, with the structure as bytes. */
  raw(command: number, memory: Buffer, fd: Fd = this.fd): Buffer {
    try {
      this.#kernel.ioctl(fd, command, memory);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const { errno } = unetIocHdr.decode(memory);
      throw Object.assign(error, { cause: UNET_ERRNOS[errno]?.name });
    }
    return memory;
  }

  close(): void {
    if (this.#fd !== undefined) this.#kernel.close(this.#fd);
    this.#fd = undefined;
  }
}

/** The structure that makes a link. */
export function newLink(name: string, link: NewLink = {}): Partial<UnetIocCreate> {
  const { hdr, ...rest } = link;
  return {
    owner: UNET_ID_NONE,
    group: UNET_ID_NONE,
    ...rest,
    hdr: { ...unetHdr(name), ...hdr },
  };
}

/** What a call that must fail failed with. */
export function refusal(call: () => unknown): Refusal {
  try {
    call();
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return { code: error.code, cause: error.cause as string | undefined };
  }
  throw new Error('it did not fail');
}
