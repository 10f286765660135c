import { AbortError, type Fd, isSysError, type Kernel, openKernel, toFd } from 'libsys';
import {
  UNET_CTL_PATH,
  UNET_DEV_DIR,
  UNET_IOC_INFO,
  type UnetIocInfo,
  unetHdr,
  unetIocInfo,
} from 'libsys/unet-abi';
import { failureText } from './failure-text.ts';
import { type LinkName, parseLinkName } from './link-name.ts';
import { UnetError } from './unet-error.ts';
import { UnetLink } from './unet-link.ts';
import { unetRequest } from './unet-request.ts';

/** How a link is opened. */
export interface OpenUnetOptions {
  /** The kernel, borrowed; by default the one that `openKernel` chooses, owned by the link. */
  readonly kernel?: Kernel | undefined;
  /** Gives up the opening. It has no effect on the link afterwards. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a link by name, or takes over a descriptor of one. From then on this process is the link's
 * one holder, and the link is up.
 *
 * @throws {TypeError | RangeError} not a link name or a descriptor
 * @throws {AbortError} `signal` fired
 * @throws {UnetError} ENOENT — no such link; EBUSY — it is held, `holder` says by whom; EPERM,
 * EACCES — not for you; ENOTTY — the descriptor is of something else
 */
export async function openUnet(
  which: string | { readonly fd: number },
  options: OpenUnetOptions = {},
): Promise<UnetLink> {
  for (const key of Object.keys(options)) {
    if (key !== 'kernel' && key !== 'signal') throw new TypeError(`openUnet has no option ${key}`);
  }
  const target = typeof which === 'string' ? parseLinkName(which) : { fd: toFd(which?.fd) };
  const { signal } = options;
  stopIfAborted(signal);
  const kernel = options.kernel ?? (await openKernel());
  const ownsKernel = options.kernel === undefined ? 'owned' : 'borrowed';
  try {
    stopIfAborted(signal);
    return typeof target === 'string'
      ? openByName(target, kernel, ownsKernel)
      : adopt(target.fd, kernel, ownsKernel);
  } catch (error) {
    if (ownsKernel === 'owned') kernel.dispose();
    throw error;
  }
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AbortError(signal);
}

function openByName(name: LinkName, kernel: Kernel, ownsKernel: 'owned' | 'borrowed'): UnetLink {
  try {
    const fd = kernel.open(`${UNET_DEV_DIR}/${name}`, { access: 'readwrite', nonblock: true });
    try {
      return new UnetLink(name, infoOf(fd, kernel, name).minor, fd, kernel, ownsKernel);
    } catch (error) {
      kernel.close(fd);
      throw error;
    }
  } catch (error) {
    if (!isSysError(error) || error instanceof UnetError) throw error;
    const holder = error.code === 'EBUSY' ? holderOf(name, kernel) : undefined;
    throw new UnetError({
      errno: error.errno,
      syscall: 'open',
      op: 'open',
      link: name,
      text:
        holder === undefined
          ? failureText('open', error.code)
          : `held by pid ${holder}; wait until that has closed it`,
      holder,
      cause: error,
    });
  }
}

function adopt(fd: Fd, kernel: Kernel, ownsKernel: 'owned' | 'borrowed'): UnetLink {
  const { hdr, minor } = infoOf(fd, kernel, `descriptor ${fd}`);
  kernel.setNonblock(fd, 'nonblocking');
  return new UnetLink(parseLinkName(hdr.name), minor, fd, kernel, ownsKernel);
}

/** Which link a descriptor is of. */
function infoOf(fd: Fd, kernel: Kernel, link: string): UnetIocInfo {
  return unetRequest({
    kernel,
    fd,
    command: UNET_IOC_INFO,
    codec: unetIocInfo,
    value: { hdr: unetHdr() },
    op: 'open',
    link,
  });
}

/** Asks who holds a link; nobody if it has been let go since, or cannot be asked. */
function holderOf(name: LinkName, kernel: Kernel): number | undefined {
  try {
    const ctl = kernel.open(UNET_CTL_PATH, { access: 'read' });
    try {
      const { holder } = unetRequest({
        kernel,
        fd: ctl,
        command: UNET_IOC_INFO,
        codec: unetIocInfo,
        value: { hdr: unetHdr(name) },
        op: 'info',
        link: name,
      });
      return holder === 0 ? undefined : holder;
    } finally {
      kernel.close(ctl);
    }
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}
