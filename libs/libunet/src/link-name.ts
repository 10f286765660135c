/** A name that a link can have. */
export type LinkName = string & { readonly __brand: 'LinkName' };

const LENGTH_MAX = 31;
const GRAMMAR = /^[A-Za-z](?:[A-Za-z0-9_.]*[A-Za-z_.])?(?:0|[1-9][0-9]*)$/;

/**
 * Takes text for a link name: letters, digits, `_` and `.`, a letter first, a number without a
 * leading zero last, 31 characters at most.
 *
 * @throws {TypeError} not a string
 * @throws {RangeError} not a link name
 */
export function parseLinkName(text: string): LinkName {
  if (typeof text !== 'string') throw new TypeError('a link name must be a string');
  if (text.length > LENGTH_MAX || !GRAMMAR.test(text)) {
    throw new RangeError(
      `invalid link name: ${JSON.stringify(text)} (letters, digits, _ and ., a letter first, ` +
        `a number without a leading zero last, at most ${LENGTH_MAX} characters)`,
    );
  }
  return text as LinkName;
}
