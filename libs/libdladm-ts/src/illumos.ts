import { loadLibrary } from 'libsys';
import { type Change, ConfFile } from './conf-file.ts';
import { DladmError } from './errors.ts';
import { type Conf, Libdladm, OPT_ACTIVE, OPT_PERSIST } from './libdladm.ts';
import type { LinkName } from './link-name.ts';
import type { LinkRegistry, NewId } from './registry.ts';
import { CLASS_MISC, MEDIA_ETHER, type SavedLink, toAttributes } from './saved-link.ts';
import { SavedLinks } from './saved-links.ts';

interface ZoneNative {
  getzonenamebyid(id: number, name: Uint8Array, length: number): number;
}

/** @see ZONENAME_MAX in illumos' sys/zone.h */
const ZONENAME_MAX = 64;

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

  async save(name: LinkName, saved: SavedLink): Promise<Change> {
    const dladm = this.#open();
    const id = dladm.idOf(name);
    const old = this.#file.read().get(name);
    const wanted = toAttributes(saved, old);
    const open = (): Conf =>
      old === undefined
        ? dladm.createConf(name, id, CLASS_MISC, MEDIA_ETHER)
        : dladm.openConf(name, id);
    const fill = (conf: Conf): void => {
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
    };
    return this.#change(() => {
      const conf = open();
      try {
        fill(conf);
        dladm.writeConf(name, conf);
      } finally {
        dladm.destroyConf(conf);
      }
    });
  }

  async forget(name: LinkName): Promise<Change> {
    const dladm = this.#open();
    // The name is gone from the kernel's half before the change is committed; the id is not.
    const id = dladm.idOf(name);
    return this.#change(() => {
      dladm.removeConf(name, id);
      dladm.destroyId(name, id, OPT_PERSIST);
    });
  }

  zoneName(id: number): string | undefined {
    this.#zones ??= loadLibrary<ZoneNative>(undefined, {
      getzonenamebyid: { result: 'intptr_t', params: ['int32_t', 'void *', 'uintptr_t'] },
    });
    const name = Buffer.alloc(ZONENAME_MAX);
    const length = this.#zones.getzonenamebyid(id, name, name.length);
    return length > 0 ? name.toString('utf8', 0, length - 1) : undefined;
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

  #change(apply: () => void): Change {
    let open = true;
    const commit = (): void => {
      for (let attempt = 1; open; attempt++) {
        try {
          apply();
          open = false;
        } catch (error) {
          const again = error instanceof DladmError && error.status === 'TRYAGAIN';
          if (!again || attempt === ATTEMPTS) {
            throw error;
          }
        }
      }
    };
    return {
      apply: () => undefined,
      commit,
      cancel: () => {
        open = false;
      },
    };
  }
}
