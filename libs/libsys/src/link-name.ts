import { UNET_NAMELEN } from './unet-header.ts';

/** A name that a link can have. {@link isLinkName} tells. */
export type LinkName = string & { readonly __brand: 'LinkName' };

/** Longest link name, in characters. @see kernel/unet/sys/unet.h UNET_NAMELEN */
export const LINK_NAME_MAX: number = UNET_NAMELEN - 1;

const GRAMMAR = /^[A-Za-z](?:[A-Za-z0-9_.]*[A-Za-z_.])?(?:0|[1-9][0-9]*)$/;

/**
 * Tells whether a text is a link name: letters, digits, `_` and `.`, first a letter, last a number
 * without a leading zero, at most 31 characters.
 */
export function isLinkName(text: string): text is LinkName {
  return text.length <= LINK_NAME_MAX && GRAMMAR.test(text);
}

/** Says what is wrong with a link name, or nothing if it is one. */
export function linkNameComplaint(text: string): string | undefined {
  if (isLinkName(text)) return undefined;
  if (text === '') return 'link name is empty';
  if (text.length > LINK_NAME_MAX) return `link name is longer than ${LINK_NAME_MAX} characters`;
  if (!/^[A-Za-z]/.test(text)) return 'invalid link name: it must start with a letter';
  if (!/^[A-Za-z0-9_.]+$/.test(text)) {
    return 'invalid link name: only letters, digits, "_" and "." are possible';
  }
  return /[0-9]$/.test(text)
    ? 'invalid link name: its number must not start with 0'
    : 'invalid link name: it must end in a number';
}
