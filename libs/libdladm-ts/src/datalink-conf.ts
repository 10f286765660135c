import { type Attributes, type ConfLine, formatLine, parseLine } from './conf-line.ts';

export type { Attributes, ConfValue } from './conf-line.ts';

/** A line that is about a link, and where it is in the file. */
export interface ConfRecord extends ConfLine {
  readonly name: string;
  /** Number of the line, from 1. */
  readonly line: number;
}

/**
 * The lines of a `datalink.conf`, to look at and to change. Whatever is in a file stays as it is,
 * byte for byte, but for the lines that are changed.
 */
export class DatalinkConf {
  readonly #lines: ConfLine[];
  /** Where the first line of each link is that can be read, or else the first one. */
  readonly #places = new Map<string, number>();
  #placed = false;
  /** Whether the last line has its newline. */
  #ended: boolean;

  /** Reads a file's text, one character a byte; every text is accepted. */
  constructor(text: string | readonly ConfLine[], ended = true) {
    if (typeof text !== 'string') {
      this.#lines = [...text];
      this.#ended = ended;
      return;
    }
    const lines = text.split('\n');
    this.#ended = lines.at(-1) === '';
    if (this.#ended) {
      lines.pop();
    }
    this.#lines = lines.map(parseLine);
  }

  /** Reads a file. */
  static ofBytes(bytes: Uint8Array): DatalinkConf {
    const { buffer, byteOffset, byteLength } = bytes;
    return new DatalinkConf(Buffer.from(buffer, byteOffset, byteLength).toString('latin1'));
  }

  /** Another one with the same lines, to change. */
  copy(): DatalinkConf {
    return new DatalinkConf(this.#lines, this.#ended);
  }

  /**
   * Every link that the file has a line for, in the order of the lines. Of several lines for one
   * name the first counts, as for dlmgmtd; a line that cannot be read only counts if there is no
   * other.
   */
  *records(): Generator<ConfRecord> {
    for (const name of this.#index().keys()) {
      const record = this.record(name);
      if (record !== undefined) {
        yield record;
      }
    }
  }

  /** Every line there is, also those that are about no link or do not count. */
  *lines(): Generator<ConfLine & { readonly line: number }> {
    for (const [at, line] of this.#lines.entries()) {
      yield { ...line, line: at + 1 };
    }
  }

  /** What the file has for a name, readable or not. */
  record(name: string): ConfRecord | undefined {
    const at = this.#index().get(name);
    const line = at === undefined ? undefined : this.#lines[at];
    return at === undefined || line === undefined ? undefined : { ...line, name, line: at + 1 };
  }

  /** The links that can be read, by name. */
  links(): ReadonlyMap<string, Attributes> {
    const links = new Map<string, Attributes>();
    for (const { name, attributes } of this.records()) {
      if (attributes !== undefined) {
        links.set(name, attributes);
      }
    }
    return links;
  }

  /** The attributes of a link, if the file has it and it can be read. */
  get(name: string): Attributes | undefined {
    return this.record(name)?.attributes;
  }

  /**
   * Writes a link's line: in the place of the one that counts, or at the end.
   *
   * @throws {RangeError} the format cannot hold it.
   */
  set(name: string, attributes: Attributes): void {
    const line = { text: formatLine(name, attributes, this.get(name)), name, attributes };
    const places = this.#index();
    const at = places.get(name) ?? this.#lines.length;
    this.#lines[at] = line;
    places.set(name, at);
    if (at === this.#lines.length - 1) {
      this.#ended = true;
    }
  }

  /** Removes every line of some links; returns whether there was one. */
  delete(...names: readonly string[]): boolean {
    const gone = new Set(names);
    const last = this.#lines.at(-1);
    const kept = this.#lines.filter(({ name }) => name === undefined || !gone.has(name));
    if (kept.length === this.#lines.length) {
      return false;
    }
    this.#lines.length = 0;
    for (const line of kept) {
      this.#lines.push(line);
    }
    this.#ended ||= this.#lines.at(-1) !== last;
    this.#placed = false;
    return true;
  }

  /**
   * Gives a link another name, in its line and in those that refer to it: of links over it, of its
   * peer, of an aggregation of it. Returns whether it has a line that can be read.
   *
   * @throws {RangeError} the format cannot hold it.
   */
  rename(from: string, to: string): boolean {
    const record = this.record(from);
    if (record?.attributes === undefined) {
      return false;
    }
    const { attributes } = record;
    const text = formatLine(to, attributes, attributes);
    const referring = this.#referring(from, to);
    this.#lines[record.line - 1] = { text, name: to, attributes };
    for (const [at, line] of referring) {
      this.#lines[at] = line;
    }
    this.#ended ||= record.line === this.#lines.length;
    this.#placed = false;
    this.delete(from);
    return true;
  }

  /** The lines that name a link, with another name instead. */
  #referring(from: string, to: string): Map<number, ConfLine> {
    const lines = new Map<number, ConfLine>();
    for (const [at, { name, attributes }] of this.#lines.entries()) {
      const changed = new Map(attributes);
      for (const attribute of ['linkover', 'simnetpeer']) {
        if (attributes?.get(attribute) === from) {
          changed.set(attribute, to);
        }
      }
      const ports = attributes?.get('portnames');
      if (typeof ports === 'string' && ports.split(':').includes(from)) {
        const renamed = ports.split(':').map((port) => (port === from ? to : port));
        changed.set('portnames', renamed.join(':'));
      }
      if (
        name !== undefined &&
        [...changed].some(([key, value]) => attributes?.get(key) !== value)
      ) {
        lines.set(at, { text: formatLine(name, changed, attributes), name, attributes: changed });
      }
    }
    return lines;
  }

  /** The file's text, one character a byte. */
  toString(): string {
    const text = this.#lines.map((line) => line.text).join('\n');
    return this.#ended && this.#lines.length > 0 ? `${text}\n` : text;
  }

  /** The file. */
  toBytes(): Buffer {
    return Buffer.from(this.toString(), 'latin1');
  }

  #index(): Map<string, number> {
    if (!this.#placed) {
      this.#places.clear();
      for (const [at, { name, attributes }] of this.#lines.entries()) {
        if (name === undefined) {
          continue;
        }
        const before = this.#places.get(name);
        const counts = before === undefined || this.#lines[before]?.attributes === undefined;
        if (before === undefined || (counts && attributes !== undefined)) {
          this.#places.set(name, at);
        }
      }
      this.#placed = true;
    }
    return this.#places;
  }
}
