import type { Change } from './conf-change.ts';
import { ConfFile } from './conf-file.ts';
import { NOTHING } from './conf-reader.ts';
import type { DatalinkConf } from './datalink-conf.ts';
import { DladmError } from './errors.ts';
import type { LinkName } from './link-name.ts';
import type { Changes, Edit } from './registry.ts';
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
    return await this.#file.prepare((conf) => this.#edit(conf, name, edit), signal);
  }

  /** @see LinkRegistry.changes */
  async changes(edits: ReadonlyMap<LinkName, Edit>, signal?: AbortSignal): Promise<Changes> {
    const dropped = new Set<LinkName>();
    const refused = new Map<LinkName, unknown>();
    const change = await this.#file.prepare((conf) => {
      refused.clear();
      const forgotten: LinkName[] = [];
      const records = new SavedLinks(conf, this.#file.path);
      for (const [name, edit] of edits) {
        if (dropped.has(name)) continue;
        if (edit === 'forget') {
          if (records.has(name)) forgotten.push(name);
          continue;
        }
        try {
          this.#edit(conf, name, edit);
        } catch (error) {
          refused.set(name, error);
        }
      }
      conf.delete(...forgotten);
    }, signal);
    return {
      refused,
      drop: (names) => {
        for (const name of names) dropped.add(name);
        change.again();
      },
      apply: () => change.apply(),
      commit: () => change.commit(),
      cancel: () => change.cancel(),
    };
  }

  /** Prepares to record a link under another name, also where others say that they are on top of it. */
  async rename(
    from: LinkName,
    to: LinkName,
    { missing, signal }: { missing: 'allow' | 'refuse'; signal?: AbortSignal | undefined },
  ): Promise<Change> {
    return await this.#file.prepare((conf) => {
      const records = new SavedLinks(conf, this.#file.path);
      mustBeFree(records, 'rename', to);
      // Of a record that cannot be read this says why.
      if (records.get(from) !== undefined) {
        told(to, () => conf.rename(from, to));
      } else if (missing === 'refuse') {
        throw new DladmError({ status: 'NOTFOUND', op: 'rename', link: from });
      }
    }, signal);
  }

  #edit(conf: DatalinkConf, name: LinkName, edit: Edit): void {
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
      const reason = 'somebody else has just destroyed or renamed it';
      throw new DladmError({ status: 'NOTFOUND', op: 'record', link: name, reason });
    }
    this.#save(conf, name, edit.edit(saved));
  }

  #save(conf: DatalinkConf, link: LinkName, saved: SavedLink): void {
    const attributes = toAttributes(saved, conf.get(link));
    told(link, () => conf.set(link, attributes));
  }
}

/** Does what the format may not be able to hold. @throws {DladmError} EINVAL: it cannot. */
export function told(link: LinkName, step: () => unknown): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof RangeError)) {
      throw error;
    }
    const reason = error.message;
    throw new DladmError({ status: 'BADVAL', op: 'record', link, reason, cause: error });
  }
}

/** @throws {DladmError} EEXIST: something is recorded under the name. */
export function mustBeFree(records: SavedLinks, op: string, link: LinkName): void {
  const reason = records.takenBy(link);
  if (reason !== undefined) {
    throw new DladmError({ status: 'EXIST', op, link, reason });
  }
}
