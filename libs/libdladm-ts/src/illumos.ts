import { loadLibrary } from 'libsys';
import { type Change, ConfFile } from './conf-file.ts';
import type { Attributes } from './datalink-conf.ts';
import { DladmError } from './errors.ts';
import { type Conf, Libdladm, OPT_ACTIVE, OPT_PERSIST } from './libdladm.ts';
import type { LinkName } from './link-name.ts';

import { oneByOne } from './one-by-one.ts';
import { mustBeFree } from './record-file.ts';
import type { Changes, Edit, LinkId, LinkRegistry, NewId } from './registry.ts';
import { CLASS_MISC, MEDIA_ETHER, toAttributes } from './saved-link.ts';
import { SavedLinks } from './saved-links.ts';
import type { Zone } from './zone.ts';

interface ZoneNative {
  zone_list(ids: Uint8Array | null, count: Uint8Array): number;
  getzonenamebyid(id: number, name: Uint8Array, length: number): number;
}

/** @see ZONENAME_MAX in illumos' sys/zone.h */
const ZONENAME_MAX = 64;

/** Room for zones that boot between two looks. */
const ZONES_MORE = 8;

/** dlmgmtd answers TRYAGAIN when somebody else changed its records in between. */
const ATTEMPTS = 5;

/**
 * Names, ids and records of a real system. dlmgmtd owns them: they are changed through libdladm
 * only. Reading goes to dlmgmtd's file, which everybody may read, so that listing links needs no
 * privilege.
 */
export class IllumosRegistry implements LinkRegistry {
  readonly #file: ConfFile;
  readonly #library: string | undefined;
  #dladm: Libdladm | undefined;
  #zones: ZoneNative | undefined;

  /** @param library another libdladm than the system's. */
  constructor({ root = '/', library }: { root?: string; library?: string } = {}) {
    this.#file = new ConfFile(root);
    this.#library = library;
  }

  createId(name: LinkName, lifetime: 'persistent' | 'temporary'): NewId {
    const dladm = this.#open();
    const flags = lifetime === 'persistent' ? OPT_ACTIVE | OPT_PERSIST : OPT_ACTIVE;
    const id = dladm.createId(name, CLASS_MISC, MEDIA_ETHER, flags);
    return { id, confirm: () => undefined, release: () => this.#release(name, id, flags) };
  }

  recordedId(name: LinkName): NewId {
    const dladm = this.#open();
    const id = dladm.idOf(name);
    return {
      id,
      confirm: () => dladm.upId(name, id),
      release: () => this.#release(name, id, OPT_ACTIVE),
    };
  }

  saved(): SavedLinks {
    return SavedLinks.of(this.#file);
  }

  async change(name: LinkName, edit: Edit): Promise<Change> {
    const records = this.saved();
    const old = this.#file.read().get(name);
    let wanted: Attributes | undefined;
    if (edit === 'forget') {
      if (!records.has(name))
        return changeOf(
          () => undefined,
          () => undefined,
        );
    } else if ('add' in edit) {
      mustBeFree(records, 'create', name);
      wanted = toAttributes(edit.add);
    } else {
      const saved = records.get(name);
      if (saved === undefined)
        throw new DladmError({ status: 'NOTFOUND', op: 'record', link: name });
      wanted = toAttributes(edit.edit(saved), old);
    }
    return changeOf(
      () => this.#write(name, old, wanted),
      () => this.#write(name, wanted, old),
    );
  }

  async changes(edits: ReadonlyMap<LinkName, Edit>): Promise<Changes> {
    return await oneByOne(edits, (name, edit) => this.change(name, edit));
  }

  async rename(from: LinkName): Promise<Change> {
    throw new DladmError({ status: 'NOTSUP', op: 'rename', link: from });
  }

  idOf(name: LinkName): LinkId | undefined {
    try {
      return this.#open().idOf(name);
    } catch (error) {
      if (error instanceof DladmError && error.status === 'NOTFOUND') {
        return undefined;
      }
      throw error;
    }
  }

  nameOf(): LinkName | undefined {
    throw new DladmError({ status: 'NOTSUP', op: 'name' });
  }

  zones(): readonly Zone[] {
    this.#zones ??= loadLibrary<ZoneNative>(undefined, {
      getzonenamebyid: { result: 'intptr_t', params: ['int32_t', 'void *', 'uintptr_t'] },
      zone_list: { result: 'int', params: ['void *', 'void *'] },
    });
    const count = Buffer.allocUnsafeSlow(4).fill(0);
    this.#zones.zone_list(null, count);
    const ids = Buffer.allocUnsafeSlow(4 * (count.readUInt32LE() + ZONES_MORE)).fill(0);
    count.writeUInt32LE(ids.length / 4);
    this.#zones.zone_list(ids, count);
    const zones: Zone[] = [];
    for (let i = 0; i < Math.min(count.readUInt32LE(), ids.length / 4); i++) {
      const id = ids.readInt32LE(4 * i);
      const name = Buffer.alloc(ZONENAME_MAX);
      const length = this.#zones.getzonenamebyid(id, name, name.length);
      if (length > 0) zones.push({ id, name: name.toString('utf8', 0, length - 1) });
    }
    return zones.sort((a, b) => (a.id ?? 0) - (b.id ?? 0));
  }

  setZone(_id: LinkId, name: LinkName): void {
    throw new DladmError({ status: 'NOTSUP', op: 'set', link: name, property: 'zone' });
  }

  close(): void {
    this.#dladm?.close();
    this.#dladm = undefined;
  }

  #open(): Libdladm {
    this.#dladm ??= new Libdladm(this.#library);
    return this.#dladm;
  }

  #release(name: LinkName, id: number, flags: number): void {
    try {
      this.#open().destroyId(name, id, flags);
    } catch (error) {
      if (!(error instanceof DladmError) || error.status !== 'NOTFOUND') {
        throw error;
      }
    }
  }

  /** Has dlmgmtd record other attributes of a link, or none. */
  #write(name: LinkName, old: Attributes | undefined, wanted: Attributes | undefined): void {
    const dladm = this.#open();
    const id = dladm.idOf(name);
    if (wanted === undefined) {
      dladm.removeConf(name, id);
      dladm.destroyId(name, id, OPT_PERSIST);
      return;
    }
    const conf: Conf =
      old === undefined
        ? dladm.createConf(name, id, CLASS_MISC, MEDIA_ETHER)
        : dladm.openConf(name, id);
    try {
      for (const [field, value] of wanted) {
        if (field !== 'class' && field !== 'media') {
          dladm.setField(name, conf, field, value);
        }
      }
      for (const field of old?.keys() ?? []) {
        if (!wanted.has(field)) {
          dladm.unsetField(name, conf, field);
        }
      }
      dladm.writeConf(name, conf);
    } finally {
      dladm.destroyConf(conf);
    }
  }
}

/** A change of dlmgmtd's records; it tells when somebody else came in between, and to try again. */
function changeOf(apply: () => void, back: () => void): Change {
  let state: 'prepared' | 'applied' | 'over' = 'prepared';
  const persist = (what: () => void): void => {
    for (let attempt = 1; ; attempt++) {
      try {
        what();
        return;
      } catch (error) {
        const again = error instanceof DladmError && error.status === 'TRYAGAIN';
        if (!again || attempt === ATTEMPTS) {
          throw error;
        }
      }
    }
  };
  const make = (): void => {
    if (state === 'prepared') {
      persist(apply);
      state = 'applied';
    }
  };
  return {
    apply: make,
    commit: () => {
      make();
      state = 'over';
    },
    cancel: () => {
      const applied = state === 'applied';
      state = 'over';
      if (applied) persist(back);
    },
  };
}
