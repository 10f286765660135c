import type { Change } from './conf-change.ts';
import type { LinkName } from './link-name.ts';
import type { SavedLink } from './saved-link.ts';
import type { SavedLinks } from './saved-links.ts';
import type { StackEnd } from './stack-end.ts';
import type { Zone } from './zone.ts';

/** A link id, by which the kernel and the link management daemon name a link. */
export type LinkId = number;

/** An id for a link that is being made. */
export interface NewId {
  /** 0: the driver has one made. */
  readonly id: LinkId;
  /** Says that the kernel has the link now. */
  confirm(): void;
  /** Gives the id back; fine if the kernel did so already. */
  release(): void;
}

/** Where a link to be renamed is: in the kernel, recorded, or both. */
export interface Whereabouts {
  /** Its id; absent when the kernel does not have it. */
  readonly id?: LinkId | undefined;
  /** Whether it is in the record, or, with an id, may be about to be. */
  readonly recorded: boolean;
}

/**
 * What is to become of the record of a link: of none, whose name is free (`add`); of the one there
 * is (`edit`, which may be called several times); nothing, whatever it is (`forget`).
 */
export type Edit =
  | { readonly add: SavedLink }
  | { readonly edit: (saved: SavedLink) => SavedLink }
  | 'forget';

/** Changes of the records of several links, made at once. */
export interface Changes extends Change {
  /** Why some cannot be made; the others can. */
  readonly refused: ReadonlyMap<LinkName, unknown>;
  /**
   * Leaves some of them as they were, also when they were applied.
   *
   * @throws {DladmError} that cannot be written.
   */
  drop(names: Iterable<LinkName>): void;
}

/**
 * Who keeps the names, ids and records of links, and knows the zones: dlmgmtd behind libdladm on
 * illumos, else the hosted kernel and a file. Every call throws {@link DladmError}.
 */
export interface LinkRegistry {
  /** Makes an id for a name; EEXIST if it has one. */
  createId(name: LinkName, lifetime: 'persistent' | 'temporary'): NewId;
  /** Takes the id of a link that is recorded, to bring it up. */
  recordedId(name: LinkName): NewId;
  /**
   * Frees an id that no link has, as somebody who was killed while making one leaves it; says
   * whether there was one. Absent where that cannot be.
   */
  freeId?(name: LinkName): boolean;
  /** The id that a name has; `undefined` if it has none. */
  idOf(name: LinkName): LinkId | undefined;
  /** The name that an id has; `undefined` if there is no such id. */
  nameOf(id: LinkId): LinkName | undefined;

  /** Everything recorded about unet links; nothing in a zone that may not record any. */
  saved(): SavedLinks;
  /**
   * Prepares to change what is recorded of a link; nobody else can prepare a change until it is
   * committed or cancelled, where that can be had. @throws {DladmError} what `edit` throws, too.
   */
  change(name: LinkName, edit: Edit, signal?: AbortSignal): Promise<Change>;
  /** As {@link change}, for several links at once. */
  changes(edits: ReadonlyMap<LinkName, Edit>, signal?: AbortSignal): Promise<Changes>;
  /** Prepares to give a link another name; EEXIST if that is taken, EBUSY if the link is in use. */
  rename(from: LinkName, to: LinkName, where: Whereabouts, signal?: AbortSignal): Promise<Change>;

  /** Gives a link its stack end; absent where the system has a stack of its own. */
  readonly stack?: {
    plumb(id: LinkId, stack: StackEnd): void;
    /** The stack end of a link; `none` if there is none. */
    of(id: LinkId): StackEnd;
  };

  /** The zones that the caller sees: all, the global one first, or only its own. */
  zones(): readonly Zone[];
  /** Lends a link to a running zone, or takes it back, to the global zone. */
  setZone(id: LinkId, name: LinkName, zone: Required<Zone>): void;

  close(): void;
}
