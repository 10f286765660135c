import { isLinkName, LINK_NAME_MAX, type LinkName, linkNameComplaint } from 'libsys/unet-abi';
import { DladmError } from './errors.ts';

export { isLinkName, LINK_NAME_MAX, type LinkName };

/**
 * Checks a link name: letters, digits, `_` and `.`, first a letter, last a number
 * without a leading zero, at most 31 characters.
 *
 * @throws {DladmError} EINVAL: it is not one.
 * @see kernel/unet/sys/unet.h UNET_NAMELEN
 */
export function parseLinkName(text: string, op = 'name'): LinkName {
  if (isLinkName(text)) {
    return text;
  }
  const reason = linkNameComplaint(text);
  throw new DladmError({ status: 'LINKINVAL', op, link: text, reason });
}
