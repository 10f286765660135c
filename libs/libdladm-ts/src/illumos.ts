import type { Change } from './conf-change.ts';
import { formatLine } from './conf-line.ts';
import type { Attributes } from './datalink-conf.ts';
import { DlmgmtdRecords } from './dlmgmtd-records.ts';
import { closed, DladmError } from './errors.ts';
import { IllumosZones } from './illumos-zones.ts';
import { Libdladm, OPT_ACTIVE, OPT_PERSIST } from './libdladm.ts';
import { isLinkName, type LinkName } from './link-name.ts';
import { oneByOne } from './one-by-one.ts';
import { mustBeFree, NO_RECORDS, told } from './record-file.ts';
import type { Changes, Edit, LinkId, LinkRegistry, NewId } from './registry.ts';
import { CLASS_MISC, MEDIA_ETHER, toAttributes } from './saved-link.ts';
import { SavedLinks } from './saved-links.ts';
import { GLOBAL_ZONE, type Zone } from './zone.ts';

/** What stands in for the system's libraries. */
export interface IllumosLibraries {
  readonly libdladm?: string | undefined;
  readonly libc?: string | undefined;
}

const nothing = (): void => undefined;

const isStatus = (error: unknown, status: DladmError['status']): boolean =>
  error instanceof DladmError && error.status === status;

/**
 * Names, ids and records of a real system. dlmgmtd owns them, and libdladm is the only way to it that
 * is taken here: what differs between distributions is behind libdladm's functions.
 */
export class IllumosRegistry implements LinkRegistry {
  readonly #library: string | undefined;
  readonly #records: DlmgmtdRecords;
  readonly #zones: IllumosZones;
  #dladm: Libdladm | undefined;
  #closed = false;

  constructor({ libdladm, libc }: IllumosLibraries = {}) {
    this.#library = libdladm;
    this.#records = new DlmgmtdRecords(() => this.#open());
    this.#zones = new IllumosZones(libc);
  }

  /** In a zone nothing persists, also where libdladm would let it. */
  createId(name: LinkName, lifetime: 'persistent' | 'temporary'): NewId {
    const persistent = lifetime === 'persistent';
    if (persistent) this.#mustRecord('create', name);
    const dladm = this.#open();
    const flags = persistent ? OPT_ACTIVE | OPT_PERSIST : OPT_ACTIVE;
    try {
      const id = dladm.createId(name, CLASS_MISC, MEDIA_ETHER, flags);
      return { id, confirm: nothing, release: () => this.#release(name, id, flags) };
    } catch (error) {
      throw this.#notCreated(error, name);
    }
  }

  recordedId(name: LinkName): NewId {
    const dladm = this.#open();
    const { id, flags } = dladm.named(name);
    // Somebody who was killed while making it may have left it as active as this makes it.
    const active = (flags & OPT_ACTIVE) !== 0;
    return {
      id,
      confirm: active ? nothing : () => dladm.upId(name, id),
      release: () => this.#release(name, id, OPT_ACTIVE),
    };
  }

  freeId(name: LinkName): boolean {
    const id = this.#stale(name);
    if (id !== undefined) this.#release(name, id, OPT_ACTIVE);
    return id !== undefined;
  }

  idOf(name: LinkName): LinkId | undefined {
    return this.#find(() => this.#open().named(name))?.id;
  }

  nameOf(id: LinkId): LinkName | undefined {
    const name = id === 0 ? undefined : this.#find(() => this.#open().identify(id))?.name;
    return name !== undefined && isLinkName(name) ? name : undefined;
  }

  saved(): SavedLinks {
    return this.#zones.inZone() ? NO_RECORDS : new SavedLinks(this.#records, 'dlmgmtd');
  }

  async change(name: LinkName, edit: Edit): Promise<Change> {
    this.#mustRecord('record', name);
    const saved = this.saved();
    const old = this.#records.record(name)?.attributes;
    if (edit === 'forget') {
      return saved.has(name) ? this.#forget(name) : changeOf({ apply: nothing, back: nothing });
    }
    if ('add' in edit) {
      mustBeFree(saved, 'create', name);
      const wanted = fitting(name, toAttributes(edit.add));
      return changeOf({
        apply: () => this.#records.add(name, this.#open().named(name).id, wanted),
        back: () => this.#records.remove(name, this.#open().named(name).id),
      });
    }
    const before = saved.get(name);
    if (before === undefined || old === undefined) {
      const reason = 'somebody else has just destroyed or renamed it';
      throw new DladmError({ status: 'NOTFOUND', op: 'record', link: name, reason });
    }
    const { id } = this.#open().named(name);
    const wanted = fitting(name, toAttributes(edit.edit(before), old), old);
    return changeOf({
      apply: () => this.#records.change(name, id, old, wanted),
      back: () => this.#records.change(name, id, wanted, old),
    });
  }

  async changes(edits: ReadonlyMap<LinkName, Edit>): Promise<Changes> {
    return await oneByOne(edits, (name, edit) => this.change(name, edit));
  }

  /** dlmgmtd does it for the kernel and for what is recorded, also of links that are on top. */
  async rename(from: LinkName, to: LinkName): Promise<Change> {
    const rename = (old: LinkName, fresh: LinkName): void => {
      try {
        this.#open().rename(old, fresh);
      } catch (error) {
        if (!isStatus(error, 'EXIST')) throw error;
        const reason = `link already exists: ${fresh}`;
        throw new DladmError({ status: 'EXIST', op: 'rename', link: old, reason, cause: error });
      }
    };
    return changeOf({ apply: () => rename(from, to), back: () => rename(to, from) });
  }

  zones(): readonly Zone[] {
    return this.#zones.list();
  }

  setZone(id: LinkId, link: LinkName, { id: zone, name }: Required<Zone>): void {
    const dladm = this.#open();
    try {
      dladm.setProp(link, id, 'zone', zone === GLOBAL_ZONE.id ? [] : [name], OPT_ACTIVE);
    } catch (error) {
      if (!isStatus(error, 'BADARG') || dladm.className(CLASS_MISC) === 'misc') throw error;
      const reason = "this system's libdladm knows no properties of such links: it is too old";
      const init = { status: 'NOTSUP', op: 'set', link, property: 'zone', reason } as const;
      throw new DladmError({ ...init, cause: error });
    }
  }

  close(): void {
    this.#closed = true;
    this.#dladm?.close();
    this.#dladm = undefined;
  }

  #open(): Libdladm {
    if (this.#closed) throw closed('open');
    this.#dladm ??= new Libdladm(this.#library);
    return this.#dladm;
  }

  /** Says why there is no id for a name, where libdladm's words mislead. */
  #notCreated(error: unknown, link: LinkName): unknown {
    if (isStatus(error, 'NOTFOUND')) {
      const reason = 'dlmgmtd does not answer (try: svcs -xv network/datalink-management)';
      return new DladmError({ status: 'FAILED', op: 'create', link, reason, cause: error });
    }
    if (!isStatus(error, 'EXIST') || this.#stale(link) === undefined) return error;
    // Not freed here: somebody may be making a link of it just now.
    const reason = `link exists for dlmgmtd only (try: unetadm destroy ${link})`;
    return new DladmError({ status: 'EXIST', op: 'create', link, reason, cause: error });
  }

  #mustRecord(op: string, link: LinkName): void {
    if (this.#zones.inZone()) {
      throw new DladmError({ status: 'TEMPONLY', op, link });
    }
  }

  /**
   * The id of a name that is in use for dlmgmtd only: neither recorded nor in the kernel, which is asked
   * because links of this class are not all unet's.
   */
  #stale(name: LinkName): LinkId | undefined {
    const found = this.#find(() => this.#open().named(name));
    if (found?.flags !== OPT_ACTIVE || this.#open().isInKernel(name, found.id)) return undefined;
    return found.id;
  }

  /** What is of the class that unet's links are of, if it is there. */
  #find(
    find: () => ReturnType<Libdladm['identify']>,
  ): ReturnType<Libdladm['identify']> | undefined {
    try {
      const found = find();
      return found.linkClass === CLASS_MISC ? found : undefined;
    } catch (error) {
      if (isStatus(error, 'NOTFOUND')) return undefined;
      throw error;
    }
  }

  /** Out of the file first, which can be taken back; then the name, which cannot. */
  #forget(name: LinkName): Change {
    const { id } = this.#open().named(name);
    return changeOf({
      apply: () => this.#records.remove(name, id),
      back: () => this.#records.putBack(name, id),
      finish: () => this.#records.free(name, id),
    });
  }

  #release(name: LinkName, id: number, flags: number): void {
    try {
      this.#open().destroyId(name, id, flags);
    } catch (error) {
      if (!isStatus(error, 'NOTFOUND')) throw error;
    }
  }
}

/** What dlmgmtd's file can hold: what does not fit dlmgmtd leaves out without a word. */
function fitting(link: LinkName, attributes: Attributes, old?: Attributes): Attributes {
  told(link, () => formatLine(link, attributes, old));
  return attributes;
}

/** A change that is made with one call, and taken back with another. */
function changeOf(calls: { apply(): void; back(): void; finish?(): void }): Change {
  let state: 'prepared' | 'applied' | 'over' = 'prepared';
  const apply = (): void => {
    if (state === 'prepared') {
      calls.apply();
      state = 'applied';
    }
  };
  const cancel = (): void => {
    const applied = state === 'applied';
    state = 'over';
    if (applied) calls.back();
  };
  return {
    apply,
    commit: () => {
      apply();
      if (state === 'applied') {
        state = 'over';
        calls.finish?.();
      }
    },
    cancel,
  };
}
