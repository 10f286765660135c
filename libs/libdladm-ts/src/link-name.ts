import { isLinkName, LINK_NAME_MAX, type LinkName, linkNameComplaint } from 'libsys/unet-abi';
import { DladmError } from './errors.ts';

export { isLinkName, LINK_NAME_MAX, type LinkName };

/**
 * Checks a link name: letters, digits, `_` and `.`, first a letter, last a number
 * without a leading zero, at most 31 characters.
 *
 * @throws {DladmError} EINVAL: it is not one.
 * @throws {TypeError} it is no string.
 * @see kernel/unet/sys/unet.h UNET_NAMELEN
 */
export function parseLinkName(text: string, op = 'name'): LinkName {
  if (typeof text !== 'string') {
    throw new TypeError(`${op}: the name of a link must be a string, not ${typeof text}`);
  }
  if (isLinkName(text)) {
    return text;
  }
  const reason = linkNameComplaint(text);
  throw new DladmError({ status: 'LINKINVAL', op, link: text, reason });
}
