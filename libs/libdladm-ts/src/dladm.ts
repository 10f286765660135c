import { AbortError, type Kernel, shareClass } from 'libsys';
import type { UnetPropName } from 'libsys/unet-abi';
import { Ctl, type PropertyValue } from './ctl.ts';
import { DladmError } from './errors.ts';
import type { Lifetime, Link, LinkInfo } from './link.ts';
import { type LinkName, parseLinkName } from './link-name.ts';
import {
  checkPropertiesOf,
  type LinkProperties,
  mustBeObject,
  offloadsOf,
  PROPERTY_NAMES,
  settable,
} from './properties.ts';
import type { LinkRegistry } from './registry.ts';
import type { SavedLink } from './saved-link.ts';
import { parseStackEnd, type StackEnd } from './stack-end.ts';
import { Undo } from './undo.ts';

/** How a link is to be made. */
export interface CreateOptions extends LinkProperties {
  /**
   * `persistent` (the default): recorded, {@link Dladm.up} makes it again. `temporary`: until it is
   * destroyed or the system reboots. `single-shot`: until its holder closes it.
   */
  readonly lifetime?: 'persistent' | 'temporary' | 'single-shot' | undefined;
  /** Who plays the IP stack; hosted kernels only. Default: `auto`. */
  readonly stack?: StackEnd | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What became of one link in {@link Dladm.up}. */
export interface UpResult {
  readonly name: LinkName;
  /** Why it could not be made. */
  readonly error?: unknown;
}

const LIFETIMES: readonly Lifetime[] = ['persistent', 'temporary', 'single-shot'];

/**
 * Administers unet links: those in a kernel, and the record of those to make again.
 *
 * Every operation does all or nothing: when it throws, kernel, names and record are as before. What
 * it throws is a {@link DladmError}, or a `TypeError` for an argument of the wrong type.
 */
export class Dladm {
  static {
    shareClass(Dladm, 'libdladm-ts.Dladm');
  }

  readonly kernel: Kernel;
  readonly #ctl: Ctl;
  readonly #registry: LinkRegistry;
  readonly #onClose: () => void;
  #open = true;

  /** @internal {@link openDladm} makes them. */
  constructor(kernel: Kernel, registry: LinkRegistry, onClose: () => void) {
    this.kernel = kernel;
    this.#ctl = new Ctl(kernel);
    this.#registry = registry;
    this.#onClose = onClose;
  }

  /**
   * Makes a link.
   *
   * @throws {DladmError} EEXIST: there is one of the name, if only in the record. EINVAL: name, MAC
   * address or a property. ERANGE: MTU or buffer sizes. EPERM: no privilege, or the host does not
   * permit a TAP interface.
   */
  async create(name: string, options: CreateOptions = {}): Promise<LinkInfo> {
    this.#check();
    const link = parseLinkName(name, 'create');
    mustBeObject('the options of create', options);
    const { lifetime = 'persistent', stack, signal, ...given } = options;
    if (!LIFETIMES.includes(lifetime)) {
      throw new TypeError(`lifetime must be ${LIFETIMES.join(', ')}, not ${lifetime}`);
    }
    const properties = checkPropertiesOf('create', link, given);
    if (stack !== undefined && this.#registry.stack === undefined) {
      throw new DladmError({
        status: 'NOTSUP',
        op: 'create',
        link,
        property: 'stack',
        reason: 'this system has an IP stack of its own: stack cannot be chosen',
      });
    }
    const saved: SavedLink = {
      properties,
      stack: stack === undefined ? undefined : parseStackEnd(stack),
    };
    if (this.#registry.saved().has(link)) {
      const reason =
        this.#ctl.find(link) === undefined
          ? `link already exists, but is not up (try: unetadm up ${link})`
          : 'link already exists';
      throw new DladmError({ status: 'EXIST', op: 'create', link, reason });
    }
    throwIfAborted(signal);
    return await this.#make(link, lifetime, saved, 'record', signal);
  }

  /**
   * Destroys a link: in the kernel and in the record. `force`: even if a process holds it.
   *
   * @throws {DladmError} ENOENT: no such link. EBUSY: it is held (`holder` tells by whom) or in use.
   */
  async destroy(
    name: string,
    options: { force?: boolean; signal?: AbortSignal } = {},
  ): Promise<void> {
    this.#check();
    const link = parseLinkName(name, 'destroy');
    mustBeObject('the options of destroy', options);
    const { force = false, signal } = options;
    const active = this.#ctl.find(link) !== undefined;
    const recorded = this.#registry.saved().has(link);
    if (!active && !recorded) {
      throw new DladmError({ status: 'NOTFOUND', op: 'destroy', link, reason: 'no such link' });
    }
    const change = recorded ? await this.#registry.forget(link, signal) : undefined;
    try {
      if (active) {
        this.#ctl.destroy(link, { force });
      }
    } catch (error) {
      change?.cancel();
      throw error;
    }
    change?.commit();
  }

  /** Yields every link, those in the kernel first, then those only recorded, by name. */
  async *list(): AsyncGenerator<Link> {
    this.#check();
    const saved = this.#registry.saved();
    const active = this.#ctl.list();
    for (const name of active) {
      const info = this.#ctl.find(name);
      // It may have gone since the list was made.
      if (info !== undefined) {
        yield this.#link(name, info, saved.get(name));
      }
    }
    for (const name of [...saved.keys()].sort()) {
      if (!active.includes(name)) {
        yield this.#link(name, undefined, saved.get(name));
      }
    }
  }

  /**
   * Finds one link.
   *
   * @throws {DladmError} ENOENT: no such link.
   */
  async find(name: string): Promise<Link> {
    this.#check();
    const link = parseLinkName(name, 'find');
    const info = this.#ctl.find(link);
    const saved = this.#registry.saved().get(link);
    if (info === undefined && saved === undefined) {
      throw new DladmError({ status: 'NOTFOUND', op: 'find', link, reason: 'no such link' });
    }
    return this.#link(link, info, saved);
  }

  /**
   * Tells what the kernel knows of a link.
   *
   * @throws {DladmError} ENOENT: there is no such link, or it is not up.
   */
  async info(name: string): Promise<LinkInfo> {
    this.#check();
    return this.#ctl.info(parseLinkName(name, 'info'));
  }

  /**
   * Reads properties of a link; all of them when none are named.
   *
   * @throws {DladmError} ENOENT: no such link. ENOTSUP: no such property.
   */
  async getProps(
    name: string,
    names: readonly string[] = PROPERTY_NAMES,
  ): Promise<PropertyValue[]> {
    this.#check();
    const link = parseLinkName(name, 'get');
    for (const wanted of names) {
      if (!(PROPERTY_NAMES as readonly string[]).includes(wanted)) {
        settable(wanted);
      }
    }
    return this.#ctl.getProps(link, names as readonly UnetPropName[]);
  }

  /**
   * Sets properties of a link, all or none; of a persistent one in the record too, unless the
   * change is to be `temporary`.
   *
   * @throws {DladmError} ENOENT: no such link. ENOTSUP: no such property. EACCES: it is read-only.
   */
  async setProps(
    name: string,
    values: LinkProperties,
    options: { temporary?: boolean; signal?: AbortSignal } = {},
  ): Promise<void> {
    this.#check();
    const link = parseLinkName(name, 'set');
    mustBeObject('the options of setProps', options);
    const { temporary = false, signal } = options;
    const checked = checkPropertiesOf('set', link, values);
    const names = Object.keys(checked) as UnetPropName[];
    const saved = this.#registry.saved().get(link);
    const active = this.#ctl.find(link) !== undefined;
    if (!active && (saved === undefined || temporary)) {
      throw new DladmError({ status: 'NOTFOUND', op: 'set', link, reason: 'no such link' });
    }
    if (names.length === 0) {
      return;
    }
    const properties = { ...saved?.properties, ...checked };
    const change =
      saved !== undefined && !temporary
        ? await this.#registry.save(link, { ...saved, properties }, signal)
        : undefined;
    try {
      const undo = new Undo();
      if (active) {
        const before = this.#ctl.getProps(link, names);
        this.#ctl.setProps(link, checked);
        undo.push(() => {
          this.#ctl.setProps(link, Object.fromEntries(before.map((old) => [old.name, old.value])));
        });
      }
      try {
        change?.commit();
      } catch (error) {
        throw undo.all(error);
      }
    } catch (error) {
      change?.cancel();
      throw error;
    }
  }

  /**
   * Makes the recorded links that are not in the kernel; of all, or of those named. One that cannot
   * be made does not keep the others from being made.
   *
   * @throws {DladmError} ENOENT: nothing is recorded under a name.
   */
  async up(names?: readonly string[], signal?: AbortSignal): Promise<UpResult[]> {
    this.#check();
    const saved = this.#registry.saved();
    const wanted = names?.map((name) => parseLinkName(name, 'up')) ?? [...saved.keys()].sort();
    const missing = wanted.find((name) => !saved.has(name));
    if (missing !== undefined) {
      const reason = 'no such persistent link';
      throw new DladmError({ status: 'NOTFOUND', op: 'up', link: missing, reason });
    }
    const results: UpResult[] = [];
    for (const name of wanted) {
      const link = saved.get(name);
      if (link === undefined || this.#ctl.find(name) !== undefined) {
        continue;
      }
      throwIfAborted(signal);
      try {
        await this.#make(name, 'persistent', link, 'keep');
        results.push({ name });
      } catch (error) {
        results.push({ name, error });
      }
    }
    return results;
  }

  /** Names a zone, as people see it; `undefined` if there is none of that id. */
  zoneName(id: number): string | undefined {
    this.#check();
    return this.#registry.zoneName(id);
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

  #check(): void {
    if (!this.#open) {
      throw new DladmError({ status: 'BADARG', code: 'EBADF', op: 'dladm', reason: 'is closed' });
    }
  }

  #link(name: LinkName, info: LinkInfo | undefined, saved: SavedLink | undefined): Link {
    const stack = info === undefined ? saved?.stack : this.#registry.stack?.of(info.linkId);
    return {
      name,
      ...(info !== undefined && { info }),
      ...(saved !== undefined && { saved }),
      ...(stack !== undefined && { stack }),
    };
  }

  /** The steps of create and up; when one fails, those before it are taken back. */
  async #make(
    name: LinkName,
    lifetime: Lifetime,
    { properties, stack }: SavedLink,
    record: 'record' | 'keep',
    signal?: AbortSignal,
  ): Promise<LinkInfo> {
    const undo = new Undo();
    try {
      const persistent = lifetime === 'persistent';
      const made =
        record === 'keep'
          ? this.#registry.recordedId(name)
          : this.#registry.createId(name, persistent ? 'persistent' : 'temporary');
      undo.push(() => made.release());
      this.#ctl.create(name, made.id, lifetime, properties);
      undo.push(() => this.#ctl.destroy(name, { force: true }));
      const offloads = offloadsOf(properties);
      if (Object.keys(offloads).length > 0) {
        this.#ctl.setProps(name, offloads);
      }
      const info = this.#ctl.info(name);
      made.confirm();
      this.#registry.stack?.plumb(made.id, stack ?? 'auto');
      if (persistent && record === 'record') {
        const saved: SavedLink = { properties: { ...properties, mac: info.mac }, stack };
        const change = await this.#registry.save(name, saved, signal);
        undo.push(() => change.cancel());
        change.commit();
      }
      return info;
    } catch (error) {
      throw undo.all(error);
    }
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal !== undefined && typeof signal?.aborted !== 'boolean') {
    throw new TypeError('signal must be an AbortSignal');
  }
  if (signal?.aborted === true) {
    throw new AbortError(signal);
  }
}
