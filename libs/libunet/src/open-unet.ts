import { closeSync } from 'node:fs';
import { AbortError, type Fd, isSysError, type Kernel, openKernel, toFd } from 'libsys';
import {
  UNET_CTL_PATH,
  UNET_DEV_DIR,
  UNET_IOC_INFO,
  type UnetIocInfo,
  unetHdr,
  unetIocInfo,
} from 'libsys/unet-abi';
import { checkOptions, mustBeKernel } from './check-arguments.ts';
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

/** A link that is open already: by a file of the kernel, or by a descriptor of this host. */
export type OpenedLink =
  | {
      /** A file of `kernel`. The link takes it over. */
      readonly fd: number;
    }
  | {
      /**
       * What `Kernel.exportFd` gave, inherited from another program or sent by it. The link takes it
       * over: it is closed when the link is open, and stays the caller's when that fails.
       */
      readonly hostFd: number;
    };

/**
 * Opens a link by name, or takes over one that is open. From then on this process is the link's one
 * holder, and the link is up. A link that comes from another program is still held as well by who
 * passed it on, until that has closed it, and `info().holder` goes on naming who opened it.
 *
 * @throws {TypeError | RangeError} not a link name or a descriptor
 * @throws {AbortError} `signal` fired
 * @throws {UnetError} ENOENT — no such link; EBUSY — it is held, `holder` says by whom; EPERM,
 * EACCES — not for you; ENOTTY — the descriptor is of something else
 * @throws {SysError} EINVAL — `hostFd` is not such a descriptor; EXDEV — it is of another kernel
 */
export async function openUnet(
  which: string | OpenedLink,
  options: OpenUnetOptions = {},
): Promise<UnetLink> {
  checkOptions('openUnet', options, ['kernel', 'signal']);
  mustBeKernel(options.kernel);
  const target = typeof which === 'string' ? parseLinkName(which) : parseOpened(which);
  const { signal } = options;
  stopIfAborted(signal);
  const hosted = typeof target !== 'string' && 'hostFd' in target ? target : {};
  const kernel = options.kernel ?? (await openKernel(hosted));
  const ownsKernel = options.kernel === undefined ? 'owned' : 'borrowed';
  try {
    stopIfAborted(signal);
    if (typeof target === 'string') return openByName(target, kernel, ownsKernel);
    return 'fd' in target
      ? adopt(target.fd, kernel, ownsKernel)
      : receive(target.hostFd, kernel, ownsKernel);
  } catch (error) {
    if (ownsKernel === 'owned') kernel.dispose();
    throw error;
  }
}

function parseOpened(which: OpenedLink): { readonly fd: Fd } | { readonly hostFd: Fd } {
  const { fd, hostFd } = (which ?? {}) as { readonly fd?: number; readonly hostFd?: number };
  if (fd === undefined && hostFd === undefined) {
    throw new TypeError('openUnet needs the name of a link, { fd } or { hostFd }');
  }
  if (hostFd === undefined) return { fd: toFd(fd as number) };
  if (fd !== undefined) throw new TypeError('fd and hostFd exclude each other');
  return { hostFd: toFd(hostFd) };
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
          : holder === process.pid
            ? `held by this process, pid ${holder}; use that link, or close it first`
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

/** Adopts what came from another program, whose descriptor has then done its duty. */
function receive(hostFd: Fd, kernel: Kernel, ownsKernel: 'owned' | 'borrowed'): UnetLink {
  const fd = kernel.importFd(hostFd);
  try {
    const link = adopt(fd, kernel, ownsKernel);
    closeSync(hostFd);
    return link;
  } catch (error) {
    kernel.close(fd);
    throw error;
  }
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
