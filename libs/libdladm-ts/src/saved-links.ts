import type { ConfFile, ConfView } from './conf-file.ts';
import type { ConfRecord } from './datalink-conf.ts';
import { DladmError } from './errors.ts';
import { isLinkName, type LinkName } from './link-name.ts';
import { fromAttributes, isMarked, isOurs, type SavedLink } from './saved-link.ts';

/**
 * The links of unet that a `datalink.conf` records. A record that cannot be read is one all the
 * same: it keeps its name, and none of the others from being read.
 */
export class SavedLinks {
  readonly #conf: Pick<ConfView, 'record' | 'records'>;
  readonly #path: string;

  /** @param path of the file, for errors; or who keeps the records, which are in no line then (0). */
  constructor(conf: Pick<ConfView, 'record' | 'records'>, path: string) {
    this.#conf = conf;
    this.#path = path;
  }

  /** Reads the records of a file. @throws {DladmError} the file cannot be read. */
  static of(file: ConfFile): SavedLinks {
    return new SavedLinks(file.read(), file.path);
  }

  /** The names of the links, in the order of the file. */
  *keys(): Generator<LinkName> {
    for (const record of this.#conf.records()) {
      if (isLinkName(record.name) && isLink(record)) {
        yield record.name;
      }
    }
  }

  /** Tells whether a link is recorded, if only in a way that cannot be read. */
  has(name: LinkName): boolean {
    const record = this.#conf.record(name);
    return record !== undefined && isLink(record);
  }

  /**
   * What is recorded of a link, `undefined` if nothing is.
   *
   * @throws {DladmError} EINVAL: it cannot be read; the text says file, line and why.
   */
  get(name: LinkName): SavedLink | undefined {
    const record = this.#conf.record(name);
    if (record === undefined || !isLink(record)) {
      return undefined;
    }
    if (record.attributes === undefined) {
      throw this.#fault(record, record.fault ?? 'it cannot be read');
    }
    try {
      return fromAttributes(record.attributes);
    } catch (error) {
      throw this.#fault(record, error instanceof DladmError ? error.text : String(error), error);
    }
  }

  /** What is recorded of a link, or why that cannot be read; nothing if nothing is recorded. */
  look(name: LinkName): { readonly saved?: SavedLink; readonly fault?: DladmError } {
    try {
      const saved = this.get(name);
      return saved === undefined ? {} : { saved };
    } catch (error) {
      if (!(error instanceof DladmError)) {
        throw error;
      }
      return { fault: error };
    }
  }

  /**
   * Why no link can be recorded under a name, `undefined` if one can: what has it already, with file
   * and line if that is not a link of unet.
   */
  takenBy(name: LinkName): string | undefined {
    const record = this.#conf.record(name);
    if (record === undefined) {
      return undefined;
    }
    const where = this.#where(record);
    if (record.attributes === undefined) {
      return `${where}: there is a record of ${name} that cannot be read: ${record.fault}`;
    }
    return isOurs(record.attributes)
      ? 'link already exists'
      : `${where}: there is a record of ${name} already, which is no link of unet`;
  }

  #where({ line }: Pick<ConfRecord, 'line'>): string {
    return line === 0 ? this.#path : `${this.#path}:${line}`;
  }

  #fault({ name, line }: ConfRecord, why: string, cause?: unknown): DladmError {
    const reason = `${this.#where({ line })}: ${why}`;
    return new DladmError({ status: 'BADVAL', op: 'read', link: name, reason, cause });
  }
}

/** Tells whether a line is about a link of unet, as far as can be told. */
function isLink({ attributes, text }: ConfRecord): boolean {
  return attributes === undefined ? isMarked(text) : isOurs(attributes);
}
