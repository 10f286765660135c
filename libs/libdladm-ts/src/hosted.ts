import type { DataLink, HostedControl, StackEnd as HostedStackEnd } from 'libsys';
import { isSysError } from 'libsys';
import type { Change } from './conf-change.ts';
import { DladmError, toDladmError } from './errors.ts';
import type { LinkName } from './link-name.ts';
import { oneByOne } from './one-by-one.ts';
import { mustBeFree, NO_RECORDS, RecordFile } from './record-file.ts';
import type { Changes, Edit, LinkId, LinkRegistry, NewId, Whereabouts } from './registry.ts';
import type { SavedLinks } from './saved-links.ts';
import type { StackEnd } from './stack-end.ts';
import { GLOBAL_ZONE, type Zone } from './zone.ts';

/** What the errors of PLUMB mean to somebody who wanted a link. @see kernel/hosted/hk.h */
const PLUMB_TEXTS = {
  EPERM: 'this host does not permit a TAP interface (stack=bus needs no permission)',
  EACCES: 'this host does not permit a TAP interface (stack=bus needs no permission)',
  ENODEV: 'this host has no TAP interfaces (stack=bus needs none)',
  ENAMETOOLONG: 'link name is too long for an interface of this host',
  EEXIST: 'this host has an interface of that name',
  EBUSY: 'this host has an interface of that name',
  ENXIO: 'the network namespace of the zone is gone',
};

/** The driver has an id made. @see UNET_LINKID_NONE in kernel/unet/sys/unet.h */
const BY_DRIVER: NewId = { id: 0, confirm: () => undefined, release: () => undefined };

/** Names, ids and records of a hosted kernel: its own names, and a `datalink.conf`. */
export class HostedRegistry implements LinkRegistry {
  readonly #hosted: HostedControl;
  readonly #records: RecordFile;
  #zoneId: number | undefined;

  /** @param hosted borrowed. */
  constructor(hosted: HostedControl, root: string) {
    this.#hosted = hosted;
    this.#records = new RecordFile(root);
  }

  /**
   * The id of a link that is up is the driver's to have made, and to free: so a process that is
   * killed between two steps leaves none. What persists is in the file, which has no ids.
   */
  createId(): NewId {
    return BY_DRIVER;
  }

  recordedId(): NewId {
    return BY_DRIVER;
  }

  idOf(name: LinkName): LinkId | undefined {
    return this.#find('id', name)?.linkid;
  }

  nameOf(id: LinkId): LinkName | undefined {
    return this.#find('name', id)?.name as LinkName | undefined;
  }

  saved(): SavedLinks {
    return this.#inZone() ? NO_RECORDS : this.#records.saved();
  }

  async change(name: LinkName, edit: Edit, signal?: AbortSignal): Promise<Change> {
    if (this.#inZone()) {
      throw new DladmError({ status: 'TEMPONLY', op: 'record', link: name });
    }
    return await this.#records.change(name, edit, signal);
  }

  async changes(edits: ReadonlyMap<LinkName, Edit>, signal?: AbortSignal): Promise<Changes> {
    if (this.#inZone()) {
      return await oneByOne(edits, (name, edit) => this.change(name, edit, signal));
    }
    return await this.#records.changes(edits, signal);
  }

  async rename(
    from: LinkName,
    to: LinkName,
    { id, recorded }: Whereabouts,
    signal?: AbortSignal,
  ): Promise<Change> {
    const missing = id === undefined ? 'refuse' : 'allow';
    const record = recorded ? await this.#records.rename(from, to, { missing, signal }) : undefined;
    if (!recorded) {
      mustBeFree(this.saved(), 'rename', to);
    }
    let renamed = false;
    return {
      apply: () => {
        record?.apply();
        if (id !== undefined && !renamed) {
          this.#rename(id, from, to);
          renamed = true;
        }
      },
      commit: () => {
        record?.commit();
      },
      cancel: () => {
        try {
          if (id !== undefined && renamed) {
            this.#rename(id, to, from);
          }
        } finally {
          record?.cancel();
        }
      },
    };
  }

  readonly stack: NonNullable<LinkRegistry['stack']> = {
    plumb: (id: LinkId, stack: StackEnd): void => {
      const [kind, bus] = stack.startsWith('bus:') ? ['bus', stack.slice('bus:'.length)] : [stack];
      if (kind === 'none') {
        return;
      }
      try {
        this.#hosted.plumb(id, {
          kind: kind as HostedStackEnd['kind'],
          ...(bus !== undefined && { bus }),
        });
      } catch (error) {
        throw toDladmError(error, 'plumb', undefined, PLUMB_TEXTS);
      }
    },
    of: (id: LinkId): StackEnd => {
      try {
        const { kind, bus } = this.#hosted.stackInfo(id);
        return kind === 'bus' && bus !== '' ? `bus:${bus}` : kind;
      } catch (error) {
        if (isSysError(error, 'ENOENT')) {
          return 'none';
        }
        throw toDladmError(error, 'plumb', undefined);
      }
    },
  };

  zones(): readonly Zone[] {
    try {
      return this.#hosted
        .zoneList()
        .map(({ name, zoneid: id }) => ({ name, ...(id !== undefined && { id }) }));
    } catch (error) {
      throw toDladmError(error, 'zones', undefined);
    }
  }

  setZone(id: LinkId, name: LinkName, zone: Required<Zone>): void {
    try {
      this.#hosted.dlSetZone(id, zone.id);
    } catch (error) {
      throw toDladmError(error, 'set', name, {
        ESRCH: `zone is not running: ${zone.name}`,
        ENXIO: PLUMB_TEXTS.ENXIO,
        EBUSY: 'link is in use',
      });
    }
  }

  close(): void {
    this.#hosted.close();
  }

  /** A process stays in the zone that it is in. */
  #inZone(): boolean {
    this.#zoneId ??= this.zones()[0]?.id ?? GLOBAL_ZONE.id;
    return this.#zoneId !== GLOBAL_ZONE.id;
  }

  #find(op: string, which: LinkId | LinkName): DataLink | undefined {
    try {
      return this.#hosted.dlInfo(which);
    } catch (error) {
      if (isSysError(error, 'ENOENT')) {
        return undefined;
      }
      throw toDladmError(error, op, typeof which === 'string' ? which : undefined);
    }
  }

  #rename(id: LinkId, from: LinkName, to: LinkName): void {
    try {
      this.#hosted.dlRename(id, to);
    } catch (error) {
      throw toDladmError(error, 'rename', from, {
        EEXIST: `link already exists: ${to}`,
        EBUSY: 'link is in use',
        ENOENT: 'no such link',
      });
    }
  }
}
