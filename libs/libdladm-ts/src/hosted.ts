import type { HostedControl, StackEnd as HostedStackEnd } from 'libsys';
import { isSysError } from 'libsys';
import { type Change, ConfFile } from './conf-file.ts';
import { DladmError, toDladmError } from './errors.ts';
import type { LinkName } from './link-name.ts';
import type { LinkId, LinkRegistry, NewId } from './registry.ts';
import { type SavedLink, toAttributes } from './saved-link.ts';
import { SavedLinks } from './saved-links.ts';
import type { StackEnd } from './stack-end.ts';

/** @see HK_DL_ACTIVE in kernel/hosted/hk.h */
const DL_ACTIVE = 0x1;

/** What the errors of PLUMB mean to somebody who wanted a link. @see kernel/hosted/hk.h */
const PLUMB_TEXTS = {
  EPERM: 'this host does not permit a TAP interface (stack=bus needs no permission)',
  EACCES: 'this host does not permit a TAP interface (stack=bus needs no permission)',
  ENODEV: 'this host has no TAP interfaces (stack=bus needs none)',
  ENAMETOOLONG: 'link name is too long for an interface of this host',
  EEXIST: 'this host has an interface of that name',
  EBUSY: 'this host has an interface of that name',
};

/** Names, ids and records of a hosted kernel: its own names, and a `datalink.conf`. */
export class HostedRegistry implements LinkRegistry {
  readonly #hosted: HostedControl;
  readonly #file: ConfFile;

  /** @param hosted borrowed. */
  constructor(hosted: HostedControl, root: string) {
    this.#hosted = hosted;
    this.#file = new ConfFile(root);
  }

  /** The hosted kernel's name is only of the link that is up: what persists is in the file. */
  createId(name: LinkName): NewId {
    try {
      const id = this.#hosted.dlCreate(name, { flags: DL_ACTIVE });
      return { id, confirm: () => undefined, release: () => this.#release(id, name) };
    } catch (error) {
      throw toDladmError(error, 'create', name, { EEXIST: 'link already exists' });
    }
  }

  /** A hosted kernel forgets its names when it ends, so a recorded link gets a new id. */
  recordedId(name: LinkName): NewId {
    return this.createId(name);
  }

  saved(): SavedLinks {
    return SavedLinks.of(this.#file);
  }

  async save(name: LinkName, saved: SavedLink, signal?: AbortSignal): Promise<Change> {
    return await this.#file.prepare((conf) => {
      try {
        conf.set(name, toAttributes(saved, conf.get(name)));
      } catch (error) {
        if (!(error instanceof RangeError)) {
          throw error;
        }
        const reason = error.message;
        throw new DladmError({ status: 'BADVAL', op: 'record', link: name, reason, cause: error });
      }
    }, signal);
  }

  async forget(name: LinkName, signal?: AbortSignal): Promise<Change> {
    return await this.#file.prepare((conf) => {
      conf.delete(name);
    }, signal);
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

  zoneName(id: number): string | undefined {
    return this.#hosted.zoneList().find(({ zoneid }) => zoneid === id)?.name;
  }

  close(): void {
    this.#hosted.close();
  }

  #release(id: LinkId, name: LinkName): void {
    try {
      this.#hosted.dlDestroy(id);
    } catch (error) {
      if (!isSysError(error, 'ENOENT')) {
        throw toDladmError(error, 'destroy', name);
      }
    }
  }
}
