import { isSysError, type Kernel, shareClass } from 'libsys';
import { changeProperties, type PropertyChange } from './change-properties.ts';
import { Ctl, type PropertyValue } from './ctl.ts';
import { addProperties, defaultsOf, recordedValues, withoutProperties } from './defaults.ts';
import { closed, DladmError } from './errors.ts';
import { type Found, Ground, noLink } from './ground.ts';
import type { Link, LinkInfo } from './link.ts';
import { type LinkName, parseLinkName } from './link-name.ts';
import { finishLink, makeLink } from './make-link.ts';
import { createLinks, destroyLinks, type LinkResult, type NewLink } from './many-links.ts';
import {
  type ChangeOptions,
  type CreateOptions,
  checkNames,
  checkOptions,
  type DestroyOptions,
  type LinkOptions,
  type LinkValues,
  type PropertyOptions,
} from './options.ts';
import { planLink } from './plan-link.ts';
import { checkPropertiesOf, mustBeObject, PROPERTY_NAMES, propertiesNamed } from './properties.ts';
import type { LinkId, LinkRegistry } from './registry.ts';
import type { SavedLink } from './saved-link.ts';
import { allOrNothing } from './steps.ts';
import { GLOBAL_ZONE, type Zone } from './zone.ts';

/** @see datalink_id_t in illumos' sys/types.h */
const LINK_ID_MAX = 0xffff_ffff;

/** What became of one link in {@link Dladm.up}. */
export interface UpResult {
  readonly name: LinkName;
  /** Why it could not be made. */
  readonly error?: unknown;
}

/**
 * Administers unet links: those in a kernel, and the record of those to make again.
 *
 * Every operation does all or nothing: when it throws, kernel, names and record are as before. What
 * it throws is a {@link DladmError}, an `AbortError` when its `signal` fired, or a `TypeError` for an
 * argument of the wrong type. After {@link close} all that is asked for is EBADF, also what was under
 * way and has changed nothing yet.
 *
 * The names of links are unique over all zones. The global zone sees the links of all, another zone
 * only its own and those lent to it.
 */
export class Dladm {
  static {
    shareClass(Dladm, 'libdladm-ts.Dladm');
  }

  readonly kernel: Kernel;
  readonly #ground: Ground;
  readonly #ctl: Ctl;
  readonly #registry: LinkRegistry;
  readonly #onClose: () => void;
  #open = true;

  /** @internal {@link openDladm} makes them. */
  constructor(kernel: Kernel, registry: LinkRegistry, onClose: () => void) {
    this.kernel = kernel;
    this.#ctl = new Ctl(kernel);
    this.#registry = registry;
    this.#ground = new Ground(this.#ctl, registry);
    this.#onClose = onClose;
  }

  /**
   * Makes a link. In a zone it is transient: the zone's halt destroys it.
   *
   * @throws {DladmError} EEXIST: there is one of the name, if only in the record or in another zone.
   * EINVAL: name, MAC address or a property. ERANGE: MTU or buffer sizes. EPERM: no privilege, or the
   * host does not permit a TAP interface. ENOTSUP: the zone has no network stack of its own; TEMPONLY:
   * a zone cannot have a link that is persistent.
   */
  async create(name: string, options: CreateOptions = {}): Promise<LinkInfo> {
    this.#check();
    mustBeObject('the options of create', options);
    const { signal, ...how } = options;
    const plan = planLink(this.#ground, name, how, this.#registry.saved());
    return await allOrNothing(signal, async (steps) => {
      const record =
        plan.lifetime === 'persistent'
          ? await steps.wait(
              () => this.#registry.change(plan.name, { add: plan.link }, signal),
              (change) => change.cancel(),
            )
          : undefined;
      const info = makeLink(this.#ground, steps, plan);
      steps.do(() => record?.commit());
      return info;
    });
  }

  /**
   * Makes several links, with one change of the records, so that a thousand take a thousand times
   * as long as one. One that cannot be made does not keep the others from being made.
   *
   * @returns what became of each, in their order.
   * @throws {DladmError} the records cannot be written: then no link was made.
   */
  async createMany(
    links: Iterable<NewLink>,
    options: Pick<ChangeOptions, 'signal'> = {},
  ): Promise<LinkResult[]> {
    this.#check();
    checkOptions('createMany', options, ['signal']);
    return await createLinks(this.#ground, [...links], options.signal);
  }

  /**
   * Destroys a link: in the kernel and in the record. `force`: even if a process holds it, or a zone
   * has it on loan.
   *
   * @throws {DladmError} ENOENT: no such link. EBUSY: it is held (`holder` tells by whom), on loan or
   * in use.
   */
  async destroy(name: string, options: DestroyOptions = {}): Promise<void> {
    this.#check();
    const link = parseLinkName(name, 'destroy');
    checkOptions('destroy', options, ['force', 'zone', 'signal']);
    const { force = false, zone, signal } = options;
    let found: Found;
    try {
      found = this.#ground.find('destroy', link, zone);
    } catch (error) {
      if (this.#registry.freeId?.(link) === true) return;
      throw error;
    }
    let { info } = found;
    await allOrNothing(signal, async (steps) => {
      const record = this.#ground.mayBeRecorded(found)
        ? await steps.wait(
            () => this.#registry.change(link, 'forget', signal),
            (change) => change.cancel(),
          )
        : undefined;
      let recorded = false;
      if (record !== undefined) {
        ({ recorded } = steps.do(() => this.#ground.find('destroy', link, zone)));
        // The record goes first: it can be put back for certain, and the link cannot. Who brings
        // the link up now finds no record; who has just done it has made what is found here.
        steps.do(() => record.apply());
        info = steps.do(() => this.#ctl.find(link));
      }
      try {
        if (info !== undefined) this.#ground.destroy(steps, info, force);
      } catch (error) {
        // Who was bringing it up, and found no record, has taken it back.
        if (!recorded || !isSysError(error, 'ENOENT')) throw error;
      }
      record?.commit();
    });
  }

  /**
   * Destroys several links, with one change of the records. One that cannot be destroyed does not
   * keep the others from being destroyed.
   *
   * @returns what became of each, in their order.
   * @throws {DladmError} the records cannot be written: then no link was destroyed.
   */
  async destroyMany(names: Iterable<string>, options: DestroyOptions = {}): Promise<LinkResult[]> {
    this.#check();
    checkOptions('destroyMany', options, ['force', 'zone', 'signal']);
    return await destroyLinks(this.#ground, checkNames('destroyMany', names), options);
  }

  /**
   * Gives a link another name: in the kernel, in the record, or both, as it is there.
   *
   * @throws {DladmError} ENOENT: no such link. EEXIST: there is one of the new name. EBUSY: something
   * in the network stack sits on it, or it is lent to a zone. EPERM: it is another zone's.
   */
  async rename(name: string, newName: string, options: ChangeOptions = {}): Promise<void> {
    this.#check();
    const link = parseLinkName(name, 'rename');
    const to = parseLinkName(newName, 'rename');
    checkOptions('rename', options, ['zone', 'signal']);
    const { zone, signal } = options;
    const found = this.#ground.find('rename', link, zone);
    if (found.info !== undefined) this.#ground.mustNotBeLent('rename', found.info);
    if (this.#ctl.find(to) !== undefined || this.#registry.saved().has(to)) {
      const reason = `link already exists: ${to}`;
      throw new DladmError({ status: 'EXIST', op: 'rename', link, reason });
    }
    const recorded = this.#ground.mayBeRecorded(found);
    await allOrNothing(signal, async (steps) => {
      const change = await steps.wait(
        () => this.#registry.rename(link, to, { id: found.info?.linkId, recorded }, signal),
        (prepared) => prepared.cancel(),
      );
      steps.do(() => this.#ground.mustStillBe('rename', link, found));
      steps.do(() => change.apply());
      change.commit();
    });
  }

  /**
   * Yields every link, those in the kernel first, by id, then those only recorded, by name; or only
   * those in a zone. A link that goes meanwhile may be left out, one that comes too.
   *
   * @throws {DladmError} ENOENT: no such zone.
   */
  async *list(options: LinkOptions = {}): AsyncGenerator<Link> {
    this.#check();
    checkOptions('list', options, ['zone']);
    const zones = this.#registry.zones();
    const zone =
      options.zone === undefined ? undefined : this.#ground.zoneNamed('list', options.zone);
    const records = this.#registry.saved();
    const up = new Set<string>();
    for (const { linkId, name, zoneId } of this.#ctl.list()) {
      up.add(name);
      if (zone !== undefined && zone.id !== zoneId) {
        continue;
      }
      // It may have gone since the list was made, or have got another name.
      const info = this.#ctl.find({ linkId, name });
      if (info !== undefined) {
        const recordedAs = records.has(info.name) ? info.name : name;
        yield this.#ground.link(info.name, info, { records, zones, recordedAs });
      }
    }
    if (zone === undefined || zone.id === GLOBAL_ZONE.id) {
      for (const name of [...records.keys()].sort()) {
        if (!up.has(name)) {
          yield this.#ground.link(name, undefined, { records, zones });
        }
      }
    }
  }

  /**
   * Finds one link.
   *
   * @throws {DladmError} ENOENT: no such link.
   */
  async find(name: string, options: LinkOptions = {}): Promise<Link> {
    this.#check();
    const link = parseLinkName(name, 'find');
    checkOptions('find', options, ['zone']);
    const { info } = this.#ground.find('find', link, options.zone);
    const context = { records: this.#registry.saved(), zones: this.#registry.zones() };
    return this.#ground.link(link, info, context);
  }

  /**
   * Tells what the kernel knows of a link.
   *
   * @throws {DladmError} ENOENT: there is no such link, or it is not up.
   */
  async info(name: string, options: LinkOptions = {}): Promise<LinkInfo> {
    this.#check();
    const link = parseLinkName(name, 'info');
    checkOptions('info', options, ['zone']);
    const info = this.#ctl.info(link);
    if (options.zone !== undefined) {
      this.#ground.mustBeIn('info', info, options.zone);
    }
    return info;
  }

  /**
   * Reads properties of a link; all of them when none are named. Of a link that is only recorded
   * they are what it will have.
   *
   * @throws {DladmError} ENOENT: no such link. ENOTSUP: no such property.
   */
  async getProps(
    name: string,
    names: readonly string[] = PROPERTY_NAMES,
    options: LinkOptions = {},
  ): Promise<PropertyValue[]> {
    this.#check();
    const link = parseLinkName(name, 'get');
    const wanted = propertiesNamed(checkNames('getProps', names));
    checkOptions('getProps', options, ['zone']);
    const { info } = this.#ground.find('get', link, options.zone);
    if (info === undefined) {
      return recordedValues(wanted, this.#registry.saved().get(link)?.properties ?? {});
    }
    const zones = this.#registry.zones();
    const values = wanted.length === 0 ? [] : this.#ctl.getProps(info, wanted);
    return values.map((property) =>
      property.name === 'zone'
        ? {
            name: 'zone',
            perm: this.#ground.inZone() ? 'r-' : 'rw',
            value: zones.find(({ id }) => id === property.value)?.name ?? `${property.value}`,
          }
        : property,
    );
  }

  /**
   * Sets properties of a link, all or none; of a persistent one in the record too, unless the
   * change is to be `temporary`. A link can be lent to a zone, which only can be temporary.
   *
   * @throws {DladmError} ENOENT: no such link. ENOTSUP: no such property, or, with the status
   * TEMPONLY, `zone` without `temporary`. EACCES: it is read-only.
   */
  async setProps(name: string, values: LinkValues, options: PropertyOptions = {}): Promise<void> {
    this.#check();
    const link = parseLinkName(name, 'set');
    checkOptions('setProps', options, ['temporary', 'zone', 'signal']);
    const { temporary = false, zone } = options;
    mustBeObject(`set ${link}: properties`, values);
    const { zone: target, ...given } = values;
    const checked = checkPropertiesOf('set', link, given);
    if (target !== undefined && !temporary) {
      throw new DladmError({ status: 'TEMPONLY', op: 'set', link, property: 'zone' });
    }
    const found = this.#ground.find('set', link, zone);
    const lent = target === undefined ? undefined : this.#ground.runningZone('set', target, link);
    await this.#change('set', link, found, options, {
      values: checked,
      zone: lent,
      record: (recorded) => addProperties('set', link, recorded, checked),
    });
  }

  /**
   * Gives properties of a link what they are in a new one, all of them or none; those of a
   * persistent link are not recorded any more then, unless the change is to be `temporary`. Without
   * names these are all that have a default but `zone`, which takes the link back when it is named.
   *
   * @throws {DladmError} ENOENT: no such link. ENOTSUP: no such property, or `mac`, which has no
   * default. EACCES: it is read-only.
   */
  async resetProps(
    name: string,
    names?: readonly string[],
    options: PropertyOptions = {},
  ): Promise<void> {
    this.#check();
    const link = parseLinkName(name, 'reset');
    checkOptions('resetProps', options, ['temporary', 'zone', 'signal']);
    const { zone } = options;
    const { values, zone: back } = defaultsOf(link, names);
    const found = this.#ground.find('reset', link, zone);
    await this.#change('reset', link, found, options, {
      values,
      zone: back,
      record: (recorded) => withoutProperties(link, recorded, values),
    });
  }

  /**
   * Makes the recorded links that are not in the kernel; of all, or of those named. One that cannot
   * be made does not keep the others from being made. One that is in the kernel without its stack
   * end, because whoever made it was killed, gets it.
   *
   * @returns what became of those that were missing; one that was up already is not among them.
   * @throws {DladmError} ENOENT: nothing is recorded under a name. @throws {AbortError} `signal`
   * fired: links that were made by then stay.
   */
  async up(
    names?: Iterable<string>,
    options: Pick<ChangeOptions, 'signal'> = {},
  ): Promise<UpResult[]> {
    this.#check();
    checkOptions('up', options, ['signal']);
    const { signal } = options;
    const given = names === undefined ? undefined : checkNames('up', names);
    const asked = given?.map((name) => parseLinkName(name, 'up'));
    const saved = this.#registry.saved();
    const wanted = asked ?? [...saved.keys()].sort();
    const missing = wanted.find((name) => !saved.has(name));
    if (missing !== undefined) {
      throw noLink('up', missing, 'no such persistent link');
    }
    const active = new Map(this.#ctl.list().map((link) => [link.name, link]));
    const results: UpResult[] = [];
    const made: LinkInfo[] = [];
    const bringUp = async (name: LinkName): Promise<void> => {
      const there = active.get(name);
      const link = saved.get(name);
      if (link === undefined || (there !== undefined && !this.#unfinished(there.linkId, link))) {
        return;
      }
      await allOrNothing(signal, async (steps) => {
        if (there !== undefined) {
          finishLink(this.#ground, steps, there, link);
        } else {
          const plan = { name, lifetime: 'persistent', link, id: 'recorded' } as const;
          made.push(makeLink(this.#ground, steps, plan));
        }
      });
      results.push({ name });
    };
    try {
      for (const name of new Set(wanted)) {
        try {
          await bringUp(name);
        } catch (error) {
          if (signal?.aborted === true) throw error;
          results.push({ name, error });
        }
      }
    } finally {
      const gone = this.#withoutRecord(made);
      for (const [i, { name }] of results.entries()) {
        if (gone.has(name)) results[i] = { name, error: gone.get(name) };
      }
    }
    return results;
  }

  /** The id of a link that is up. @throws {DladmError} ENOENT */
  idOf(name: string): LinkId {
    this.#check();
    const link = parseLinkName(name, 'id');
    const id = this.#registry.idOf(link);
    if (id === undefined) {
      throw noLink('id', link);
    }
    return id;
  }

  /** The name of the link that has an id. @throws {DladmError} ENOENT. @throws {RangeError} no id. */
  nameOf(id: LinkId): LinkName {
    this.#check();
    if (!Number.isInteger(id)) {
      throw new TypeError('a link id is a whole number');
    }
    if (id < 0 || id > LINK_ID_MAX) {
      throw new RangeError(`a link id is from 0 to ${LINK_ID_MAX}, not ${id}`);
    }
    const name = this.#registry.nameOf(id);
    if (name === undefined) {
      throw noLink('name', undefined, `no link has the id ${id}`);
    }
    return name;
  }

  /**
   * The zones that the caller sees: all, the global one first, or the one that it is in.
   *
   * @throws {DladmError} EBADF: closed.
   */
  zones(): readonly Zone[] {
    this.#check();
    return this.#registry.zones();
  }

  /** Names a zone, as people see it; `undefined` if there is none of that id. */
  zoneName(id: number): string | undefined {
    return this.zones().find((zone) => zone.id === id)?.name;
  }

  /** Closes what {@link openDladm} opened. A second call does nothing. */
  close(): void {
    if (this.#open) {
      this.#open = false;
      this.#ctl.close();
      this.#registry.close();
      this.#onClose();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Sets or resets; in the record too, where there is one and the change is to stay. */
  async #change(
    op: 'set' | 'reset',
    link: LinkName,
    found: Found,
    { temporary = false, signal }: PropertyOptions,
    { record, ...change }: Required<PropertyChange>,
  ): Promise<void> {
    if (found.info === undefined && temporary) {
      throw noLink(op, link, 'link is not up: only its record can be changed');
    }
    const stays =
      !temporary && Object.keys(change.values).length > 0 && this.#ground.mayBeRecorded(found);
    await allOrNothing(signal, async (steps) =>
      changeProperties(
        this.#ground,
        steps,
        link,
        found,
        { ...change, ...(stays && { record }) },
        signal,
      ),
    );
  }

  #check(): void {
    if (!this.#open) {
      throw closed('dladm');
    }
  }

  /**
   * After links were brought up: who destroyed the record of one meanwhile may not have found it in
   * the kernel. One look is enough, since who comes later does. Where the records cannot be read
   * any more the links stay.
   *
   * @returns those that are taken back, with why.
   */
  #withoutRecord(made: readonly LinkInfo[]): ReadonlyMap<string, unknown> {
    const gone = new Map<string, unknown>();
    for (const info of this.#unrecorded(made)) {
      try {
        this.#ctl.destroy(info, { force: true });
        gone.set(info.name, noLink('up', info.name, 'somebody else has just destroyed it'));
      } catch (error) {
        // Whoever destroyed it did find it.
        if (!isSysError(error, 'ENOENT')) gone.set(info.name, error);
      }
    }
    return gone;
  }

  #unrecorded(made: readonly LinkInfo[]): readonly LinkInfo[] {
    try {
      const records = made.length === 0 ? undefined : this.#registry.saved();
      return records === undefined ? [] : made.filter(({ name }) => !records.has(name));
    } catch {
      return [];
    }
  }

  #unfinished(id: LinkId, { stack }: SavedLink): boolean {
    const { stack: ends } = this.#registry;
    return ends !== undefined && stack !== 'none' && ends.of(id) === 'none';
  }
}
