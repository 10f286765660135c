import { isLinkName, LINK_NAME_MAX, type LinkName } from 'libsys/unet-abi';

export type { LinkName };

/**
 * Takes text for a link name: letters, digits, `_` and `.`, a letter first, a number without a
 * leading zero last, 31 characters at most.
 *
 * @throws {TypeError} not a string
 * @throws {RangeError} not a link name
 */
export function parseLinkName(text: string): LinkName {
  if (typeof text !== 'string') throw new TypeError('a link name must be a string');
  if (isLinkName(text)) return text;
  throw new RangeError(
    `invalid link name: ${JSON.stringify(text)} (letters, digits, _ and ., a letter first, ` +
      `a number without a leading zero last, at most ${LINK_NAME_MAX} characters)`,
  );
}
