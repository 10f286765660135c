import { type Attributes, type ConfLine, formatLine, parseLine } from './conf-line.ts';

export type { Attributes, ConfValue } from './conf-line.ts';

/** A line that is about a link, and where it is in the file. */
export interface ConfRecord extends ConfLine {
  readonly name: string;
  /** Number of the line, from 1. */
  readonly line: number;
}

/** To search through all lines so often costs no more than an index of them. */
const SEARCHES = 10;

/**
 * The lines of a `datalink.conf`, to look at and to change. Whatever is in a file stays as it is,
 * byte for byte, but for the lines that are changed.
 */
export class DatalinkConf {
  #lines: ConfLine[];
  /** Whether the last line has its newline. */
  #ended: boolean;
  /** The file, as long as that is known without putting its lines together. */
  #bytes: Buffer | undefined;
  #edits = 0;
  /** Where the line of each link is that counts, once that was asked for often enough. */
  #places: Map<string, number> | undefined;
  #searches = 0;

  /** Reads a file's text, one character a byte; every text is accepted. */
  constructor(text: string) {
    const lines = text.split('\n');
    this.#ended = lines.at(-1) === '';
    if (this.#ended) {
      lines.pop();
    }
    this.#lines = lines.map(parseLine);
  }

  /** Reads a file. @param file kept: it is not to be changed. */
  static ofBytes(file: Uint8Array): DatalinkConf {
    const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
    const conf = new DatalinkConf(bytes.toString('latin1'));
    conf.#bytes = bytes;
    return conf;
  }

  /** Another one with the same lines, to change. */
  copy(): DatalinkConf {
    const conf = new DatalinkConf('');
    conf.#lines = [...this.#lines];
    conf.#ended = this.#ended;
    conf.#bytes = this.#bytes;
    return conf;
  }

  /**
   * Every link that the file has a line for, in the order of the lines. Of several lines for one
   * name the first counts, as for dlmgmtd; a line that cannot be read only counts if there is no
   * other.
   */
  *records(): Generator<ConfRecord> {
    for (const [name, at] of this.#index()) {
      yield this.#record(name, at);
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
    const at = this.#find(name);
    return at === undefined ? undefined : this.#record(name, at);
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
    const at = this.#find(name) ?? this.#lines.length;
    this.#put(at, line);
    this.#places?.set(name, at);
  }

  /** Removes every line of some links; returns whether there was one. */
  delete(...names: readonly string[]): boolean {
    const gone = new Set(names);
    const isGone = ({ name }: ConfLine): boolean => name !== undefined && gone.has(name);
    const first = this.#lines.findIndex(isGone);
    if (first < 0) {
      return false;
    }
    const kept = this.#lines.filter((line, at) => at < first || !isGone(line));
    const lastGoes = kept.at(-1) !== this.#lines.at(-1);
    if (kept.length === this.#lines.length - 1) {
      this.#splice(first, '');
    } else {
      this.#bytes = undefined;
    }
    this.#lines = kept;
    this.#ended ||= lastGoes;
    this.#places = undefined;
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
    this.#put(record.line - 1, { text, name: to, attributes });
    for (const [at, line] of referring) {
      this.#put(at, line);
    }
    this.#places = undefined;
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

  /** The file. It is not to be changed. */
  toBytes(): Buffer {
    this.#bytes ??= Buffer.from(this.toString(), 'latin1');
    return this.#bytes;
  }

  #record(name: string, at: number): ConfRecord {
    return { ...(this.#lines[at] as ConfLine), name, line: at + 1 };
  }

  /** Puts a line in the place of another, or at the end. */
  #put(at: number, line: ConfLine): void {
    this.#splice(at, `${line.text}\n`);
    this.#lines[at] = line;
    this.#ended ||= at === this.#lines.length - 1;
  }

  /** Makes the first edit in the file itself; for more it is as quick to put the lines together. */
  #splice(at: number, text: string): void {
    if (this.#bytes !== undefined) {
      this.#edits += 1;
      if (this.#edits > 1 || !this.#ended) {
        this.#bytes = undefined;
        return;
      }
      let from = 0;
      for (let i = 0; i < at; i++) {
        from += (this.#lines[i]?.text.length ?? 0) + 1;
      }
      const old = this.#lines[at];
      const to = old === undefined ? from : from + old.text.length + 1;
      const parts = [this.#bytes.subarray(0, from), Buffer.from(text, 'latin1')];
      this.#bytes = Buffer.concat([...parts, this.#bytes.subarray(to)]);
    }
  }

  /** Where the line of a link is that counts. */
  #find(name: string): number | undefined {
    this.#searches += 1;
    if (this.#places !== undefined || this.#searches > SEARCHES) {
      return this.#index().get(name);
    }
    const first = this.#lines.findIndex((line) => line.name === name);
    const counts = this.#lines.findIndex(
      (line, at) => at >= first && line.name === name && line.attributes !== undefined,
    );
    return first < 0 ? undefined : counts < 0 ? first : counts;
  }

  #index(): Map<string, number> {
    if (this.#places === undefined) {
      const places = new Map<string, number>();
      for (const [at, { name, attributes }] of this.#lines.entries()) {
        const before = name === undefined ? undefined : places.get(name);
        const better = before !== undefined && this.#lines[before]?.attributes === undefined;
        if (name !== undefined && (before === undefined || (better && attributes !== undefined))) {
          places.set(name, at);
        }
      }
      this.#places = places;
    }
    return this.#places;
  }
}
