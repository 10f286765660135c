/**
 * One line of `datalink.conf`, dlmgmtd's configuration file:
 *
 *     name <tab> attribute=type,value;attribute=type,value; <newline>
 *
 * The format has no escapes. dlmgmtd stops reading at the first line that it cannot read, and when
 * it writes the file again everything after that line is gone. So what is written here is only what
 * it reads back as the same; and what is read here is only what it reads as the same, which is less
 * than it puts up with (`int,x` is 0 to it).
 *
 * The file is bytes. A text here has one character for each of them, as in ISO 8859-1.
 *
 * @see usr/src/cmd/dlmgmtd/dlmgmt_db.c of illumos: process_link_line, parse_linkprops,
 * generate_link_line
 */

/** A typed value of an attribute. */
export type ConfValue = string | boolean | bigint;

/** The attributes of a link; their order means nothing. */
export type Attributes = ReadonlyMap<string, ConfValue>;

/** A line, without the newline. */
export interface ConfLine {
  readonly text: string;
  /** The link that it is about; absent for comments, blank lines and what names no link. */
  readonly name?: string;
  /** What it says of the link; absent when it cannot be read. */
  readonly attributes?: Attributes;
  /** Why it cannot be read. */
  readonly fault?: string;
}

/** Most characters of a line that dlmgmtd reads in one piece. @see MAXLINELEN */
const READ_MAX = 1023;
/** With the newline it is as much as dlmgmtd itself would write. */
const WRITE_MAX = READ_MAX - 1;
/** @see MAXLINKATTRLEN in illumos' sys/dls_mgmt.h */
const ATTRIBUTE_NAME_MAX = 31;
/** @see MAXLINKNAMELEN */
const LINK_NAME_MAX = 31;

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;

/** dlmgmtd keeps these for itself: an attribute so called renames, renumbers or moves the link. */
const RESERVED: ReadonlySet<string> = new Set(['name', 'linkid', 'zone', 'transient']);

/** The attribute that has the name in the format from before 2009, which began with the id. */
const OLD_NAME = 'name';

/** What isspace(3C) says of the first characters of a line; all others but a newline are text. */
const SPACE = ' \t\v\f\r';

function parseValue(type: string, text: string): ConfValue | undefined {
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      return text === '0' || text === '1' ? text === '1' : undefined;
    case 'int': {
      if (!/^-?[0-9]{1,19}$/.test(text)) {
        return undefined;
      }
      const value = BigInt(text);
      return value >= INT_MIN && value <= INT_MAX ? value : undefined;
    }
    default:
      return undefined;
  }
}

/** Reads the attributes; what is thrown is the reason why they cannot be read. */
function parseFields(fields: string): Map<string, ConfValue> {
  const attributes = new Map<string, ConfValue>();
  const parts = fields.split(';');
  if (parts.at(-1) === '') {
    parts.pop();
  }
  for (const part of parts) {
    const [, name = '', type = '', text = ''] = /^([^=,]+)=([^=,]+),([^=]+)$/.exec(part) ?? [];
    if (name === '') {
      throw new RangeError(`${JSON.stringify(part)} is not attribute=type,value`);
    }
    const value = parseValue(type, text);
    if (value === undefined) {
      throw new RangeError(`${JSON.stringify(part)} is not a value of type string, boolean or int`);
    }
    if (name.length > ATTRIBUTE_NAME_MAX) {
      throw new RangeError(`${name} is longer than an attribute's name can be`);
    }
    attributes.set(name, value);
  }
  for (const name of ['class', 'media']) {
    const value = attributes.get(name);
    if (value !== undefined && typeof value !== 'bigint') {
      throw new RangeError(`${name} is not of type int`);
    }
  }
  return attributes;
}

/** Takes the attributes out of a line whose first word is `first`. */
function parseRest(first: string, text: string, words: readonly string[]): ConfLine {
  const [fields = '', ...more] = words;
  try {
    if (text.length > READ_MAX) {
      throw new RangeError(`the line is longer than ${READ_MAX} bytes`);
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) {
      throw new RangeError('the line has a control character');
    }
    if (more.some((word) => word !== '')) {
      throw new RangeError('there is more after the attributes');
    }
    if (fields === '') {
      throw new RangeError('there are no attributes');
    }
    const attributes = parseFields(fields);
    const old = attributes.get(OLD_NAME);
    attributes.delete(OLD_NAME);
    const name = old === undefined ? first : `${old}`;
    if (/^[0-9]/.test(name) || name.length > LINK_NAME_MAX) {
      throw new RangeError(`${JSON.stringify(name)} is not a name`);
    }
    return { text, name, attributes };
  } catch (error) {
    if (!(error instanceof RangeError)) {
      throw error;
    }
    const named = /[;\t ]?\bname=string,([!-~]+?)(?:;|$)/.exec(fields)?.[1];
    const name = named ?? (/^[0-9]/.test(first) ? undefined : first);
    return { text, fault: error.message, ...(name !== undefined && { name }) };
  }
}

/** Reads a line. Every line is accepted, and kept as it is. */
export function parseLine(text: string): ConfLine {
  let start = 0;
  while (start < text.length && SPACE.includes(text.charAt(start))) {
    start += 1;
  }
  if (start === text.length || text.charAt(start) === '#') {
    return { text };
  }
  const [first = '', ...words] = text.slice(start).split(/[ \t]+/);
  return parseRest(first, text, words);
}

function formatValue(attribute: string, value: ConfValue, kept: boolean): string {
  if (typeof value === 'boolean') {
    return `boolean,${value ? 1 : 0}`;
  }
  if (typeof value === 'bigint') {
    if (value < INT_MIN || value > INT_MAX) {
      throw new RangeError(`${attribute}: ${value} does not fit into 64 bits`);
    }
    return `int,${value}`;
  }
  if (!kept && (!/^[!-~]+$/.test(value) || /[=;,]/.test(value))) {
    throw new RangeError(`${attribute}: datalink.conf cannot hold ${JSON.stringify(value)}`);
  }
  return `string,${value}`;
}

/**
 * Formats a line, without the newline.
 *
 * @param old what the line said before: a value that was read once may stay, whatever it is.
 * @throws {RangeError} the format cannot hold a name or a value.
 */
export function formatLine(
  name: string,
  attributes: Attributes,
  old: Attributes = new Map(),
): string {
  if (!/^[A-Za-z_.][A-Za-z0-9_.]*$/.test(name) || name.length > LINK_NAME_MAX) {
    throw new RangeError(`datalink.conf cannot hold a link named ${JSON.stringify(name)}`);
  }
  if (attributes.size === 0) {
    throw new RangeError(`${name}: datalink.conf cannot hold a link without attributes`);
  }
  let text = `${name}\t`;
  for (const [attribute, value] of attributes) {
    const kept = old.get(attribute) === value;
    const fits = /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(attribute) && !RESERVED.has(attribute);
    if ((!kept && !fits) || attribute.length > ATTRIBUTE_NAME_MAX) {
      throw new RangeError(`datalink.conf cannot hold an attribute named ${attribute}`);
    }
    text += `${attribute}=${formatValue(attribute, value, kept)};`;
  }
  if (text.length > WRITE_MAX) {
    throw new RangeError(`${name}: more than a line of datalink.conf can hold`);
  }
  return text;
}
