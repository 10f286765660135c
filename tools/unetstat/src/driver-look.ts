import { type Fd, isSysError, type Kernel } from 'libsys';
import { UNET_CTL_PATH, UNET_IOC_LIST, unetHdr, unetIocList } from 'libsys/unet-abi';

/**
 * Has the driver look what its links are called and where they are. Nobody tells it when dladm(8)
 * renames or lends one, so it finds out when somebody asks for links; reading statistics does not.
 */
export class DriverLook {
  readonly #kernel: Kernel;
  #ctl: Fd | undefined;

  /** @param kernel borrowed; with it the control node is closed. */
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Looks. Where that cannot be done there may be statistics all the same. @see UNET_IOC_LIST */
  look(): void {
    try {
      this.#ctl ??= this.#kernel.open(UNET_CTL_PATH, { access: 'read' });
      this.#kernel.ioctl(
        this.#ctl,
        UNET_IOC_LIST,
        unetIocList.make({ hdr: unetHdr(), nents: 0, ents: 0n }),
      );
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
}
