import { DladmError } from './errors.ts';

/** A name that a link can have. Made by {@link parseLinkName} only. */
export type LinkName = string & { readonly __brand: 'LinkName' };

/** Longest link name, in characters. @see kernel/unet/sys/unet.h UNET_NAMELEN */
export const LINK_NAME_MAX = 31;

const NAME = /^[A-Za-z](?:[A-Za-z0-9_.]*[A-Za-z_.])?(?:0|[1-9][0-9]*)$/;

/** Says what is wrong with a link name, or nothing if it is one. */
function complaint(text: string): string | undefined {
  if (text.length > LINK_NAME_MAX) {
    return `link name is longer than ${LINK_NAME_MAX} characters`;
  }
  if (NAME.test(text)) {
    return undefined;
  }
  if (text === '') {
    return 'link name is empty';
  }
  if (!/^[A-Za-z]/.test(text)) {
    return 'invalid link name: it must start with a letter';
  }
  if (!/^[A-Za-z0-9_.]+$/.test(text)) {
    return 'invalid link name: only letters, digits, "_" and "." are possible';
  }
  return /[0-9]$/.test(text)
    ? 'invalid link name: its number must not start with 0'
    : 'invalid link name: it must end in a number';
}

/**
 * Checks a link name: letters, digits, `_` and `.`, first a letter, last a number
 * without a leading zero, at most 31 characters.
 *
 * @throws {DladmError} EINVAL: it is not one.
 * @see kernel/unet/sys/unet.h UNET_NAMELEN
 */
export function parseLinkName(text: string, op = 'name'): LinkName {
  const reason = complaint(text);
  if (reason !== undefined) {
    throw new DladmError({ status: 'LINKINVAL', op, link: text, reason });
  }
  return text as LinkName;
}

/** Tells whether a text is a link name. */
export function isLinkName(text: string): text is LinkName {
  return complaint(text) === undefined;
}
