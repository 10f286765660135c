import type { Change } from './conf-file.ts';
import type { LinkName } from './link-name.ts';
import type { SavedLink } from './saved-link.ts';
import type { SavedLinks } from './saved-links.ts';
import type { StackEnd } from './stack-end.ts';

/** A link id, by which the kernel and the link management daemon name a link. */
export type LinkId = number;

/** An id for a link that is being made. */
export interface NewId {
  readonly id: LinkId;
  /** Says that the kernel has the link now. */
  confirm(): void;
  /** Gives the id back; fine if the kernel did so already. */
  release(): void;
}

/**
 * Who keeps the names, ids and records of links: dlmgmtd behind libdladm on illumos, else the
 * hosted kernel and a file. Every call throws {@link DladmError}.
 */
export interface LinkRegistry {
  /** Makes an id for a name; EEXIST if it has one. */
  createId(name: LinkName, lifetime: 'persistent' | 'temporary'): NewId;
  /** Takes the id of a link that is recorded, to bring it up. */
  recordedId(name: LinkName): NewId;

  /** Everything recorded about unet links. */
  saved(): SavedLinks;
  /** Prepares to record a link, in place of what there is. */
  save(name: LinkName, saved: SavedLink, signal?: AbortSignal): Promise<Change>;
  /** Prepares to remove what is recorded. */
  forget(name: LinkName, signal?: AbortSignal): Promise<Change>;

  /** Gives a link its stack end; absent where the system has a stack of its own. */
  readonly stack?: {
    plumb(id: LinkId, stack: StackEnd): void;
    /** The stack end of a link; `none` if there is none. */
    of(id: LinkId): StackEnd;
  };

  /** Names a zone; `undefined` if there is none of that id. */
  zoneName(id: number): string | undefined;
  close(): void;
}
