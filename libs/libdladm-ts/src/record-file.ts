import type { Change } from './conf-change.ts';
import { ConfFile } from './conf-file.ts';
import { NOTHING } from './conf-reader.ts';
import type { Attributes, DatalinkConf } from './datalink-conf.ts';
import { DladmError } from './errors.ts';
import type { LinkName } from './link-name.ts';
import type { Edit } from './registry.ts';
import { type SavedLink, toAttributes } from './saved-link.ts';
import { SavedLinks } from './saved-links.ts';

/** No records: all that a zone sees which may not have any. */
export const NO_RECORDS: SavedLinks = new SavedLinks(NOTHING.conf, '');

/** The records of links in the `datalink.conf` below a root directory. */
export class RecordFile {
  readonly #file: ConfFile;

  constructor(root: string) {
    this.#file = new ConfFile(root);
  }

  /** @see LinkRegistry.saved */
  saved(): SavedLinks {
    return SavedLinks.of(this.#file);
  }

  /** @see LinkRegistry.change */
  async change(name: LinkName, edit: Edit, signal?: AbortSignal): Promise<Change> {
    return await this.#file.prepare((conf) => {
      const records = new SavedLinks(conf, this.#file.path);
      if (edit === 'forget') {
        if (records.has(name)) conf.delete(name);
        return;
      }
      if ('add' in edit) {
        mustBeFree(records, 'create', name);
        this.#save(conf, name, edit.add);
        return;
      }
      const saved = records.get(name);
      if (saved === undefined) {
        const reason = 'somebody else has just destroyed it';
        throw new DladmError({ status: 'NOTFOUND', op: 'record', link: name, reason });
      }
      this.#save(conf, name, edit.edit(saved));
    }, signal);
  }

  /** Prepares to record a link under another name, also where others say that they are on top of it. */
  async rename(from: LinkName, to: LinkName, signal?: AbortSignal): Promise<Change> {
    return await this.#file.prepare((conf) => {
      const records = new SavedLinks(conf, this.#file.path);
      // Of a record that cannot be read this says why.
      records.get(from);
      const attributes = conf.get(from);
      if (attributes === undefined) {
        throw new DladmError({ status: 'NOTFOUND', op: 'rename', link: from });
      }
      mustBeFree(records, 'rename', to);
      conf.delete(from);
      this.#set(conf, to, attributes);
      for (const [name, others] of conf.links()) {
        const renamed = renameReferences(others, from, to);
        if (renamed !== undefined) {
          this.#set(conf, name, renamed);
        }
      }
    }, signal);
  }

  #save(conf: DatalinkConf, link: LinkName, saved: SavedLink): void {
    this.#set(conf, link, toAttributes(saved, conf.get(link)));
  }

  #set(conf: DatalinkConf, link: string, attributes: Attributes): void {
    try {
      conf.set(link, attributes);
    } catch (error) {
      if (!(error instanceof RangeError)) {
        throw error;
      }
      const reason = error.message;
      throw new DladmError({ status: 'BADVAL', op: 'record', link, reason, cause: error });
    }
  }
}

/** @throws {DladmError} EEXIST: something is recorded under the name. */
export function mustBeFree(records: SavedLinks, op: string, link: LinkName): void {
  const reason = records.takenBy(link);
  if (reason !== undefined) {
    throw new DladmError({ status: 'EXIST', op, link, reason });
  }
}

/** Attributes that name links, with `:` between several. @see dlmgmtd's linkattr of illumos */
const REFERENCES = ['linkover', 'simnetpeer', 'portnames'];

/** What dlmgmtd does for a link that is renamed; `undefined` if the attributes do not name it. */
function renameReferences(
  attributes: Attributes,
  from: LinkName,
  to: LinkName,
): Attributes | undefined {
  const renamed = new Map(attributes);
  let changed = false;
  for (const name of REFERENCES) {
    const value = attributes.get(name);
    const links = typeof value === 'string' ? value.split(':') : [];
    if (links.includes(from)) {
      changed = true;
      renamed.set(name, links.map((link) => (link === from ? to : link)).join(':'));
    }
  }
  return changed ? renamed : undefined;
}
