import { type Ctl, FOREIGN } from './ctl.ts';
import { DladmError } from './errors.ts';
import type { Link, LinkInfo } from './link.ts';
import type { LinkName } from './link-name.ts';
import type { LinkRegistry } from './registry.ts';
import type { SavedLinks } from './saved-links.ts';
import type { Steps } from './steps.ts';
import { GLOBAL_ZONE, type Zone } from './zone.ts';

/** A link as far as it was found: in the kernel, recorded, or both. */
export interface Found {
  readonly info?: LinkInfo | undefined;
  /** Whether it is recorded, if only in a way that cannot be read. */
  readonly recorded: boolean;
}

/** What all operations stand on: the driver, and who keeps names and records. */
export class Ground {
  readonly ctl: Ctl;
  readonly registry: LinkRegistry;

  constructor(ctl: Ctl, registry: LinkRegistry) {
    this.ctl = ctl;
    this.registry = registry;
  }

  /**
   * Finds a link, in a zone if one is named.
   *
   * @throws {DladmError} ENOENT: there is none. EPERM and others: the record cannot be read.
   */
  find(
    op: string,
    link: LinkName,
    zone?: string,
    records: SavedLinks = this.registry.saved(),
  ): Found {
    const wanted = zone === undefined ? undefined : this.zoneNamed(op, zone, link);
    const info = this.ctl.find(link);
    const recorded = records.has(link);
    const elsewhere = wanted !== undefined && wanted.id !== (info?.zoneId ?? GLOBAL_ZONE.id);
    if (elsewhere || (info === undefined && !recorded)) {
      throw noLink(op, link, elsewhere ? `no such link in zone ${zone}` : undefined);
    }
    return { info, recorded };
  }

  /**
   * Whether a link has a record, or somebody may be about to write it: who makes a persistent link has
   * the lock until it is recorded, so that a change of the record waits for that.
   */
  mayBeRecorded({ info, recorded }: Found): boolean {
    return recorded || (info?.lifetime === 'persistent' && !this.inZone());
  }

  /** Whether the caller is in a zone, which has no records. */
  inZone(): boolean {
    return this.registry.zones()[0]?.id !== GLOBAL_ZONE.id;
  }

  /**
   * Looks again, after others were waited for: nobody has been quicker.
   *
   * @throws {DladmError} ENOENT: the link that was found has not the name any more.
   */
  mustStillBe(op: string, link: LinkName, { info }: Found): void {
    if (this.ctl.find(link)?.linkId !== info?.linkId) {
      throw noLink(op, link, 'somebody else has just destroyed, renamed or made it');
    }
  }

  /** @throws {DladmError} ENOENT: the link is in another zone. */
  mustBeIn(op: string, { name, zoneId }: LinkInfo, zone: string): void {
    if (this.zoneNamed(op, zone, name).id !== zoneId) {
      throw noLink(op, name, `no such link in zone ${zone}`);
    }
  }

  /** @throws {DladmError} ENOENT: the caller sees no zone of that name. */
  zoneNamed(op: string, name: string, link?: LinkName): Zone {
    if (typeof name !== 'string') {
      throw new TypeError(`zone must be a string, not ${typeof name}`);
    }
    const zone = this.registry.zones().find((one) => one.name === name);
    if (zone === undefined) {
      throw noLink(op, link, `no such zone: ${name}`);
    }
    return zone;
  }

  /** As {@link zoneNamed}, for a zone that is to be given a link. @throws {DladmError} EINVAL too. */
  runningZone(op: string, name: string, link: LinkName): Required<Zone> {
    const { id } = this.zoneNamed(op, name, link);
    if (id === undefined) {
      const reason = `zone is not running: ${name}`;
      throw new DladmError({ status: 'BADVAL', op, link, property: 'zone', reason });
    }
    return { name, id };
  }

  /**
   * Destroys a link in the kernel. `force`: even if a process holds it, or it is on loan, in which
   * case it is taken back first.
   */
  destroy(steps: Steps, info: LinkInfo, force: boolean): void {
    const { linkId, name } = info;
    const zone = this.#borrower(info);
    if (zone !== undefined) {
      if (!force) {
        throw lent('destroy', name, zone);
      }
      steps.do(
        () => this.registry.setZone(linkId, name, GLOBAL_ZONE),
        () => this.registry.setZone(linkId, name, zone),
      );
    }
    steps.do(() => this.ctl.destroy(info, { force }));
  }

  /** @throws {DladmError} EBUSY: we have lent the link to a zone. EPERM: it is lent to us. */
  mustNotBeLent(op: string, info: LinkInfo): void {
    if (info.zoneId === info.ownerZoneId) return;
    const zone = this.#borrower(info);
    if (zone !== undefined) throw lent(op, info.name, zone);
    throw new DladmError({ status: 'DENIED', op, link: info.name, reason: FOREIGN });
  }

  /** The zone that we have lent a link to. */
  #borrower({ zoneId, ownerZoneId }: LinkInfo): Required<Zone> | undefined {
    const zones = zoneId === ownerZoneId ? [] : this.registry.zones();
    const name = zones.find(({ id }) => id === zoneId)?.name;
    return zones[0]?.id === ownerZoneId && name !== undefined ? { name, id: zoneId } : undefined;
  }

  /**
   * Puts together what is known of a link.
   *
   * @param recordedAs the name it is recorded under, as far as it is
   */
  link(
    name: LinkName,
    info: LinkInfo | undefined,
    { records, zones, recordedAs = name }: LinkContext,
  ): Link {
    const { saved, fault } = records.look(recordedAs);
    const { stack: ends } = this.registry;
    const stack = info === undefined ? saved?.stack : ends?.of(info.linkId);
    const zone = info === undefined ? GLOBAL_ZONE : zones.find((one) => one.id === info.zoneId);
    return {
      name,
      zone: zone?.name ?? `${info?.zoneId}`,
      ...(info !== undefined && { info }),
      ...(saved !== undefined && { saved }),
      ...(fault !== undefined && { fault }),
      ...(stack !== undefined && { stack }),
    };
  }
}

/** What links are looked at with. */
export interface LinkContext {
  readonly records: SavedLinks;
  readonly zones: readonly Zone[];
  readonly recordedAs?: LinkName;
}

/** Says that a link is not there. */
export function noLink(
  op: string,
  link: LinkName | undefined,
  reason = 'no such link',
): DladmError {
  return new DladmError({ status: 'NOTFOUND', op, link, reason });
}

function lent(op: string, link: LinkName, zone: Zone): DladmError {
  const reason = `link is lent to zone ${zone.name}: take it back first (unetadm reset ${link} zone)`;
  return new DladmError({ status: 'LINKBUSY', op, link, reason });
}
