/**
 * The text of `datalink.conf`, the configuration file of dlmgmtd:
 *
 *     name <tab> attribute=type,value;attribute=type,value; <newline>
 *
 * The format has no escapes, and dlmgmtd loses links when it meets a line that
 * it cannot read; so a value that the format cannot hold is never written, and a
 * line that is not understood here is kept as it is.
 */

/** A typed value of an attribute. */
export type ConfValue = string | boolean | bigint;

/** The attributes of a link; their order means nothing. */
export type Attributes = ReadonlyMap<string, ConfValue>;

/** Longest line, the newline included, that dlmgmtd reads whole. */
const LINE_MAX = 1023;
const ATTRIBUTE_NAME_MAX = 31;

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;

type Line =
  | { readonly kind: 'link'; readonly name: string; attributes: Attributes; text: string }
  | { readonly kind: 'other'; readonly text: string };

function parseValue(type: string, text: string): ConfValue | undefined {
  switch (type) {
    case 'string':
      return text === '' ? undefined : text;
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

function parseLine(text: string): Line {
  const other: Line = { kind: 'other', text };
  const match = /^\s*([A-Za-z_.][A-Za-z0-9_.]*)\s+([^\s]+)\s*$/.exec(text);
  const [, name, fields] = match ?? [];
  if (name === undefined || fields === undefined) {
    return other;
  }
  const attributes = new Map<string, ConfValue>();
  for (const field of fields.split(';')) {
    if (field === '') {
      continue;
    }
    const [, attribute, type, valueText] = /^([^=,]+)=([^=,]+),([^=]*)$/.exec(field) ?? [];
    const value = type === undefined ? undefined : parseValue(type, valueText ?? '');
    if (attribute === undefined || value === undefined) {
      return other;
    }
    attributes.set(attribute, value);
  }
  return { kind: 'link', name, attributes, text };
}

function formatValue(attribute: string, value: ConfValue): string {
  if (typeof value === 'boolean') {
    return `boolean,${value ? 1 : 0}`;
  }
  if (typeof value === 'bigint') {
    if (value < INT_MIN || value > INT_MAX) {
      throw new RangeError(`${attribute}: ${value} does not fit into 64 bits`);
    }
    return `int,${value}`;
  }
  if (!/^[!-~]+$/.test(value) || /[=;,]/.test(value)) {
    throw new RangeError(`${attribute}: datalink.conf cannot hold ${JSON.stringify(value)}`);
  }
  return `string,${value}`;
}

/**
 * Formats one line of the file.
 *
 * @throws {RangeError} the format cannot hold a name or a value.
 */
export function formatLine(name: string, attributes: Attributes): string {
  let text = `${name}\t`;
  for (const [attribute, value] of attributes) {
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(attribute) || attribute.length > ATTRIBUTE_NAME_MAX) {
      throw new RangeError(`datalink.conf cannot hold an attribute named ${attribute}`);
    }
    text += `${attribute}=${formatValue(attribute, value)};`;
  }
  if (text.length + 1 > LINE_MAX) {
    throw new RangeError(`${name}: more than a line of datalink.conf can hold`);
  }
  return text;
}

/** The lines of a `datalink.conf`, to look at and to change. */
export class DatalinkConf {
  readonly #lines: Line[];

  /** Reads a file's text; every text is accepted, and kept as it is. */
  constructor(text: string) {
    const lines = text.split('\n');
    if (lines.at(-1) === '') {
      lines.pop();
    }
    this.#lines = lines.map(parseLine);
  }

  /** The links, by name; of several lines for one name the last counts. */
  links(): ReadonlyMap<string, Attributes> {
    return new Map(
      this.#lines.flatMap((line) => (line.kind === 'link' ? [[line.name, line.attributes]] : [])),
    );
  }

  /** The attributes of a link, if the file has it. */
  get(name: string): Attributes | undefined {
    return this.links().get(name);
  }

  /**
   * Writes a link's line: in the place of its last one, or at the end.
   *
   * @throws {RangeError} the format cannot hold it.
   */
  set(name: string, attributes: Attributes): void {
    const line: Line = { kind: 'link', name, attributes, text: formatLine(name, attributes) };
    const at = this.#lines.findLastIndex((old) => old.kind === 'link' && old.name === name);
    if (at < 0) {
      this.#lines.push(line);
    } else {
      this.#lines[at] = line;
    }
  }

  /** Removes every line of a link; returns whether there was one. */
  delete(name: string): boolean {
    const kept = this.#lines.filter((line) => line.kind !== 'link' || line.name !== name);
    const found = kept.length < this.#lines.length;
    this.#lines.splice(0, this.#lines.length, ...kept);
    return found;
  }

  toString(): string {
    return this.#lines.map((line) => `${line.text}\n`).join('');
  }
}
