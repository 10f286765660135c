import type { Kernel } from 'libsys';
import { checkOptions, mustBeKernel } from './check-arguments.ts';
import { LinkCapture, type LinkCaptureOptions, request } from './link-capture.ts';
import { parseLinkName } from './link-name.ts';
import { LinkWatch } from './link-watch.ts';
import { MonitorFile } from './monitor-file.ts';

/** How a capture is opened. */
export interface OpenCaptureOptions extends LinkCaptureOptions {
  /** The kernel, borrowed; by default the one that `openKernel` chooses, owned by the capture. */
  readonly kernel?: Kernel | undefined;
}

/** How a watch is opened. */
export interface OpenWatchOptions {
  /** The kernel, borrowed; by default the one that `openKernel` chooses, owned by the watch. */
  readonly kernel?: Kernel | undefined;
}

/**
 * Captures the frames of a link from now on, both ways, and those that are lost with the reason,
 * whoever holds it. The link does not notice: what there is no room for is counted in
 * {@link LinkCapture.lost}.
 *
 * @throws {TypeError | RangeError} not a link name, or a wrong option
 * @throws {UnetError} ENOENT — no such link; EPERM — needs net_rawaccess; ENOSPC — too many capture
 * this link; ERANGE — `bytes` has no room for one frame
 * @see kernel/unet/sys/unet.h UNET_IOC_CAPTURE
 */
export async function openCapture(
  link: string,
  options: OpenCaptureOptions = {},
): Promise<LinkCapture> {
  checkOptions('openCapture', options, ['kernel', 'snapLength', 'bytes', 'directions']);
  mustBeKernel(options.kernel);
  request(link, options);
  return await MonitorFile.open(
    options.kernel,
    link,
    (file) => new LinkCapture(file, parseLinkName(link), options),
  );
}

/**
 * Follows what happens to a link from now on, or with no link to all that this zone sees and will
 * see, whoever holds them.
 *
 * @throws {TypeError | RangeError} not a link name
 * @throws {UnetError} ENOENT — no such link; EPERM — needs net_rawaccess, or to own the one link
 * @see kernel/unet/sys/unet.h UNET_IOC_WATCH
 */
export async function openWatch(
  link?: string | undefined,
  options: OpenWatchOptions = {},
): Promise<LinkWatch> {
  checkOptions('openWatch', options, ['kernel']);
  mustBeKernel(options.kernel);
  const name = link === undefined ? undefined : parseLinkName(link);
  return await MonitorFile.open(options.kernel, name, (file) => new LinkWatch(file, name));
}
